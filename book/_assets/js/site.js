/* Petites retouches communes à toutes les pages : défilement au clavier, impression. */
"use strict";

(function () {
  const SCROLLABLE =
    ".formule-corps, .figure-cours, .cell_output, .pst-scrollable-table-container";
  const NAMES = { "formule-corps": "Formule" };

  // Un bloc plus large que l'écran se parcourt au clavier ; les autres n'arrêtent personne.
  function markScrollable() {
    document.querySelectorAll(SCROLLABLE).forEach((block) => {
      const wide = block.scrollWidth > block.clientWidth + 1;
      const style = getComputedStyle(block);
      if (wide && style.overflowX !== "visible" && style.overflowX !== "hidden") {
        block.tabIndex = 0;
        const name = NAMES[block.classList[0]];
        if (name && !block.hasAttribute("role")) {
          block.setAttribute("role", "group");
          block.setAttribute("aria-label", name + ", à faire défiler");
        }
      } else if (block.getAttribute("tabindex") === "0") {
        block.removeAttribute("tabindex");
      }
    });
  }

  // À l'impression, tout ce qui est plié s'ouvre, puis se referme.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    opened.forEach((details) => { details.open = true; });
  });
  window.addEventListener("afterprint", () => {
    opened.forEach((details) => { details.open = false; });
    opened = [];
  });

  function start() {
    markScrollable();
    let waiting = 0;
    const later = () => {
      clearTimeout(waiting);
      waiting = setTimeout(markScrollable, 200);
    };
    window.addEventListener("resize", later);
    document.addEventListener("toggle", later, true);
    if (document.fonts) document.fonts.ready.then(later);
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }
})();
