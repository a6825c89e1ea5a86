/* Le jeu du budget : ce que coûte un pas d'apprentissage, en calcul, en mémoire et en temps.
   Les formules sont dans budget/calcul.js, et les mêmes que celles du paquet.

   Débits annoncés par NVIDIA (fiches T4, A100 80 GB SXM, H100 SXM) : produits de matrices de
   16 bits, denses, sans parcimonie ; 1 Go = 10⁹ octets. La fiche du H100 donne 1 979 TFLOP/s
   avec parcimonie : la moitié sans. Le T4 ne connaît pas bf16 : ce sont ceux de fp16 ; sa
   bande passante est celle de sa mémoire, 256 bits à 10 Gbit/s. */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, svg, fr, percent, clamp } = tools;
  const HERE = document.currentScript && document.currentScript.src;

  const GPUS = {
    t4: { label: "T4", flops: 65e12, bandwidth: 320e9, memory: 16e9 },
    a100: { label: "A100 (80\u00a0Go)", flops: 312e12, bandwidth: 2039e9, memory: 80e9 },
    h100: { label: "H100", flops: 989e12, bandwidth: 3350e9, memory: 80e9 },
  };
  const CHOICES = {
    feedForward: ["Feed-forward", { gelu: "GELU, 4\u202fd", swiglu: "SwiGLU, 8\u202fd\u202f/\u202f3" }],
    engine: ["Attention", { explicit: "scores gardés", flash: "FlashAttention" }],
    gpu: ["GPU", { t4: GPUS.t4.label, a100: GPUS.a100.label, h100: GPUS.h100.label }],
  };

  /* Des crans en progression géométrique : ``per`` crans par doublement. */
  function octaves(low, high, per) {
    const values = [];
    for (let base = low; base < high; base *= 2) {
      for (let n = 0; n < per; n += 1) { values.push((base * (per + n)) / per); }
    }
    return values.concat(high);
  }
  const KNOBS = {
    T: { label: "Longueur T", values: octaves(64, 1048576, 8) },
    d: { label: "Largeur d", values: octaves(256, 16384, 4) }, /* que toute puissance de 2 ≤ 64 divise */
    heads: { label: "Têtes", values: octaves(1, 64, 1) },
    layers: { label: "Couches", values: [1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128] },
    batch: { label: "Phrases par lot", values: octaves(1, 256, 1) },
    efficiency: {
      label: "Rendement", write: (x) => x + "\u00a0%", values: Array.from({ length: 20 }, (_, n) => 5 * (n + 1)),
    },
  };
  const MODEL = { d: 1024, heads: 16, layers: 12, batch: 4, feedForward: "gelu" };
  const START = { ...MODEL, T: 1024, efficiency: 40, engine: "flash", gpu: "a100" };

  /* ---- L'écriture ------------------------------------------------------------------ */
  const PREFIXES = ["", "k", "M", "G", "T", "P", "E", "Z", "Y"];
  const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  const digits = (x) => fr(x, x < 9.995 ? 2 : x < 99.95 ? 1 : 0); /* trois chiffres significatifs */
  function amount(x, unit) {
    const rank = x < 1000 ? 0 : clamp(Math.floor(Math.log10(x * 1.0005) / 3), 0, PREFIXES.length - 1);
    return (rank ? digits(x / 1000 ** rank) : fr(x, 0)) + "\u00a0" + PREFIXES[rank] + unit;
  }
  const UNITS = [[1e-6, "µs"], [1e-3, "ms"], [1, "s"], [60, "min"], [3600, "h"], [86400, "jours"], [31557600, "ans"]];
  function duration(seconds) {
    const [size, name] = UNITS.filter(([one]) => seconds >= one).pop() || UNITS[0];
    return digits(seconds / size) + "\u00a0" + name;
  }

  /* ---- Les défis --------------------------------------------------------------------- */
  const sameModel = (s) => Object.keys(MODEL).every((key) => s[key] === MODEL[key]);
  /* Le plus long cran qui tient : il tient, et le suivant ne tient plus. */
  const longest = (s, engine) => sameModel(s) && s.gpu === "t4" && s.engine === engine && s.fits && !s.nextFits;
  const CHALLENGES = [
    {
      text: "À l’aller, que les paires coûtent la moitié du calcul. Que vaut alors T\u202f/\u202fd\u202f?",
      met: (s) => Math.abs(s.forwardShare - 0.5) < 0.015,
    },
    {
      text: "Avec le modèle de départ, sur un T4 et en gardant les scores, trouvez le plus long T qui tient en mémoire.",
      met: (s) => longest(s, "explicit"),
    },
    {
      text: "Même modèle, même T4, avec FlashAttention. Combien de fois plus long\u202f?",
      met: (s) => longest(s, "flash"),
    },
    {
      text: "Avec un lot d’au moins 4\u202f096 tokens, faites que la mémoire, et non le calcul, fixe le temps. Qu’avez-vous dû changer\u202f?",
      met: (s) => s.bound === "mémoire" && s.T * s.batch >= 4096,
    },
  ];

  /* ---- La courbe : les deux parts, selon T -------------------------------------------- */
  const BOX = { left: 46, right: 344, top: 30, bottom: 172 };
  const OCTAVES = Math.log2(KNOBS.T.values[KNOBS.T.values.length - 1] / KNOBS.T.values[0]);
  const X = (T) => BOX.left + ((BOX.right - BOX.left) * Math.log2(T / KNOBS.T.values[0])) / OCTAVES;
  const Y = (part) => BOX.bottom - (BOX.bottom - BOX.top) * part;

  const swatch = (kind) => html("span", { class: kind, "aria-hidden": "true" });

  function chart() {
    const drawing = svg("svg", {
      viewBox: "0 0 360 214", role: "img", focusable: "false",
      "aria-label": "Parts des tokens et des paires dans le calcul d’un bloc, à l’aller, selon la longueur T",
    });
    const layer = svg("g", {});
    drawing.append(layer);
    const text = (x, y, words, anchor, kind) => {
      const made = svg("text", { x: x.toFixed(1), y: y.toFixed(1), class: kind || "gradue" });
      made.style.textAnchor = anchor || "middle";
      made.textContent = words;
      return made;
    };
    const block = (kind, x, width, from, to) => svg("rect", {
      class: kind, x: x.toFixed(1), width, y: Y(to).toFixed(1), height: (Y(from) - Y(to)).toFixed(1),
    });
    return {
      frame: html("div", { class: "plan-cadre budget-cadre" },
        html("p", { class: "plan-titre" }, "Le calcul d’un bloc, à l’aller"), drawing,
        html("p", { class: "interaction-note budget-legende" }, ...["token", "paire"].map((name) =>
          html("span", {}, swatch("budget-" + name + "s"), " par " + name)))),
      show(s) {
        const part = (T) => T / (T + s.crossover);
        const edge = KNOBS.T.values.map((T) => X(T).toFixed(1) + " " + Y(part(T)).toFixed(1)).join("L");
        const at = X(s.T), six = X(s.crossover);
        const name = (s.feedForward === "gelu" ? "T = 6 d = " : "T ≈ 6 d = ") + grouped(Math.round(s.crossover));
        layer.replaceChildren(
          block("budget-tokens", BOX.left, BOX.right - BOX.left, 0, 1),
          svg("path", { class: "budget-paires", d: "M" + BOX.left + " " + Y(0) + "L" + edge + "V" + Y(0) + "z" }),
          ...[0, 0.5, 1].map((v) => text(BOX.left - 5, Y(v) + 4, percent(v), "end")),
          ...[64, 1024, 16384, 262144].map((T) => text(X(T), BOX.bottom + 16, grouped(T))),
          text((BOX.left + BOX.right) / 2, BOX.bottom + 34, "longueur T"),
          svg("path", { class: "budget-repere", d: "M" + six.toFixed(1) + " " + (BOX.top - 6) + "V" + BOX.bottom + "M" + BOX.left + " " + Y(0.5) + "H" + six.toFixed(1) }),
          text(clamp(six, 92, 268), BOX.top - 12, name, "middle", "budget-six"),
          block("budget-tokens budget-ici", at - 7, 14, part(s.T), 1),
          block("budget-paires budget-ici", at - 7, 14, 0, part(s.T)));
      },
    };
  }

  /* ---- La mémoire : trois parts, et ce que le GPU contient ---------------------------- */
  function memoryBar() {
    const names = ["poids et Adam", "gardé par token", "gardé par paire"];
    const parts = ["budget-etat", "budget-tokens", "budget-paires"].map(swatch);
    const edge = swatch("budget-limite"), title = html("p", { class: "plan-titre" });
    const key = html("p", { class: "interaction-note budget-legende" });
    return {
      element: html("div", { class: "budget-memoire" }, title, html("div", { class: "budget-barre", "aria-hidden": "true" }, ...parts, edge), key),
      show(s, sizes) {
        const scale = Math.max(s.memory, s.capacity) * 1.04;
        sizes.forEach((size, n) => { parts[n].style.width = (100 * size) / scale + "%"; });
        edge.style.left = (100 * s.capacity) / scale + "%";
        title.textContent = "Mémoire\u00a0: " + amount(s.memory, "o") + " pour " + s.capacity / 1e9 + "\u00a0Go"
          + (s.fits ? "\u00a0; cela tient" : "\u00a0; cela ne tient pas");
        key.replaceChildren(...names.map((name, n) => html("span", {},
          swatch(parts[n].className), " " + name + "\u00a0: " + amount(sizes[n], "o"))),
          html("span", {}, swatch("budget-limite"), " limite du GPU"));
      },
    };
  }

  /* ---- Les contrôles ------------------------------------------------------------------ */
  function knob({ label, values, write }, onInput) {
    const { element, input, say } = tools.slider(label, { min: 0, max: values.length - 1 }, (n) => onInput(values[n]));
    return {
      element,
      show(value) {
        input.value = values.indexOf(value);
        say((write || grouped)(value));
      },
    };
  }

  const line = (name) => {
    const value = html("td", {});
    return { value, row: html("tr", {}, html("th", { scope: "row" }, name), value) };
  };

  function create(root, { scene, announce }) {
    const { cost, crossover, floor } = window.coursBudget;
    let given = { ...START }, state = null;
    const set = (key) => (value) => { given[key] = value; update(true); };
    const knobs = Object.keys(KNOBS).map((key) => ({ key, ...knob(KNOBS[key], set(key)) }));
    const choices = Object.keys(CHOICES).map((key) => ({ key, ...tools.choice(...CHOICES[key], set(key)) }));
    const graph = chart(), bar = memoryBar(), goals = tools.challenges("Quatre défis", CHALLENGES);
    const lines = ["un pas d’apprentissage", "part des paires", "paramètres (hors vocabulaire)",
      "octets gardés", "un pas, au mieux", "le temps est fixé par"].map(line);
    const back = html("button", { type: "button", class: "interaction-bouton" }, "Revenir au modèle de départ");
    back.addEventListener("click", () => { given = { ...START }; update(true); });
    const note = html("p", { class: "interaction-note budget-note" });

    function update(byReader) {
      const gpu = GPUS[given.gpu], prices = cost(given);
      const ratio = (a, b) => Number(a) / Number(b);
      const next = KNOBS.T.values[KNOBS.T.values.indexOf(given.T) + 1];
      const fits = (p) => Number(p.memory) <= gpu.memory;
      state = {
        ...given, ...floor(prices, gpu, given.efficiency / 100), crossover: crossover(given),
        flops: String(prices.training), kept: String(prices.kept), parameters: String(prices.parameters),
        share: ratio(prices.trainPair, prices.training), forwardShare: ratio(prices.pair, prices.forward),
        memory: Number(prices.memory), capacity: gpu.memory, fits: fits(prices),
        nextFits: next !== undefined && fits(cost({ ...given, T: next })),
      };
      knobs.forEach((knob) => knob.show(given[knob.key]));
      choices.forEach((choice) => choice.show(given[choice.key]));
      graph.show(state);
      bar.show(state, [prices.state, prices.tokenKept, prices.pairKept].map(Number));
      [amount(Number(prices.training), "FLOP"), percent(state.share, 1), amount(Number(prices.parameters), ""),
        amount(Number(prices.kept), "o"), duration(state.seconds), state.bound === "calcul" ? "le calcul" : "la mémoire",
      ].forEach((words, n) => { lines[n].value.textContent = words; });
      note.textContent = gpu.label + "\u00a0: " + fr(gpu.flops / 1e12, 0) + " TFLOP/s en 16 bits, sans parcimonie\u202f; "
        + grouped(gpu.bandwidth / 1e9) + " Go/s\u202f; " + gpu.memory / 1e9 + " Go (chiffres de NVIDIA). Le calcul prend "
        + duration(state.compute) + " à ce rendement\u202f; déplacer chaque octet deux fois, " + duration(state.traffic)
        + ". Tout est en 16 bits, avec 16 octets par paramètre pour les poids, leur gradient et Adam.";
      if (byReader) {
        announce(amount(Number(prices.training), "FLOP") + " par pas, dont " + percent(state.share) + " pour les paires. "
          + bar.element.firstChild.textContent + ". " + "Au mieux " + lines[4].value.textContent + ", fixé par " + lines[5].value.textContent + ".", goals.check(state));
      }
    }

    scene.append(
      html("div", { class: "reglages budget-reglages" }, ...knobs.map((knob) => knob.element)),
      ...choices.map((choice) => choice.element),
      html("div", { class: "a2d-plans" }, graph.frame,
        html("div", {}, html("table", { class: "budget-table" }, html("caption", {}, "Le modèle entier"),
          html("tbody", {}, ...lines.map((l) => l.row))), back)),
      bar.element, note, ...goals.elements);
    update(false);
    const plain = (prices) => Object.fromEntries(Object.entries(prices).map(([key, value]) => [key, String(value)]));
    return { state: () => state, done: goals.done, cost: (s) => plain(cost(s)), crossover, gpus: GPUS };
  }

  /* Le style et le calcul d'abord ; sans style, la figure se lit encore. */
  tools.registerAfter("budget", HERE, ["budget.css", "budget/calcul.js"], create);
})();
