/* Petites retouches communes à toutes les pages : défilement au clavier, impression. */
"use strict";

(function () {
  const SCROLLABLE =
    "pre, .formule-corps, .figure-cours, .cell_output, .pst-scrollable-table-container";

  // Un bloc plus large que sa place se parcourt au clavier ; les autres n'arrêtent personne.
  function mark(block) {
    const style = getComputedStyle(block);
    const scrolls = ["auto", "scroll"].includes(style.overflowX);
    if (scrolls && block.scrollWidth > block.clientWidth + 1) {
      block.tabIndex = 0;
      if (block.classList.contains("formule-corps")) {
        block.setAttribute("role", "group");
        block.setAttribute("aria-label", "Formule, à faire défiler");
      }
    } else if (block.getAttribute("tabindex") === "0") {
      block.removeAttribute("tabindex");
    }
  }

  // On ne mesure que ce qui approche de l'écran : mesurer oblige à tout mettre en page.
  function watch() {
    const watcher = new IntersectionObserver(
      (entries) => entries.forEach((entry) => entry.isIntersecting && mark(entry.target)),
      { rootMargin: "600px" }
    );
    const blocks = document.querySelectorAll(SCROLLABLE);
    const observe = () => blocks.forEach((block) => watcher.observe(block));
    let waiting = 0;
    const again = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => { watcher.disconnect(); observe(); }, 200);
    };
    observe();
    window.addEventListener("resize", again);
    document.addEventListener("toggle", again, true);
    document.addEventListener("click", again); // un corrigé s'ouvre, un état change
    if (document.fonts) document.fonts.ready.then(again);
  }

  // Les sections lointaines sont mises en page une à une, quand le navigateur est libre ;
  // une ancre ou l'impression les veut toutes, tout de suite.
  function unroll() {
    const page = document.documentElement;
    const sections = [...document.querySelectorAll(".bd-article > section section")];
    const finish = () => page.classList.add("deroulee");
    const idle = window.requestIdleCallback || ((task) => setTimeout(task, 30));
    const next = () => {
      const section = page.classList.contains("deroulee") ? null : sections.shift();
      if (!section) { finish(); return; }
      section.classList.add("deroulee");
      idle(next);
    };
    if (location.hash) finish(); else idle(next);
    window.addEventListener("hashchange", finish);
    window.addEventListener("beforeprint", finish);
    document.addEventListener("click", (event) => {
      if (event.target.closest && event.target.closest('a[href*="#"]')) finish();
    }, true);
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

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", () => { watch(); unroll(); });
  } else {
    watch();
    unroll();
  }
})();
