/* Explorateurs : des réglages qui échangent des états dessinés d'avance. */
(function () {
  "use strict";

  /** Met en réserve le contenu de chaque état : « i,j » → fragment. */
  function readStates(root, stage) {
    const states = new Map();
    const initial = document.createDocumentFragment();
    stage.childNodes.forEach((node) => initial.append(node.cloneNode(true)));
    states.set(stage.dataset.state, initial);
    const templates = Array.from(root.querySelectorAll("template[data-state]"));
    templates.forEach((template) => {
      const same = template.dataset.sameAs;
      states.set(template.dataset.state, same ? states.get(same) : template.content);
    });
    return states;
  }

  /** Un curseur : sa position, son texte, et la valeur qu'il affiche. */
  function readSlider(block, input) {
    const texts = JSON.parse(input.dataset.textes);
    const output = block.querySelector("output");
    return {
      label: block.querySelector("label").textContent,
      index: () => Number(input.value),
      text: () => texts[Number(input.value)],
      show() {
        output.textContent = this.text();
        input.setAttribute("aria-valuetext", this.text());
      },
    };
  }

  /** Un groupe de boutons radio. */
  function readRadios(block) {
    const radios = Array.from(block.querySelectorAll('input[type="radio"]'));
    const index = () => Math.max(0, radios.findIndex((radio) => radio.checked));
    return {
      label: block.querySelector("legend").textContent,
      index,
      text: () => radios[index()].closest("label").textContent.trim(),
      show() {},
    };
  }

  function readControl(block) {
    const slider = block.querySelector('input[type="range"]');
    return slider ? readSlider(block, slider) : readRadios(block);
  }

  function setUp(root) {
    const stage = root.querySelector(".explorateur-etat");
    const named = root.querySelector(".explorateur-etat-nomme");
    if (!stage || !named || root.classList.contains("explorateur-actif")) return;
    const states = readStates(root, stage);
    const blocks = Array.from(root.querySelectorAll(".explorateur-reglage"));
    const controls = blocks.map(readControl);

    function show() {
      controls.forEach((control) => control.show());
      const key = controls.map((control) => control.index()).join(",");
      const content = states.get(key);
      if (!content || stage.dataset.state === key) return;
      /* La hauteur reste celle de l'état quitté, le temps de l'échange : rien ne saute. */
      stage.style.minHeight = `${stage.offsetHeight}px`;
      stage.replaceChildren(content.cloneNode(true));
      stage.dataset.state = key;
      stage.style.minHeight = "";
      named.textContent = controls
        .map(({ label, text }) => `${label}\u00a0: ${text()}`).join("\u00a0; ");
    }

    root.querySelector(".explorateur-reglages").addEventListener("input", show);
    root.classList.add("explorateur-actif");
    show();
  }

  function start() {
    document.querySelectorAll(".explorateur").forEach(setUp);
  }

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }
})();
