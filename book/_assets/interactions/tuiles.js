/* FlashAttention, tuile par tuile : une matrice qui n'existe jamais, et le tout petit tableau
   noir où l'on n'en voit qu'une tuile. Le calcul est dans tuiles/calcul.js, les dessins dans
   tuiles/dessin.js (la mémoire globale) et tuiles/tableau.js (la mémoire rapide). */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, fr, clamp } = tools;
  const HERE = document.currentScript && document.currentScript.src;

  const SIZES = { 1: "1", 2: "2", 4: "4" };
  const MASKS = { none: "aucun", causal: "causal" };
  /* Au milieu d'une ligne de tuiles, là où un maximum monte : la figure se comprend arrêtée. */
  const START = { blockQ: 2, blockK: 2, causal: false, step: 10, followed: 0 };
  const WHOLE = 25000, SLOWEST = 1500, FASTEST = 400; /* millisecondes : la lecture, une étape */
  const LONG = 4096;

  const CHALLENGES = [
    {
      text: "Arrêtez-vous sur une tuile qui efface presque tout ce qu’une requête avait gardé\u00a0: α < 0,1, hors première tuile. Quel score en est la cause\u202f?",
      met: (s) => !s.playing && s.kind === "tile" && s.before.some((line, n) => line.m !== -Infinity && s.lines[n].alpha < 0.1),
    },
    {
      text: "Avec au plus 40 nombres au tableau, allez au bout en échangeant moins de 100 nombres, sans masque. Laquelle des deux tailles compte\u202f?",
      met: (s) => s.over && !s.causal && s.footprint <= 40 && s.total < 100,
    },
    {
      text: "Avec le masque causal, allez au bout en sautant plus de 40\u00a0% des tuiles. Pourquoi jamais la moitié, et que coûtent des tuiles si petites\u202f?",
      met: (s) => s.over && s.causal && s.skipped > 0.4 * s.tiles.length,
    },
  ];

  const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  function scientific(x) {
    const [digits, power] = x.toExponential(1).split("e");
    return fr(Number(digits), 1) + "\u00a0×\u00a010" + Array.from(power, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] || "⁻").join("");
  }

  /* Deux barres à la même échelle : ce que les tuiles ont échangé, et ce que la matrice coûte. */
  function meter(standard) {
    const done = html("span", { class: "tuiles-fait" }), count = html("strong", {}), detail = html("span", {});
    const line = (name, number, words, ...parts) => html("div", { class: "tuiles-compte" }, html("p", {}, name, number, words),
      html("div", { class: "tuiles-barre", "aria-hidden": "true" }, ...parts));
    const part = (kind, size) => html("span", { class: kind, style: "width: " + (100 * size) / standard.total + "%" });
    return {
      element: html("div", {}, html("p", { class: "plan-titre" }, "Nombres échangés avec la mémoire globale"),
        line("Par tuiles\u00a0: ", count, detail, done),
        line("Attention standard\u00a0: ", html("strong", {}, String(standard.total)),
          ", dont " + standard.matrices + " pour écrire et relire la matrice, deux fois", part("tuiles-vecteurs", standard.vectors), part("tuiles-matrices", standard.matrices))),
      show(s) {
        done.style.width = (100 * (s.read + s.written)) / standard.total + "%";
        count.textContent = String(s.read + s.written);
        detail.textContent = " (" + s.read + " lus, " + s.written + " écrits)" + (s.over ? ", en tout" : " jusqu’ici");
      },
    };
  }

  /* Un total n'apparaît qu'une fois le réglage mené au bout : on prédit avant de lire. */
  function totals() {
    const caption = html("caption", {}), body = html("tbody", {}), sizes = Object.keys(SIZES);
    return {
      element: html("table", { class: "tuiles-totaux" }, caption,
        html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "B", html("sub", {}, "q"), " ↓\u2003B", html("sub", {}, "k"), " →"), ...sizes.map((n) => html("th", { scope: "col" }, n)))), body),
      show(s, walked) {
        caption.textContent = "Nombres échangés en tout" + (s.causal ? ", avec le masque causal" : "") + " (place au tableau)";
        body.replaceChildren(...sizes.map((q) => html("tr", {}, html("th", { scope: "row" }, q), ...sizes.map((k) => {
          const here = s.blockQ === Number(q) && s.blockK === Number(k), found = walked.get(q + k + s.causal);
          return html("td", here ? { class: "ici" } : {}, html("strong", {}, found ? String(found) : "?"),
            " (" + window.coursTuiles.footprint({ blockQ: Number(q), blockK: Number(k) }) + ")");
        }))));
      },
    };
  }

  function create(root, { scene, announce }) {
    const { T, D, plan, tiles, footprint, standard, explicit, memory, board, sentence } = window.coursTuiles;
    const now = { ...START }, walked = new Map();
    let steps = plan(now), state = null, timer = 0, untouched = true;
    const goals = tools.challenges("Trois défis", CHALLENGES);

    const choose = (key, read) => (value) => {
      pause();
      now[key] = read(value);
      Object.assign(now, { step: 0, followed: Math.min(now.followed, now.blockQ - 1) });
      steps = plan(now);
      update();
      said();
    };
    const sized = (words, letter) => html("span", {}, words + ", B", html("sub", {}, letter), "\u00a0:");
    const heights = tools.choice(sized("Requêtes par tuile", "q"), SIZES, choose("blockQ", Number));
    const widths = tools.choice(sized("Clés par tuile", "k"), SIZES, choose("blockK", Number));
    const mask = tools.choice("Masque\u00a0:", MASKS, choose("causal", (value) => value === "causal"));
    const global = memory(), counts = meter(standard), table = totals();
    const fast = board((n) => { now.followed = n; update(); });
    const { element: slider, input, say } = tools.slider("Étape", { min: 0 }, (step) => go(step));
    const button = (label, act) => {
      const made = html("button", { type: "button", class: "interaction-bouton" }, label);
      made.addEventListener("click", act);
      return made;
    };
    const back = button("◀ Précédent", () => go(now.step - 1)), forward = button("Suivant ▶", () => go(now.step + 1));
    const player = button("", () => {
      if (!timer) { play(); return; }
      pause();
      said();
    });
    const bill = html("p", { class: "a2d-sortie tuiles-bilan" });

    function compute() {
      const step = steps[now.step], last = steps.length - 1, passed = steps.slice(0, now.step + 1);
      const outputs = Array(T).fill(null);
      passed.forEach(({ rows, outputs: written }) => (written || []).forEach((o, n) => { outputs[rows[n]] = o; }));
      const sum = (key, list) => list.reduce((total, one) => total + one[key], 0);
      const all = tiles(now, steps, now.step);
      state = {
        ...now, ...step, step: now.step, last, outputs, tiles: all, over: now.step === last, playing: timer !== 0,
        read: sum("read", passed), written: sum("written", passed), total: sum("read", steps) + sum("written", steps),
        rescalings: passed.filter(({ kind }) => kind === "tile").length * now.blockQ * (D + 1),
        standard: standard.total, footprint: footprint(now), skipped: all.filter((one) => one.state === "skipped").length,
      };
      state.sentence = sentence(state, step);
      if (state.over) { walked.set("" + now.blockQ + now.blockK + now.causal, state.total); }
      return step;
    }

    function update() {
      untouched = false;
      const step = compute();
      heights.show(now.blockQ);
      widths.show(now.blockK);
      mask.show(now.causal ? "causal" : "none");
      input.max = state.last;
      input.value = now.step;
      say(now.step + " sur " + state.last);
      back.setAttribute("aria-disabled", now.step === 0);
      forward.setAttribute("aria-disabled", state.over);
      player.textContent = timer ? "❚❚ Pause" : "▶ Lecture";
      global.show(state, step, state.tiles, state.outputs);
      fast.show(state, step);
      counts.show(state);
      table.show(state, walked);
      bill.textContent = "En échange, les corrections ont pris " + state.rescalings + " multiplications de plus. Avec T = " + grouped(LONG) + ", le tableau tiendrait toujours " + state.footprint + " nombres\u202f; la matrice en aurait " + grouped(LONG * LONG) + "."
        + (state.over ? " La sortie est celle de la formule\u00a0: plus grand écart, " + scientific(gap()) + "." : "");
    }
    const gap = () => Math.max(...explicit(now.causal).flatMap((row, i) => row.map((x, n) => Math.abs(x - state.outputs[i][n]))));

    function said() { announce("Étape " + now.step + " sur " + state.last + ". " + state.sentence, goals.check(state)); }
    function go(wanted) {
      pause();
      const next = clamp(wanted, 0, steps.length - 1);
      if (next === now.step) { return; }
      now.step = next;
      update();
      said();
    }

    function pause() {
      if (!timer) { return; }
      clearInterval(timer);
      timer = 0;
      update();
    }
    /* Pendant la lecture, la voix se tait : elle dit un défi relevé, et la fin. */
    function tick() {
      now.step += 1;
      const over = now.step === steps.length - 1;
      if (over) { pause(); } else { update(); }
      const won = goals.check(state);
      if (over || won) { announce(state.sentence, won); }
    }
    function play() {
      if (untouched || state.over) { now.step = 0; }
      timer = setInterval(tick, clamp(WHOLE / steps.length, FASTEST, SLOWEST));
      update();
    }

    scene.append(
      html("div", { class: "tuiles-choix" }, heights.element, widths.element, mask.element),
      html("div", { class: "tuiles-corps" }, global.element, fast.element, html("div", { class: "tuiles-comptes" }, counts.element, bill)),
      html("div", { class: "reglages tuiles-lecture" }, back, player, forward, slider),
      ...goals.elements, table.element,
      html("p", { class: "interaction-note tuiles-note" }, "d = 2. La place compte Q, K, V, la tuile et a, puis m, ℓ et α pour chaque requête. Les nombres sont arrondis pour être lus\u202f; le calcul ne l’est pas."));
    update();
    untouched = true;
    return {
      state: () => state, done: goals.done, plan, tiles, footprint, standard,
      inputs: { q: window.coursTuiles.Q, k: window.coursTuiles.K, v: window.coursTuiles.V },
    };
  }

  tools.registerAfter("tuiles", HERE, ["tuiles.css", "tuiles/calcul.js", "tuiles/dessin.js", "tuiles/tableau.js"], create);
})();
