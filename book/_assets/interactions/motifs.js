/* L'explorateur de motifs : on choisit une attention, la grille montre ses paires, et la
   page compte ce qu'elles coûtent et les couches qu'il faut. Le calcul est dans
   motifs/calcul.js, et le même que celui du paquet. */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, svg, fr, percent, clamp } = tools;
  const HERE = document.currentScript && document.currentScript.src;
  const LONG = 8192; /* la longueur où l'on compare les prix */

  const [NONE, NEAR, FAR, DRAWN] = [0, 1, 2, 3]; /* pourquoi une paire est regardée */
  const positions = (n) => Array.from({ length: n }, (_, i) => i);

  /* ---- Les réglages --------------------------------------------------------------- */
  const METHODS = {
    full: { label: "entière", knobs: [] },
    window: { label: "fenêtre", knobs: ["width"] },
    dilated: { label: "fenêtre dilatée", knobs: ["width", "dilation"] },
    strided: { label: "strided", knobs: ["stride"], far: "une clé sur s" },
    longformer: { label: "Longformer", knobs: ["width", "dilation"], far: "globales" },
    bigbird: { label: "BigBird", knobs: ["block", "near", "globalBlocks", "randomBlocks"], far: "blocs globaux" },
  };
  const LABELS = Object.fromEntries(Object.entries(METHODS).map(([key, { label }]) => [key, label]));
  const range = (low, high, step) => positions(Math.floor((high - low) / step) + 1).map((n) => low + n * step);
  const KNOBS = {
    T: { label: "Longueur T", values: range(16, 64, 8) },
    width: { label: "Largeur w", values: range(1, 32, 1) },
    dilation: { label: "Écart a", values: range(1, 8, 1) },
    stride: { label: "Pas s", values: range(1, 32, 1) },
    block: { label: "Taille d’un bloc", values: [1, 2, 4, 8] },
    near: { label: "Blocs voisins, de chaque côté", values: range(0, 4, 1) },
    globalBlocks: { label: "Blocs globaux", values: range(0, 4, 1) },
    randomBlocks: { label: "Blocs au hasard", values: range(0, 4, 1) },
  };
  const START = {
    method: "window", T: 32, causal: false, width: 4, dilation: 2, stride: 6, globals: [0],
    block: 4, near: 1, globalBlocks: 1, randomBlocks: 2, seed: 0, query: 12, stacked: 1,
  };

  const CHALLENGES = [
    {
      text: "Sans masque causal, reliez tout en deux couches avec moins du dixième des paires.",
      met: (s) => !s.causal && s.layers !== null && s.layers <= 2 && s.share < 0.1,
    },
    {
      text: "À T\u00a0=\u00a064, avec la fenêtre seule, trouvez la plus petite largeur qui relie tout en quatre couches. Que vaut 4\u202f(w\u00a0−\u00a01)\u202f?",
      met: (s) => s.method === "window" && s.T === 64 && s.layers === 4 && 4 * (s.width - 2) < s.T - 1,
    },
    {
      text: "Laissez à une requête au moins trois clés en moyenne, et faites que deux positions ne se voient jamais, même avec cent couches.",
      met: (s) => s.layers === null && s.pairs >= 3 * s.T,
    },
  ];

  /* ---- L'écriture ------------------------------------------------------------------ */
  const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  const share = (x) => percent(x, x < 0.0995 ? 2 : 1);
  function runs(list) {
    const parts = [];
    list.forEach((j) => {
      const last = parts[parts.length - 1];
      if (last && last[1] === j - 1) { last[1] = j; } else { parts.push([j, j]); }
    });
    return parts.map(([a, b]) => (a === b ? a : a + (b === a + 1 ? ", " : " à ") + b)).join(", ");
  }
  function layersSentence(s) {
    const goal = s.causal ? "toute position voie toutes celles d’avant" : "toute position voie toute autre";
    if (s.layers === null) { return "Aucun nombre de couches ne suffit pour que " + goal + "."; }
    return (s.layers === 1 ? "Une seule couche suffit" : "Il faut empiler " + s.layers + " couches")
      + " pour que " + goal + ".";
  }
  function querySentence(s) {
    const seen = s.keys.length > 1 ? s.keys.length + " clés" : "une clé";
    const reached = s.stacked > 1 ? " En " + s.stacked + " couches, elle reçoit de " + s.reached.length + " positions." : "";
    return "La requête " + s.query + " regarde " + seen + "\u00a0: " + runs(s.keys) + "." + reached;
  }

  /* ---- La grille : une forme par raison de regarder ---------------------------------- */
  const SIDE = 320, LEFT = 36, TOP = 34;
  const SHAPES = { /* dans une case de côté 1 : carré, losange, rond, point */
    [NEAR]: (x, y) => "M" + x + " " + y + "h1v1h-1z",
    [FAR]: (x, y) => "M" + (x + 0.5) + " " + y + "l.5 .5-.5 .5-.5-.5z",
    [DRAWN]: (x, y) => "M" + (x + 0.04) + " " + (y + 0.5) + "a.46 .46 0 1 0 .92 0a.46 .46 0 1 0-.92 0z",
    reached: (x, y) => "M" + (x + 0.38) + " " + (y + 0.38) + "h.24v.24h-.24z",
    future: (x, y) => "M" + x + " " + y + "h1v1z",
  };
  const CLASSES = { [NEAR]: "motifs-pres", [FAR]: "motifs-loin", [DRAWN]: "motifs-hasard", reached: "motifs-portee", future: "motifs-futur" };
  const sign = (kind) => svg("svg", { viewBox: "0 0 1 1", class: "motifs-signe", "aria-hidden": "true", focusable: "false" },
    svg("path", { class: CLASSES[kind], d: SHAPES[kind](0, 0) }));

  function board(onPick) {
    const drawing = svg("svg", {
      viewBox: "0 0 " + (LEFT + SIDE + 4) + " " + (TOP + SIDE + 4), role: "img", focusable: "false",
      "aria-label": "Grille des paires : une ligne par requête, une colonne par clé",
    });
    const layer = svg("g", {});
    drawing.append(layer);
    let T = 1;
    const rowAt = (event) => {
      const box = drawing.getBoundingClientRect();
      const y = ((event.clientY - box.top) / box.height) * (TOP + SIDE + 4) - TOP;
      return clamp(Math.floor((y * T) / SIDE), 0, T - 1);
    };
    drawing.addEventListener("pointermove", (event) => event.pointerType === "mouse" && onPick(rowAt(event), false));
    drawing.addEventListener("click", (event) => onPick(rowAt(event), true));
    const label = (x, y, words, anchor) => {
      const text = svg("text", { x, y, class: "gradue" });
      text.style.textAnchor = anchor;
      text.textContent = words;
      return text;
    };
    return {
      element: html("div", { class: "motifs-grille" }, drawing),
      show(s, M, shown) {
        T = s.T;
        const cell = SIDE / T, paths = { [NEAR]: "", [FAR]: "", [DRAWN]: "", reached: "" };
        M.forEach((row, i) => row.forEach((kind, j) => {
          if (kind !== NONE) { paths[kind] += SHAPES[kind](j, i); }
          else if (shown[i] & (1n << BigInt(j))) { paths.reached += SHAPES.reached(j, i); }
        }));
        let lines = "", future = "M1 0";
        for (let n = 1; n < T; n += 1) {
          lines += "M0 " + n + "H" + T + "M" + n + " 0V" + T;
          future += "V" + n + "H" + (n + 1);
        }
        const ticks = [0, T / 4, T / 2, (3 * T) / 4, T - 1];
        layer.replaceChildren(
          ...ticks.flatMap((n) => [
            label(LEFT + (n + 0.5) * cell, TOP - 5, n, "middle"),
            label(LEFT - 5, TOP + (n + 0.5) * cell + 4, n, "end")]),
          label(LEFT + SIDE, 12, "clé j →", "end"), label(2, 12, "requête i ↓", "start"),
          svg("g", { transform: "translate(" + LEFT + " " + TOP + ") scale(" + cell + ")" },
            svg("rect", { class: "motifs-cadre", width: T, height: T }),
            s.causal ? svg("path", { class: "motifs-futur", d: future + "V0z" }) : null,
            ...Object.keys(paths).map((kind) => svg("path", { class: CLASSES[kind], d: paths[kind] })),
            svg("path", { class: "motifs-lignes", d: lines }),
            svg("rect", { class: "motifs-requete", x: 0, y: s.query, width: T, height: 1 })));
      },
    };
  }

  /* ---- Les contrôles ------------------------------------------------------------------ */
  function knob(label, values, onInput) {
    const { element, input, say } = tools.slider(label, { min: 0, max: values.length - 1 }, (n) => onInput(values[n]));
    return {
      element,
      show(value, last) {
        if (last !== undefined) { input.max = last; }
        input.value = values.indexOf(value);
        say(String(value));
      },
    };
  }

  function priceTable() {
    const head = html("tr", {}), body = html("tbody", {});
    return {
      element: html("table", { class: "motifs-prix" }, html("caption", {}, "Ce que coûte ce motif"),
        html("thead", {}, head), body),
      show(s) {
        const columns = [{ T: s.T, pairs: s.pairs }, s.long];
        const line = (name, write) => html("tr", {}, html("th", { scope: "row" }, name),
          ...columns.map((c) => html("td", {}, write(c))));
        head.replaceChildren(html("th", { scope: "col" }, "longueur"),
          ...columns.map((c) => html("th", { scope: "col" }, "T\u00a0=\u00a0" + grouped(c.T))));
        body.replaceChildren(line("paires regardées", (c) => grouped(c.pairs)),
          line("part de T²", (c) => share(c.pairs / (c.T * c.T))),
          line("clés par requête", (c) => fr(c.pairs / c.T, 1).replace(/\B(?=(\d{3})+,)/g, "\u202f")));
      },
    };
  }

  function legend(s) {
    const item = (kind, words) => html("span", {}, sign(kind), " " + words);
    return [
      item(NEAR, s.method === "bigbird" ? "blocs voisins" : s.method === "full" ? "toutes" : "voisines"),
      METHODS[s.method].far ? item(FAR, METHODS[s.method].far) : null,
      s.method === "bigbird" ? item(DRAWN, "blocs au hasard") : null,
      s.causal ? item("future", "futur, caché") : null,
      s.stacked > 1 ? item("reached", "reçues en " + s.stacked + " couches") : null,
    ].filter((part) => part !== null);
  }

  function create(root, { scene, announce }) {
    const { draw, matrix, count, reach, members } = window.coursMotifs;
    const given = { ...START, globals: START.globals.slice() };
    let state = null;
    const set = (key) => (value) => { given[key] = value; update(true); };
    const knobs = Object.keys(KNOBS).map((key) => ({ key, ...knob(KNOBS[key].label, KNOBS[key].values, set(key)) }));
    const query = knob("Requête i", positions(64), set("query"));
    const stacked = knob("Couches empilées", range(1, 8, 1), set("stacked"));
    const methods = tools.choice("Attention", LABELS, set("method"));
    const causal = html("input", { type: "checkbox", autocomplete: "off" }), causalWords = html("span", {});
    causal.addEventListener("change", () => set("causal")(causal.checked));
    const button = (act) => {
      const made = html("button", { type: "button", class: "interaction-bouton" });
      made.addEventListener("click", () => { act(); update(true); });
      return made;
    };
    const redraw = button(() => { given.seed += 1; });
    const pin = button(() => {
      const kept = given.globals.filter((p) => p !== given.query);
      given.globals = kept.length < given.globals.length ? kept : kept.concat(given.query);
    });
    const grid = board((i, told) => {
      if (i === given.query && !told) { return; }
      given.query = i;
      update(told);
    });
    const signs = html("p", { class: "interaction-note motifs-legende" });
    const prices = priceTable(), goals = tools.challenges("Trois défis", CHALLENGES);
    const depth = html("p", { class: "a2d-sortie motifs-couches" }), row = html("p", { class: "a2d-sortie motifs-ligne" });

    /* ``byReader`` : un geste voulu, que l'on annonce ; survoler n'en est pas un. */
    function update(byReader) {
      given.query = Math.min(given.query, given.T - 1);
      const s = { ...given, causal: given.causal && given.method !== "bigbird" };
      s.globals = given.globals.filter((p) => p < s.T).sort((a, b) => a - b);
      if (s.method === "bigbird") { s.draws = draw(s.T, s, tools.math.random(s.seed)); }
      const M = matrix(s), { powers, layers } = reach(M, s.causal);
      const shown = powers[Math.min(s.stacked, powers.length) - 1];
      const pairs = M.flat().filter((kind) => kind !== NONE).length;
      state = {
        ...s, pairs, share: pairs / (s.T * s.T), layers, long: { T: LONG, pairs: count(LONG, s) },
        keys: members(powers[0][s.query], s.T), reached: members(shown[s.query], s.T),
      };
      grid.show(state, M, shown);
      prices.show(state);
      methods.show(s.method);
      knobs.forEach((knob) => {
        knob.element.hidden = knob.key !== "T" && !METHODS[s.method].knobs.includes(knob.key);
        knob.show(s[knob.key]);
      });
      query.show(s.query, s.T - 1);
      stacked.show(s.stacked);
      causal.checked = s.causal;
      causal.disabled = s.method === "bigbird";
      causalWords.textContent = causal.disabled ? "Causale\u00a0: BigBird ne l’admet pas" : "Causale";
      redraw.hidden = s.method !== "bigbird";
      redraw.textContent = "Retirer au sort (graine " + s.seed + ")";
      pin.hidden = s.method !== "longformer";
      pin.textContent = s.globals.includes(s.query) ? "Rendre la position " + s.query + " ordinaire" : "Rendre la position " + s.query + " globale";
      signs.replaceChildren(...legend(state));
      depth.textContent = layersSentence(state);
      row.textContent = querySentence(state);
      if (byReader) {
        announce(grouped(pairs) + " paires, " + share(state.share) + " de T². " + depth.textContent + " " + row.textContent,
          goals.check(state));
      }
    }

    scene.append(
      methods.element,
      html("div", { class: "motifs-corps" },
        html("div", {}, grid.element, signs, row,
          html("div", { class: "reglages motifs-reglages" }, query.element, stacked.element, pin)),
        html("div", {},
          html("div", { class: "reglages motifs-reglages" }, ...knobs.map((knob) => knob.element),
            html("label", { class: "case" }, causal, causalWords), redraw),
          prices.element, depth)),
      ...goals.elements);
    update(false);
    return { state: () => state, done: goals.done, matrix, count, reach: (s) => reach(matrix(s), s.causal).layers };
  }

  /* Le style et le calcul d'abord ; sans style, la figure se lit encore. */
  tools.registerAfter("motifs", HERE, ["motifs.css", "motifs/calcul.js"], create);
})();
