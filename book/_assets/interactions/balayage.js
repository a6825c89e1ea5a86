/* L'arbre du balayage parallèle : un pas est une paire (a, b), deux pas de suite en font
   un seul. Trois façons de les grouper, celles de layers/state_space/scan.py. */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, svg, fr, clamp } = tools;
  const HERE = document.currentScript && document.currentScript.src;

  const A = [0.9, 0.8, 0.9, 0.5, 1, 0.9, 0.8, 0.9, 0.7, 1, 0.9, 0.8, 1, 0.9, 0.7, 0.9];
  const B = [2, 1, 0, 3, 1, 2, 0, 1, 1, 0, 2, 3, 0, 1, 2, 1];
  const SIZES = { 8: "8", 16: "16" };
  const FORMS = { sequential: "séquentielle", hillis_steele: "Hillis–Steele", tree: "arbre pair-impair" };

  /* ---- Toute la théorie tient ici. ---- */
  /* D'abord first : h ↦ a₂ (a₁ h + b₁) + b₂. L'ordre compte. */
  const combine = (first, then) => ({ a: then.a * first.a, b: then.a * first.b + then.b });

  /* Une case est à la place de son dernier pas, ``to``. */
  function join(past, own, stage) {
    return { from: past.from, to: own.to, past, own, stage, ...combine(past, own) };
  }

  /* Par étage, [distance, première case, pas d'une case à la suivante]. */
  function schedule(form, T) {
    if (form === "sequential") {
      return Array.from({ length: T - 1 }, (_, i) => [1, i + 1, T]);
    }
    const stages = [];
    for (let d = 1; d < T; d *= 2) { stages.push(form === "tree" ? [d, 2 * d - 1, 2 * d] : [d, d, 1]); }
    if (form === "tree") {
      for (let d = T / 4; d >= 1; d /= 2) { stages.push([d, 3 * d - 1, 2 * d]); }
    }
    return stages;
  }

  /* rows[k][i] : ce que résume la case i après l'étage k. */
  function plan(form, T) {
    const rows = [Array.from({ length: T }, (_, i) => ({ from: i, to: i, a: A[i], b: B[i], stage: 0 }))];
    const counts = schedule(form, T).map(([distance, first, every], k) => {
      const before = rows[k], now = before.slice();
      let made = 0;
      for (let i = first; i < T; i += every, made += 1) { now[i] = join(before[i - distance], before[i], k + 1); }
      rows.push(now);
      return made;
    });
    return { rows, counts, stages: counts.length, combinations: counts.reduce((x, y) => x + y, 0) };
  }

  /* ---- Ce que l'on écrit ---- */
  const span = (cell) => "[" + cell.from + ", " + cell.to + "]";
  const stagesText = (n) => n + (n > 1 ? " étages" : " étage");
  const madeText = (n) => n + (n > 1 ? " combinaisons" : " combinaison");

  function explain(cell, k) {
    const end = cell.from === 0 ? " Elle connaît tout son passé\u00a0: b est h" + sub(cell.to) + "." : "";
    const name = "La case " + cell.to;
    if (!cell.past) {
      return name + " ne résume qu’elle-même, " + span(cell) + "\u00a0: a = " + fr(cell.a, 2) + ", b = " + fr(cell.b, 2) + "." + end;
    }
    const { past, own } = cell;
    return name + (cell.stage === k ? " résume maintenant " : " n’a pas changé\u00a0: elle résume ") + span(cell) + ", la case " + past.to + " "
      + span(past) + ", puis la case " + own.to + " " + span(own) + (cell.stage === k ? "" : ", depuis l’étage " + cell.stage)
      + "\u00a0: a = a₂a₁ = " + fr(own.a, 2) + " × " + fr(past.a, 2) + " = " + fr(cell.a, 2)
      + "\u202f; b = a₂b₁ + b₂ = " + fr(own.a, 2) + " × " + fr(past.b, 2) + " + " + fr(own.b, 2) + " = " + fr(cell.b, 2) + "." + end;
  }
  const sub = (n) => Array.from(String(n), (c) => "₀₁₂₃₄₅₆₇₈₉"[c]).join("");

  /* ---- Les prédictions : une réponse fausse est suivie, non démentie ---- */
  const ASKED = 6;
  const QUESTIONS = [
    {
      text: "Hillis–Steele, seize cases\u00a0: après quel étage la case " + ASKED + " connaît-elle tout son passé\u202f?",
      answer: plan("hillis_steele", 16).rows.findIndex((row) => row[ASKED].from === 0),
      reply(given) {
        const { rows, stages } = plan("hillis_steele", 16);
        if (given > stages) {
          return given === ASKED ? "C’est l’étage de la forme séquentielle, où chaque case attend la précédente."
            : given === plan("tree", 16).stages ? "C’est celui de l’arbre\u202f; ici, chaque étage double l’intervalle."
              : "Il n’y a pas tant d’étages\u00a0: chacun double l’intervalle.";
        }
        return rows[given][ASKED].from === 0 ? "Elle le connaissait déjà à l’étage d’avant."
          : "Après l’étage " + given + ", elle ne résume encore que " + span(rows[given][ASKED]) + ".";
      },
    },
    {
      text: "L’arbre, seize cases\u00a0: combien de combinaisons en tout\u202f?",
      answer: plan("tree", 16).combinations,
      reply(given) {
        const known = {
          [plan("sequential", 16).combinations]: "Autant que la forme séquentielle\u202f? C’est la montée seule\u00a0: il reste à redescendre.",
          [plan("hillis_steele", 16).combinations]: "C’est le compte de Hillis–Steele.",
          [plan("tree", 8).combinations]: "C’est le compte pour huit cases.",
          32: "2T est une borne. Quelles cases n’ont rien à faire en descendant\u202f?",
          30: "En descendant, toutes les cases n’ont pas à combiner\u00a0: lesquelles savent déjà\u202f?",
          [plan("tree", 16).stages]: "C’est le nombre d’étages\u202f; un étage combine plusieurs cases.",
        };
        return known[given] || "Comptez étage par étage\u00a0: 8 en montant d’abord, puis la moitié. Et en descendant\u202f?";
      },
    },
  ];

  function question({ text, answer, reply }, onAnswer) {
    const input = html("input", {
      type: "number", class: "balayage-reponse", min: 0, max: 99, step: 1, inputmode: "numeric", autocomplete: "off", "aria-label": text,
    });
    const said = html("p", { class: "balayage-retour" });
    const form = html("form", { class: "balayage-question" }, input,
      html("button", { type: "submit", class: "interaction-bouton" }, "Vérifier"), said);
    form.noValidate = true;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const given = Number(input.value);
      const valid = input.value !== "" && Number.isInteger(given) && given >= 0;
      said.textContent = !valid ? "Donnez un nombre entier." : given === answer ? "Juste\u00a0: " + answer + "." : reply(given);
      onAnswer(valid ? given : null, said.textContent);
    });
    return html("div", { class: "balayage-demande" }, text, form);
  }

  /* ---- Le schéma : un étage par ligne, une case par colonne ---- */
  const WIDTH = 360, LEFT = 26, TOP = 24;

  function diagram() {
    const drawing = svg("svg", { role: "img", focusable: "false" });
    const text = (x, y, words, kind) => {
      const element = svg("text", { x, y, class: kind });
      element.style.textAnchor = "middle";
      element.textContent = words;
      return element;
    };

    /* Tout ce dont dépend la case choisie, étage par étage : "étage,case". */
    function cone(rows, stage, chosen) {
      const seen = new Set();
      const visit = (k, i) => {
        seen.add(k + "," + i);
        if (k === 0) { return; }
        visit(k - 1, i);
        if (rows[k][i].stage === k) { visit(k - 1, rows[k][i].past.to); }
      };
      visit(stage, chosen);
      return seen;
    }

    function show({ rows, stages }, stage, chosen, title) {
      const T = rows[0].length, pitch = clamp(200 / stages, 15, 38), height = TOP + pitch * stages + 22;
      const X = (i) => LEFT + ((WIDTH - LEFT) * (i + 0.5)) / T, Y = (k) => TOP + 8 + pitch * k;
      const seen = cone(rows, stage, chosen);
      const lines = [], marks = [];
      rows.slice(0, stage + 1).forEach((row, k) => {
        marks.push(text(10, Y(k) + 4, String(k), "gradue"));
        row.forEach((cell, i) => {
          const made = cell.stage === k, path = seen.has(k + "," + i) ? " lignee" : "";
          const link = (from) => svg("path", { class: "balayage-lien" + path, d: "M" + X(from).toFixed(1) + " " + Y(k - 1).toFixed(1) + "L" + X(i).toFixed(1) + " " + Y(k).toFixed(1) });
          if (k > 0) { lines[path ? "push" : "unshift"](link(i), ...(made ? [link(cell.past.to)] : [])); }
          const r = made ? (T > 8 ? 5 : 6.5) : 2.5, kind = "balayage-noeud" + path + (i === chosen && k === stage ? " ici" : "");
          /* Un carré sait tout son passé, un rond non. */
          marks.push(cell.from === 0 ? svg("rect", { class: kind, x: X(i) - r, y: Y(k) - r, width: 2 * r, height: 2 * r })
            : svg("circle", { class: kind + " partiel", cx: X(i), cy: Y(k), r }));
        });
      });
      drawing.setAttribute("viewBox", "0 0 " + WIDTH + " " + height);
      drawing.setAttribute("aria-label", title);
      drawing.replaceChildren(...rows[0].map((_, i) => text(X(i), 14, String(i), i === chosen ? "fort" : "gradue")), ...lines, ...marks);
    }
    return { frame: html("div", { class: "plan-cadre balayage-schema" }, drawing), show };
  }

  /* ---- Les cases : un groupe de choix, que l'on parcourt aux flèches ---- */
  function cellGrid(onChoose) {
    const element = html("div", { class: "balayage-cases", role: "radiogroup", "aria-label": "Cases" });
    let buttons = [], chosen = 0;
    element.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!by || event.ctrlKey || event.altKey || event.metaKey) { return; }
      event.preventDefault();
      onChoose((chosen + by + buttons.length) % buttons.length);
      buttons[chosen].focus();
    });
    return {
      element,
      show(row, stage, picked) {
        chosen = picked;
        if (buttons.length !== row.length) {
          buttons = row.map((_, i) => {
            const button = html("button", { type: "button", role: "radio", class: "balayage-case" });
            button.addEventListener("click", () => onChoose(i));
            return button;
          });
          element.replaceChildren(...buttons);
        }
        buttons.forEach((button, i) => {
          const cell = row[i], made = stage > 0 && cell.stage === stage, whole = cell.from === 0;
          button.classList.toggle("combinee", made);
          button.classList.toggle("complete", whole);
          button.setAttribute("aria-checked", String(i === picked));
          button.setAttribute("tabindex", i === picked ? "0" : "-1");
          button.setAttribute("aria-label", "Case " + i + ", " + (cell.from === i ? "seule" : "de " + cell.from + " à " + i)
            + ", a " + fr(cell.a, 2) + ", b " + fr(cell.b, 2) + (made ? ", combinée à cet étage" : "") + (whole ? ", tout son passé" : ""));
          button.replaceChildren(html("span", { class: "balayage-rang" }, (made ? "▸\u00a0" : "") + i + (whole ? "\u00a0✓" : "")), html("strong", {}, span(cell)),
            html("span", {}, "a\u00a0" + fr(cell.a, 2)), html("span", {}, "b\u00a0" + fr(cell.b, 2)));
        });
      },
    };
  }

  /* Le compte d'une forme n'apparaît qu'une fois parcourue : on prédit avant de lire. */
  function comparison() {
    const body = html("tbody", {});
    const sizes = Object.keys(SIZES);
    /* Un trait d'union facultatif : le mot se coupe sur un téléphone. */
    const heads = sizes.flatMap(() => ["étages", "combi\u00adnaisons"]);
    return {
      element: html("table", { class: "balayage-comptes" }, html("caption", {}, "Les formes que vous avez parcourues jusqu’au bout"),
        html("thead", {},
          html("tr", {}, html("th", { scope: "col", rowspan: 2 }, "forme"), ...sizes.map((T) => html("th", { scope: "colgroup", colspan: 2 }, "T\u00a0=\u00a0" + T))),
          html("tr", {}, ...heads.map((head) => html("th", { scope: "col" }, head)))), body),
      show: (walked) => body.replaceChildren(...Object.keys(FORMS).map((form) => html("tr", {}, html("th", { scope: "row" }, FORMS[form]),
        ...sizes.flatMap((T) => {
          const { stages, combinations } = plan(form, Number(T));
          return (walked.has(form + T) ? [stages, combinations] : ["?", "?"]).map((text) => html("td", {}, String(text)));
        })))),
    };
  }

  function create(root, { scene, announce }) {
    const now = { form: "hillis_steele", T: 8, stage: 1, chosen: ASKED };
    const walked = new Set(), answers = QUESTIONS.map(() => null);
    let current = null;
    const goals = tools.challenges("Deux prédictions, un défi", [
      ...QUESTIONS.map((q, n) => ({
        text: question(q, (given, said) => { answers[n] = given; announce(said, goals.check(snapshot())); }),
        met: (s) => s.answers[n] === q.answer,
      })),
      {
        text: "Choisissez une case qui résume exactement [2, 5]. Quelle forme en a une, et à quel étage\u202f?",
        met: (s) => s.cells[s.chosen].from === 2 && s.cells[s.chosen].to === 5,
      },
    ]);
    const form = tools.choice("Forme\u00a0:", FORMS, (value) => { now.form = value; restart(); });
    const size = tools.choice("Nombre de pas T\u00a0:", SIZES, (value) => { now.T = Number(value); restart(); });
    const picture = diagram(), table = comparison();
    const cells = cellGrid((i) => { now.chosen = i; update(); said(); });
    const { element: stages, input: slider, say } = tools.slider("Étage", { min: 0 }, (stage) => go(stage));
    const counter = html("p", { class: "a2d-sortie" });
    const story = html("p", { class: "a2d-sortie balayage-recit" });
    const button = (label, by) => {
      const made = html("button", { type: "button", class: "interaction-bouton" }, label);
      made.addEventListener("click", () => go(now.stage + by));
      return made;
    };
    const back = button("◀ Précédent", -1), forward = button("Suivant ▶", 1);

    const cell = ({ from, to, a, b, stage }) => ({ from, to, a, b, stage });
    function snapshot() {
      const { rows, counts, stages, combinations } = current;
      return {
        ...now, stages, combinations, done: counts.slice(0, now.stage).reduce((x, y) => x + y, 0),
        cells: rows[now.stage].map(cell), walked: Array.from(walked), answers: answers.slice(),
      };
    }
    const direction = () => (now.form !== "tree" || now.stage === 0 ? "" : now.stage <= Math.log2(now.T) ? ", en montant" : ", en descendant");

    const where = () => now.stage + " sur " + current.stages + direction();

    function update() {
      current = plan(now.form, now.T);
      if (now.stage === current.stages) { walked.add(now.form + now.T); }
      const s = snapshot(), row = current.rows[now.stage], whole = row.filter((c) => c.from === 0).length;
      form.show(now.form);
      size.show(now.T);
      slider.max = current.stages;
      slider.value = now.stage;
      say(where());
      back.setAttribute("aria-disabled", now.stage === 0);
      forward.setAttribute("aria-disabled", now.stage === current.stages);
      picture.show(current, now.stage, now.chosen, "Les combinaisons de la forme " + FORMS[now.form] + ", jusqu’à l’étage " + now.stage
        + "\u202f; en trait épais, ce dont dépend la case " + now.chosen + ".");
      cells.show(row, now.stage, now.chosen);
      counter.textContent = "À cet étage\u00a0: " + madeText(now.stage ? current.counts[now.stage - 1] : 0) + ". En tout\u00a0: " + stagesText(now.stage)
        + ", " + madeText(s.done) + ". Cases qui connaissent tout leur passé\u00a0: " + whole + " sur " + now.T + ".";
      story.textContent = explain(row[now.chosen], now.stage);
      table.show(walked);
    }
    function said() { announce("Étage " + where() + ". " + counter.textContent + " " + story.textContent, goals.check(snapshot())); }
    function go(wanted) {
      const next = clamp(wanted, 0, current.stages);
      if (next === now.stage) { return; }
      now.stage = next;
      update();
      said();
    }
    function restart() {
      now.stage = 0;
      now.chosen = Math.min(now.chosen, now.T - 1);
      update();
      said();
    }

    scene.append(form.element, size.element,
      html("div", { class: "reglages" }, stages, back, forward),
      counter, picture.frame,
      html("p", { class: "interaction-note" }, "Colonnes\u00a0: les cases, numérotées à partir de 0. Lignes\u00a0: les étages. ■ connaît tout son passé, ○ non."),
      cells.element, story, ...goals.elements, table.element);
    update();
    return { state: snapshot, done: goals.done, steps: { a: A, b: B },
      plan: (name, T) => { const made = plan(name, T); return { ...made, rows: made.rows.map((row) => row.map(cell)) }; } };
  }

  tools.registerAfter("balayage", HERE, ["balayage.css"], create);
})();
