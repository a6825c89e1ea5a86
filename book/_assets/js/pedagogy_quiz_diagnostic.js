/* Le diagnostic : une réponse par question, et la route de lecture qui en résulte. */
(function () {
  "use strict";
  const tools = window.coursPedagogie;
  if (!tools || !tools.setUpQuestion) return;

  /** Range chaque section une seule fois ; une question manquée suffit à la lire. */
  function sortSections(questions) {
    const sections = new Map();
    questions.filter(({ state }) => state.closed).forEach(({ link, state }) => {
      const known = sections.get(link.href) || { link, toRead: false };
      known.toRead = known.toRead || !state.right;
      sections.set(link.href, known);
    });
    const all = Array.from(sections.values());
    return {
      toRead: all.filter(({ toRead }) => toRead),
      toSkip: all.filter(({ toRead }) => !toRead),
    };
  }

  function list(title, sign, sections) {
    const box = document.createElement("div");
    const heading = document.createElement("p");
    heading.className = "route-titre";
    heading.textContent = `${sign} ${title}`;
    const items = document.createElement("ul");
    sections.forEach(({ link }) => {
      const item = document.createElement("li");
      item.append(link.cloneNode(true));
      items.append(item);
    });
    box.append(heading, items);
    return box;
  }

  const count = (number, words) =>
    `${number} ${number > 1 ? words.replace(/\b(?= |$)/g, "s") : words}`;

  function remark(missed) {
    if (missed === 0) return "Vous pouvez passer à la suite.";
    return missed === 1 ? "Une section à lire." : `${missed} sections à lire.`;
  }

  function setUpDiagnostic(root) {
    const region = root.querySelector(".diagnostic-score");
    const route = root.querySelector(".route");
    const restart = root.querySelector(".recommencer");
    const questions = Array.from(root.querySelectorAll(".question")).map((question) => {
      const tracked = tools.setUpQuestion(question, () => show(), true);
      question.querySelector(".ignorer").addEventListener("click", tracked.giveUp);
      return { ...tracked, link: question.querySelector(".section-citee a") };
    });

    function show() {
      const done = questions.filter(({ state }) => state.closed).length;
      const right = questions.filter(({ state }) => state.right).length;
      const { toRead, toSkip } = sortSections(questions);
      const finished = done === questions.length;
      route.replaceChildren();
      if (toRead.length) route.append(list("À lire", "→", toRead));
      if (toSkip.length) route.append(list("Vous pouvez passer", "✓", toSkip));
      tools.say(region, "info", tools.paragraph(finished
        ? `${count(right, "bonne réponse")} sur ${done}. ${remark(toRead.length)}`
        : `${count(done, "réponse")} sur ${questions.length}.`));
      restart.hidden = !finished;
    }

    restart.addEventListener("click", () => {
      questions.forEach(({ reset }) => reset());
      tools.say(region, "");
      route.replaceChildren();
      restart.hidden = true;
      root.querySelector("input").focus();
    });
  }

  tools.each(".diagnostic", setUpDiagnostic);
})();
