/* Le quiz : options mélangées, explication de chaque choix, score du premier coup. */
(function () {
  "use strict";
  const tools = window.coursPedagogie;
  if (!tools) return;

  function shuffle(list) {
    const items = Array.from(list.children);
    for (let i = items.length - 1; i > 0; i -= 1) {
      const j = Math.floor(Math.random() * (i + 1));
      [items[i], items[j]] = [items[j], items[i]];
    }
    list.append(...items);
  }

  /** Range chaque explication sous son option ; la feuille de style la replie. */
  function attachExplanations(question) {
    const details = question.querySelector(".explications");
    details.querySelectorAll("[data-option]").forEach((item) => {
      const box = document.createElement("div");
      box.className = "explication";
      box.hidden = true;
      box.append(...item.childNodes);
      question.querySelector(`.option[data-option="${item.dataset.option}"]`)
        .append(box);
    });
    details.remove();
  }

  /** Prépare une question ; avec `once`, la première réponse la clôt, juste ou non. */
  function setUpQuestion(question, whenClosed, once) {
    const list = question.querySelector(".options");
    const region = question.querySelector(".retour");
    const button = question.querySelector(".verifier");
    const state = { right: false, firstTry: true, closed: false };
    attachExplanations(question);

    function mark(option) {
      const isRight = option.dataset.juste === "oui";
      option.classList.add(isRight ? "juste" : "faux");
      if (option.querySelector(".marque")) return;
      const badge = document.createElement("span");
      badge.className = "marque";
      badge.textContent = isRight ? "✓ juste" : "✗ essayée";
      option.querySelector("label").append(" ", badge);
    }

    const explain = (option) => tools.copyOf(option.querySelector(".explication"));

    /** Clôt la question sur l'explication de `option`, les autres à leur place. */
    function close(option, kind, said) {
      state.closed = true;
      question.classList.add("repondue");
      question.querySelectorAll(".option").forEach((other) => {
        other.querySelector("input").disabled = true;
        other.querySelector(".explication").hidden = other === option;
      });
      button.hidden = true;
      tools.say(region, kind, said);
      region.tabIndex = -1;
      region.focus({ preventScroll: true });
      whenClosed();
    }

    /** Sans réponse : la bonne option est montrée, et la question comptée manquée. */
    function giveUp() {
      state.firstTry = false;
      const right = question.querySelector('[data-juste="oui"]');
      const said = explain(right);
      said.querySelector("strong").replaceWith("La bonne réponse est marquée. ");
      mark(right);
      close(right, "info", said);
    }

    function check() {
      const chosen = question.querySelector("input:checked");
      if (!chosen) {
        tools.say(region, "info", tools.paragraph("Choisissez d'abord une option."));
        return;
      }
      const option = chosen.closest(".option");
      const isRight = option.dataset.juste === "oui";
      mark(option);
      if (isRight) {
        state.right = true;
        close(option, "juste", explain(option));
        return;
      }
      state.firstTry = false;
      if (once) {
        mark(question.querySelector('[data-juste="oui"]'));
        close(option, "faux", explain(option));
        return;
      }
      tools.say(region, "faux", explain(option));
    }

    function reset() {
      Object.assign(state, { right: false, firstTry: true, closed: false });
      question.classList.remove("repondue");
      question.querySelectorAll(".option").forEach((option) => {
        option.classList.remove("juste", "faux");
        option.querySelector("input").disabled = false;
        option.querySelector("input").checked = false;
        option.querySelector(".explication").hidden = true;
        const badge = option.querySelector(".marque");
        if (badge) badge.remove();
      });
      button.hidden = false;
      region.removeAttribute("tabindex");
      tools.say(region, "");
      shuffle(list);
    }

    button.addEventListener("click", check);
    shuffle(list);
    return { state, reset, giveUp };
  }

  function remark(score, total) {
    if (score === total) return "Tout est en place, bravo.";
    if (score >= total / 2) return "L'essentiel est là ; relisez les autres explications.";
    return "Relisez les explications, puis recommencez : les options changeront d'ordre.";
  }

  function setUpQuiz(root) {
    const region = root.querySelector(".quiz-score");
    const restart = root.querySelector(".recommencer");
    const questions = Array.from(root.querySelectorAll(".question"))
      .map((question) => setUpQuestion(question, finish));

    function finish() {
      if (!questions.every(({ state }) => state.right)) return;
      const score = questions.filter(({ state }) => state.firstTry).length;
      tools.say(region, "info", tools.paragraph(
        `${score} sur ${questions.length} du premier coup. ` +
        remark(score, questions.length)));
      restart.hidden = false;
    }

    restart.addEventListener("click", () => {
      questions.forEach(({ reset }) => reset());
      tools.say(region, "");
      restart.hidden = true;
      root.querySelector("input").focus();
    });
  }

  tools.setUpQuestion = setUpQuestion;
  tools.each(".quiz", setUpQuiz);
})();
