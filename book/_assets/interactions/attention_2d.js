/* Attention dans le plan : une requête, quatre clés, quatre valeurs, une température.
   poids = softmax(q·k / (τ√2)) ; sortie = moyenne des valeurs, pondérée par eux. */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, svg, fr, percent, point } = tools;
  const { dot, softmax, hull } = tools.math;

  const WIDTH = 3.2, HEIGHT = 2.4, UNIT = 50;
  const WORDS = ["souris", "chats", "étudiante", "marche"];
  const START = {
    q: [1.6, 0.8],
    k: [[0.8, 0.4], [2, -0.6], [-0.6, 1.7], [-1.6, -1.2]],
    v: [[-2, 1.5], [2, 1.6], [1.6, -1.6], [-1.8, -1.3]],
    notch: 0,
  };
  const copy = () => JSON.parse(JSON.stringify(START));
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const norm = (a) => Math.sqrt(dot(a, a));
  const X = (x) => (x + WIDTH) * UNIT;
  const Y = (y) => (HEIGHT - y) * UNIT;

  /* Toute la théorie tient ici. */
  function attend(q, k, v, temperature) {
    const products = k.map((key) => dot(q, key));
    const scores = products.map((p) => p / (temperature * Math.sqrt(q.length)));
    const weights = softmax(scores);
    const output = v[0].map((_, c) => weights.reduce((sum, w, j) => sum + w * v[j][c], 0));
    return { products, scores, weights, output };
  }

  const CHALLENGES = [
    {
      text: "Donnez plus de 90\u00a0% du poids à «\u00a0souris\u00a0» sans bouger la requête.",
      met: (s) => same(s.q, START.q) && s.weights[0] > 0.9,
    },
    {
      text: "Sans bouger les valeurs, amenez la sortie ◆ sur la croix, "
        + "à mi-chemin de ▲\u00a0chats et de ▲\u00a0étudiante.",
      met: (s) => same(s.v, START.v)
        && Math.hypot(s.output[0] - 1.8, s.output[1]) < 0.1,
    },
    {
      text: "Rendez les quatre poids égaux à 1\u00a0% près. Il y a au moins trois façons\u202f!",
      met: (s) => s.weights.every((w) => Math.abs(w - 0.25) <= 0.01),
    },
  ];

  const SHAPES = {
    q: () => svg("circle", { r: 8 }),
    k: () => svg("rect", { x: -7, y: -7, width: 14, height: 14 }),
    v: () => svg("path", { d: "M0-9 8.5 7h-17Z" }),
    o: () => svg("path", { d: "M0-10 9 0 0 10-9 0Z" }),
  };

  function plane(title, description) {
    const drawing = svg("svg", {
      viewBox: "0 0 " + 2 * WIDTH * UNIT + " " + 2 * HEIGHT * UNIT,
      role: "img", "aria-label": description, focusable: "false",
    });
    const grid = svg("g", { class: "grille" });
    for (let x = -3; x <= 3; x += 1) {
      grid.append(svg("path", { d: "M" + X(x) + " 0V" + Y(-HEIGHT), class: x ? null : "axe" }));
    }
    for (let y = -2; y <= 2; y += 1) {
      grid.append(svg("path", { d: "M0 " + Y(y) + "H" + X(WIDTH), class: y ? null : "axe" }));
    }
    const layer = svg("g", {});
    drawing.append(grid, layer);
    const area = html("div", { class: "plan" }, drawing);
    const frame = html("div", { class: "plan-cadre" });
    frame.innerHTML = '<p class="plan-titre">' + title + "</p>";
    frame.append(area);
    return { frame, area, layer };
  }

  const line = (a, b, attributes) =>
    svg("line", Object.assign({ x1: X(a[0]), y1: Y(a[1]), x2: X(b[0]), y2: Y(b[1]) }, attributes));

  /* Marques et étiquettes ; chaque étiquette prend la première place libre autour
     de sa marque, sans couvrir les autres. */
  function marks(list) {
    const taken = list.map(({ at }) => [X(at[0]) - 9, Y(at[1]) - 9, X(at[0]) + 9, Y(at[1]) + 9]);
    const overlap = (a, b) =>
      Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]))
      * Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
    const inside = [0, 0, X(WIDTH), Y(-HEIGHT)];
    return list.map(({ kind, at, label }) => {
      const [x, y] = [X(at[0]), Y(at[1])];
      const long = 7.6 * label.length;
      const choices = [[13, -8], [13, 18], [-13 - long, -8], [-13 - long, 18], [-long / 2, -16], [-long / 2, 26]]
        .map(([dx, dy]) => {
          const box = [x + dx, y + dy - 12, x + dx + long, y + dy + 3];
          const outside = long * 15 - overlap(box, inside);
          return { dx, dy, box, cost: 4 * outside + taken.reduce((sum, t) => sum + overlap(box, t), 0) };
        });
      const best = choices.reduce((a, b) => (b.cost < a.cost - 1 ? b : a));
      taken.push(best.box);
      const text = svg("text", { x: best.dx < -long ? -13 : best.dx < 0 ? 0 : 13, y: best.dy });
      text.style.textAnchor = best.dx < -long ? "end" : best.dx < 0 ? "middle" : "start";
      text.textContent = label;
      return svg("g", {
        class: "marque i-" + kind, transform: "translate(" + x.toFixed(2) + " " + y.toFixed(2) + ")",
      }, SHAPES[kind](), text);
    });
  }

  function drawScores(layer, s) {
    const length = norm(s.q);
    layer.replaceChildren();
    if (length > 0.01) {
      const u = s.q.map((c) => c / length);
      layer.append(line(u.map((c) => -9 * c), u.map((c) => 9 * c), { class: "direction" }));
      s.k.forEach((key) => {
        const foot = dot(key, u);
        layer.append(line(key, [foot * u[0], foot * u[1]], { class: "projection" }));
      });
    }
    s.k.forEach((key, j) => layer.append(line([0, 0], key, {
      class: "fleche i-k", "stroke-width": (1 + 8 * s.weights[j]).toFixed(2),
    })));
    layer.append(line([0, 0], s.q, { class: "fleche i-q", "stroke-width": 3 }));
    layer.append(...marks([{ kind: "q", at: s.q, label: "requête" }].concat(
      s.k.map((at, j) => ({ kind: "k", at, label: WORDS[j] + " " + percent(s.weights[j]) })))));
  }

  function drawOutput(layer, s) {
    layer.replaceChildren(
      svg("polygon", {
        class: "enveloppe",
        points: hull(s.v).map((p) => X(p[0]).toFixed(1) + "," + Y(p[1]).toFixed(1)).join(" "),
      }),
      svg("path", { class: "croix", d: "M" + X(1.8) + " " + (Y(0) - 9) + "v18m-9-9h18" }));
    s.v.forEach((value, j) => layer.append(line(s.output, value, {
      class: "fleche i-v", "stroke-width": (0.6 + 8 * s.weights[j]).toFixed(2),
    })));
    layer.append(...marks(s.v.map((at, j) => ({ kind: "v", at, label: WORDS[j] }))
      .concat([{ kind: "o", at: s.output, label: "sortie" }])));
  }

  function table() {
    const rows = WORDS.map((word) => {
      const cells = ["norme", "cosinus", "produit"].map((c) => html("td", { class: c }));
      const bar = html("span", { class: "barre", "aria-hidden": "true" });
      const number = html("span", { class: "nombre" });
      const head = html("th", { scope: "row" }, html("span", { class: "i-k" }, word));
      return {
        row: html("tr", {}, head, ...cells, html("td", { class: "poids" }, bar, number)),
        cells, bar, number,
      };
    });
    const element = html("table", { class: "a2d-table" });
    element.innerHTML = "<caption>Ce que voit la requête, clé par clé</caption><thead><tr>"
      + '<th scope="col">clé</th><th scope="col">longueur</th><th scope="col">cosinus</th>'
      + '<th scope="col">q·k</th><th scope="col">poids</th></tr></thead>';
    element.append(html("tbody", {}, ...rows.map((r) => r.row)));
    return { element, rows };
  }

  function fill(rows, s) {
    rows.forEach((r, j) => {
      const lengths = norm(s.q) * norm(s.k[j]);
      r.cells[0].textContent = fr(norm(s.k[j]), 2);
      r.cells[1].textContent = lengths > 1e-9 ? fr(s.products[j] / lengths, 2) : "–";
      r.cells[2].textContent = fr(s.products[j], 2);
      r.bar.style.width = 100 * s.weights[j] + "%";
      r.number.textContent = percent(s.weights[j], 1);
    });
  }

  function slider(onInput) {
    const input = html("input", { type: "range", min: "-30", max: "30", step: "1", class: "glissiere" });
    const shown = html("output", {});
    const label = html("label", {}, html("span", {}, "Température τ\u00a0=\u00a0", shown), input);
    input.addEventListener("input", () => onInput(Number(input.value)));
    return {
      label,
      set(notch, temperature) {
        input.value = notch;
        shown.textContent = fr(temperature, temperature < 0.995 ? 2 : 1);
        input.setAttribute("aria-valuetext", shown.textContent);
      },
    };
  }

  function create(root, { scene, announce }) {
    let given = copy();
    let state = null;
    const left = plane('<span class="i-q">requête</span> de «\u00a0marche\u00a0» et '
      + '<span class="i-k">clés</span>', "Plan de la requête et des quatre clés");
    const right = plane('<span class="i-v">valeurs</span> et sortie ◆',
      "Plan des valeurs, de leur enveloppe convexe et de la sortie");
    const weights = table();
    const goals = tools.challenges("Trois défis", CHALLENGES);
    const result = html("p", { class: "a2d-sortie" });
    const heat = slider((notch) => { given.notch = notch; update(true); });
    const handles = [];

    function update(byReader) {
      const temperature = Math.pow(10, given.notch / 20);
      state = Object.assign({ temperature }, given,
        attend(given.q, given.k, given.v, temperature));
      drawScores(left.layer, state);
      drawOutput(right.layer, state);
      fill(weights.rows, state);
      heat.set(given.notch, temperature);
      result.textContent = "Sortie ◆ = "
        + WORDS.map((w, j) => fr(state.weights[j], 2) + " ▲\u00a0" + w).join(" + ")
        + " = (" + state.output.map((c) => fr(c, 2)).join("\u202f; ") + ")";
      const won = byReader ? goals.check(state) : "";
      if (byReader) {
        announce("Poids\u00a0: "
          + WORDS.map((w, j) => w + " " + percent(state.weights[j])).join(", ")
          + ". Sortie\u00a0: " + state.output.map((c) => fr(c, 1)).join("\u202f; ") + ".", won);
      }
    }

    function handle(where, label, read) {
      const [x, y] = read();
      const made = point(where.area, {
        label, x, y, width: WIDTH, height: HEIGHT, xmax: 3, ymax: 2.2, step: 0.05,
        onMove: (a, b) => {
          const target = read();
          target[0] = a;
          target[1] = b;
          update(true);
        },
      });
      handles.push(() => made.place(...read()));
    }
    WORDS.forEach((w, j) => handle(left, "Clé de «\u00a0" + w + "\u00a0»", () => given.k[j]));
    handle(left, "Requête de «\u00a0marche\u00a0»", () => given.q);
    WORDS.forEach((w, j) => handle(right, "Valeur de «\u00a0" + w + "\u00a0»", () => given.v[j]));

    const reset = html("button", { type: "button", class: "interaction-bouton" }, "Revenir au départ");
    reset.addEventListener("click", () => {
      given = copy();
      handles.forEach((place) => place());
      update(true);
    });
    scene.append(
      html("div", { class: "a2d-plans" }, left.frame, right.frame),
      html("div", { class: "reglages" }, heat.label, reset),
      weights.element, result,
      ...goals.elements);
    update(false);
    return { state: () => state, attend, hull, done: goals.done };
  }

  tools.register("attention-2d", create);
})();
