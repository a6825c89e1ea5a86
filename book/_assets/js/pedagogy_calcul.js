/* Un calcul vérifié dans la page : la réponse, ou le nom de l'erreur commise. */
(function () {
  "use strict";
  const tools = window.coursPedagogie;
  if (!tools) return;
  const TRIES_BEFORE_SOLUTION = 2;
  const DEFAULT_MESSAGE = "Ce n'est pas encore cela. Refaites le calcul pas à pas, " +
    "en notant chaque résultat intermédiaire.";

  /** Le message de l'erreur la plus proche, à la tolérance près. */
  function misconception(root, value, tolerance) {
    let best = null;
    let gap = tolerance;
    root.querySelectorAll(".messages > li").forEach((item) => {
      const distance = Math.abs(Number(item.dataset.valeur) - value);
      if (distance <= gap) {
        best = item;
        gap = distance;
      }
    });
    return best || root.querySelector('.messages > li[data-valeur="*"]');
  }

  function message(item) {
    const copy = tools.copyOf(item);
    const label = copy.querySelector(".valeur");
    if (label) label.remove();
    return copy;
  }

  function setUp(root) {
    const field = root.querySelector("input");
    const region = root.querySelector(".retour");
    const reveal = root.querySelector(".voir-solution");
    const answer = Number(root.dataset.reponse);
    const tolerance = Number(root.dataset.tolerance);
    let tries = 0;

    function fail(...content) {
      field.setAttribute("aria-invalid", "true");
      tools.say(region, "faux", ...content);
      field.focus();
    }

    function succeed() {
      field.removeAttribute("aria-invalid");
      const why = root.querySelector('.messages > li[data-valeur="juste"]');
      tools.say(region, "juste", tools.paragraph("Oui, c'est juste."),
        ...(why ? [message(why)] : []));
    }

    function check() {
      const value = tools.readNumber(field.value);
      if (Number.isNaN(value)) {
        fail(tools.paragraph(field.value.trim()
          ? "Écrivez un nombre, par exemple 0,5 ou 2/3."
          : "Écrivez d'abord votre réponse, par exemple 0,5 ou 2/3."));
        return;
      }
      if (Math.abs(value - answer) <= tolerance * (1 + 1e-9)) {
        succeed();
        return;
      }
      tries += 1;
      const item = misconception(root, value, tolerance);
      fail(tools.paragraph("Pas encore."),
        item ? message(item) : tools.paragraph(DEFAULT_MESSAGE));
      if (reveal && tries >= TRIES_BEFORE_SOLUTION) reveal.hidden = false;
    }

    root.querySelector(".verifier").addEventListener("click", check);
    tools.onEnter(field, check);
    if (reveal) {
      reveal.addEventListener("click", () => {
        field.removeAttribute("aria-invalid");
        const why = root.querySelector('.messages > li[data-valeur="juste"]');
        const solution = root.querySelector(".corrige .reponse");
        tools.say(region, "info", tools.paragraph(tools.copyOf(solution)),
          ...(why ? [message(why)] : []));
      });
    }
  }

  tools.each(".calcul", setUp);
})();
