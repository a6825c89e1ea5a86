/* « Prédisez » : la suite reste cachée tant que le lecteur n'a pas répondu. */
(function () {
  "use strict";
  const tools = window.coursPedagogie;
  if (!tools) return;
  const FINDABLE = "onbeforematch" in document.documentElement;

  function byName(selector, name) {
    return Array.from(document.querySelectorAll(selector))
      .find(({ dataset }) => dataset.prediction === name) || null;
  }

  function readMeasure(name) {
    const output = byName("output.mesure", name);
    try {
      return output ? JSON.parse(output.dataset.valeur) : null;
    } catch (error) {
      return null;
    }
  }

  function setOpen(revelation, open) {
    if (!revelation) return;
    revelation.classList.toggle("ouverte", open);
    if (open) {
      revelation.removeAttribute("hidden");
      /* Ce qui se dessine à la taille de sa place la découvre maintenant. */
      window.dispatchEvent(new Event("resize"));
    } else {
      revelation.setAttribute("hidden", FINDABLE ? "until-found" : "");
    }
  }

  function setUp(root) {
    const name = root.dataset.prediction;
    const key = `cours.prediction.${name}`;
    const revelation = byName(".revelation", name);
    const region = root.querySelector(".prediction-bilan");
    const [submit, show, restart] = ["valider", "montrer", "recommencer"]
      .map((part) => root.querySelector(`.prediction-${part}`));
    const input = tools.predictionInputs[root.dataset.type](root);

    function conclude(value) {
      input.show(value);
      input.lock(true);
      const summary = input.summary(value, readMeasure(name));
      tools.say(region, "info", ...(summary.length ? summary
        : [tools.paragraph("Voici le résultat.")]));
      submit.hidden = true;
      show.hidden = true;
      restart.hidden = false;
      setOpen(revelation, true);
    }

    function answer(value) {
      conclude(value);
      tools.storage.set(key, { value });
      restart.focus({ preventScroll: true });
    }

    function validate() {
      const { value, error, focus } = input.read();
      if (!error) {
        answer(value);
        return;
      }
      tools.say(region, "info", tools.paragraph(error));
      focus.focus();
    }

    submit.addEventListener("click", validate);
    show.addEventListener("click", () => answer(null));
    root.querySelectorAll('input[type="text"]').forEach((field) =>
      tools.onEnter(field, () => { if (!submit.hidden) validate(); }));
    restart.addEventListener("click", () => {
      tools.storage.remove(key);
      input.lock(false);
      tools.say(region, "");
      submit.hidden = false;
      show.hidden = false;
      restart.hidden = true;
      setOpen(revelation, false);
      input.reset();
    });
    if (revelation) {
      revelation.addEventListener("beforematch", () => conclude(null));
      revelation.addEventListener("montrer", () => conclude(null));
    }
    const saved = tools.storage.get(key);
    if (saved && "value" in saved) conclude(saved.value);
    else setOpen(revelation, false);
  }

  /** Ouvre la zone repliée qui contient la cible d'une adresse, puis s'y rend. */
  function openTarget(hash) {
    let id = "";
    try {
      id = decodeURIComponent(hash.slice(1));
    } catch (error) {
      return;
    }
    const target = id && document.getElementById(id);
    const revelation = target && target.closest(".revelation:not(.ouverte)");
    if (!revelation) return;
    revelation.dispatchEvent(new Event("montrer"));
    target.scrollIntoView();
  }

  tools.each(".prediction", setUp);
  tools.each("body", () => {
    openTarget(window.location.hash);
    window.addEventListener("hashchange", () => openTarget(window.location.hash));
    document.addEventListener("click", ({ target }) => {
      const link = target.closest && target.closest('a[href*="#"]');
      if (link && link.href.split("#")[0] === window.location.href.split("#")[0]) {
        openTarget(link.hash);
      }
    });
  });
})();
