/* Être le routeur : douze tokens à placer chez quatre experts de capacité limitée. La
   perte d'équilibrage est E Σ f_i P_i ; les places se prennent dans l'ordre du texte. */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, fr, percent } = tools;

  const E = 4;
  /* Probabilités du routeur, en centièmes : l'expert 1 plaît un peu à tout le monde. */
  const TOKENS = [
    ["la", [46, 24, 18, 12]], ["souris", [52, 28, 12, 8]], ["que", [40, 14, 34, 12]],
    ["les", [44, 26, 18, 12]], ["chats", [50, 30, 12, 8]], ["de", [38, 16, 34, 12]],
    ["l'", [42, 24, 22, 12]], ["étudiante", [48, 36, 10, 6]],
    ["regardent", [14, 10, 16, 60]], ["ne", [36, 10, 38, 16]],
    ["marche", [12, 10, 18, 60]], ["plus", [30, 12, 40, 18]],
  ];
  const P = TOKENS.map(([, row]) => row.map((x) => x / 100));
  const WORDS = TOKENS.map(([word]) => word.replace("'", "\u2019"));
  const N = P.length;
  const EXPERTS = [0, 1, 2, 3];
  const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
  const IMPORTANCE = EXPERTS.map((i) => mean(P.map((row) => row[i])));
  const FAVOURITE = P.map((row) => row.indexOf(Math.max(...row)));

  /* Toute la théorie tient ici. */
  function decide(choices, capacity) {
    const taken = EXPERTS.map(() => 0);
    const kept = choices.map((i) => { taken[i] += 1; return taken[i] <= capacity; });
    const load = taken.map((n) => n / N);
    const loss = E * EXPERTS.reduce((sum, i) => sum + load[i] * IMPORTANCE[i], 0);
    const dropped = kept.filter((k) => !k).length;
    const agreement = mean(choices.map((i, t) => P[t][i]));
    return { choices: choices.slice(), capacity, kept, load, loss, dropped, agreement };
  }

  const CHALLENGES = [
    {
      text: "Avec trois places par expert, n\u2019abandonnez personne, et gardez une probabilité moyenne d\u2019au moins 38\u00a0%.",
      met: (s) => s.capacity === 3 && s.dropped === 0 && s.agreement >= 0.38 - 1e-9,
    },
    {
      text: "Laissez choisir le routeur, et trouvez la plus petite capacité qui n\u2019abandonne personne. Combien de places restent vides\u202f?",
      met: (s) => s.choices.every((i, t) => i === FAVOURITE[t])
        && s.dropped === 0 && s.capacity === N * Math.max(...s.load),
    },
    {
      text: "Faites passer la perte d\u2019équilibrage sous 0,8. Qu\u2019est devenu l\u2019équilibre\u202f?",
      met: (s) => s.loss < 0.8,
    },
  ];

  let groups = 0; /* deux figures sur une page : leurs boutons ne se mêlent pas */

  function choiceTable(onChoose) {
    groups += 1;
    const table = html("table", { class: "routeur-table" },
      html("caption", {}, "Ce que le routeur donne à chacun, et votre choix"));
    table.append(html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "token"),
      ...EXPERTS.map((i) => html("th", { scope: "col" }, html("span", { class: "routeur-mot" }, "expert "), String(i + 1))))));
    const boxes = P.map((row, t) => row.map((p, i) => {
      const box = html("input", {
        type: "radio", name: "routeur-" + groups + "-" + t,
        "aria-label": WORDS[t] + ", expert " + (i + 1) + ", " + percent(p),
      });
      box.addEventListener("change", () => onChoose(t, i));
      return box;
    }));
    const rows = WORDS.map((word, t) => html("tr", {}, html("th", { scope: "row" }, word),
      ...EXPERTS.map((i) => html("td", {}, html("label", {}, boxes[t][i], " " + percent(P[t][i]))))));
    table.append(html("tbody", {}, ...rows));
    return {
      element: table,
      show: (state) => state.choices.forEach((i, t) => {
        boxes[t][i].checked = true;
        rows[t].classList.toggle("abandonne", !state.kept[t]);
      }),
    };
  }

  function desks() {
    const parts = EXPERTS.map((i) => {
      const title = html("p", { class: "plan-titre" }), tokens = html("p", { class: "routeur-file" });
      return { title, tokens, frame: html("div", { class: "routeur-expert" }, title, tokens) };
    });
    return {
      element: html("div", { class: "routeur-experts" }, ...parts.map((p) => p.frame)),
      show: (state) => parts.forEach((part, i) => {
        const here = WORDS.map((word, t) => [word, t]).filter(([, t]) => state.choices[t] === i);
        part.title.textContent = "Expert " + (i + 1) + "\u00a0: " + Math.min(here.length, state.capacity)
          + "\u202f/\u202f" + state.capacity;
        part.tokens.replaceChildren(...here.map(([word, t]) => state.kept[t]
          ? html("span", { class: "routeur-servi" }, word)
          : html("s", { class: "routeur-dehors" }, "✗\u00a0" + word)));
      }),
    };
  }

  function create(root, { scene, announce }) {
    const span = root.querySelector(".nombre-mobile");
    let capacity = span ? Number(span.dataset.value) : 3;
    let choices = FAVOURITE.slice();
    let state = null;
    const table = choiceTable((t, i) => { choices[t] = i; update(true); });
    const experts = desks(), goals = tools.challenges("Trois défis", CHALLENGES);
    const result = html("p", { class: "a2d-sortie" });
    const button = html("button", { type: "button", class: "interaction-bouton" }, "Laisser choisir le routeur");
    button.addEventListener("click", () => { choices = FAVOURITE.slice(); update(true); });

    function update(byReader) {
      state = decide(choices, capacity);
      table.show(state);
      experts.show(state);
      result.textContent = "Abandonnés\u00a0: " + state.dropped + " sur " + N + ". Facteur de capacité\u00a0: "
        + fr((capacity * E) / N, 2) + ". Probabilité moyenne de vos choix\u00a0: " + percent(state.agreement, 1)
        + ". Perte d\u2019équilibrage\u00a0: " + fr(state.loss, 2) + ".";
      if (byReader) { announce(result.textContent, goals.check(state)); }
    }

    root.addEventListener("nombre", (event) => { capacity = event.detail.value; update(true); });
    scene.append(html("div", { class: "reglages" }, button), experts.element, result, table.element,
      ...goals.elements);
    update(false);
    return { state: () => state, done: goals.done, probabilities: P };
  }

  tools.register("routeur", create);
})();
