/* Deux têtes sur « le chat a léché la main ». Chacune projette la même requête et les
   mêmes clés sur sa droite, d'angle θ : score = (q·u)(k·u), u = (cos θ, sin θ). */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, svg, fr, percent } = tools;
  const { dot, softmax } = tools.math;

  const WIDTH = 2.6, HEIGHT = 2.6, UNIT = 62;
  const WORDS = ["le", "chat", "a léché", "la", "main"];
  const KEYS = [[0.3, 0.2], [2, -0.3], [0.6, 0.6], [0.2, 0.3], [-0.3, 2]];
  const QUERY = [2, 2]; /* le verbe cherche qui agit (→) et qui subit (↑) */
  const CAT = 1, HAND = 4;
  const LABELS = { 1: [-2, 24], 2: [6, 24], 4: [10, 22] }; /* les clés nommées, et où */
  const X = (x) => ((x + WIDTH / 2.6) * UNIT).toFixed(1);
  const Y = (y) => ((HEIGHT - y) * UNIT).toFixed(1);

  /* Toute la théorie tient ici. */
  function read(degrees) {
    const angle = (degrees * Math.PI) / 180;
    const u = [Math.cos(angle), Math.sin(angle)];
    const q = dot(QUERY, u);
    const feet = KEYS.map((key) => dot(key, u));
    return { u, q, feet, weights: softmax(feet.map((k) => q * k)) };
  }

  const CHALLENGES = [
    {
      text: "Que la tête\u00a01 donne plus de 80\u00a0% à «\u00a0chat\u00a0», et la tête\u00a02 plus de 80\u00a0% à «\u00a0main\u00a0».",
      met: ([a, b]) => a.weights[CAT] > 0.8 && b.weights[HAND] > 0.8,
    },
    {
      text: "Donnez le même angle aux deux têtes, et que chacune partage son poids entre "
        + "«\u00a0chat\u00a0» et «\u00a0main\u00a0» à 10\u00a0% près. Qu'apporte alors la seconde\u202f?",
      met: (heads, angles) => angles[0] === angles[1]
        && heads.every((h) => Math.abs(h.weights[CAT] - h.weights[HAND]) < 0.1 && h.weights[CAT] > 0.3),
    },
    {
      text: "Rendez une tête indifférente\u00a0: 20\u00a0% à chaque mot, à 2\u00a0% près.",
      met: (heads) => heads.some((h) => h.weights.every((w) => Math.abs(w - 0.2) < 0.02)),
    },
  ];

  function plane(rank) {
    const drawing = svg("svg", {
      viewBox: "0 0 " + (WIDTH + 1) * UNIT + " " + (HEIGHT + 1) * UNIT, role: "img", focusable: "false",
      "aria-label": "La droite de la tête " + rank + ", et les clés qui s'y projettent",
    });
    const grid = svg("g", { class: "grille" },
      svg("path", { class: "axe", d: "M0 " + Y(0) + "H" + (WIDTH + 1) * UNIT }),
      svg("path", { class: "axe", d: "M" + X(0) + " 0V" + (HEIGHT + 1) * UNIT }));
    const layer = svg("g", {});
    drawing.append(grid, layer);
    const frame = html("div", { class: "plan-cadre" },
      html("p", { class: "plan-titre" }, "Tête " + rank), html("div", { class: "plan" }, drawing));
    return { frame, layer };
  }

  const line = (a, b, attributes) =>
    svg("line", Object.assign({ x1: X(a[0]), y1: Y(a[1]), x2: X(b[0]), y2: Y(b[1]) }, attributes));
  const along = (u, t) => [t * u[0], t * u[1]];

  function mark(kind, at, words, shape, [x, y]) {
    const text = svg("text", { x, y });
    text.style.textAnchor = x < 0 ? "end" : "start";
    text.textContent = words;
    return svg("g", {
      class: "marque i-" + kind, transform: "translate(" + X(at[0]) + " " + Y(at[1]) + ")",
    }, shape, text);
  }

  function draw(layer, head) {
    layer.replaceChildren(line(along(head.u, -5), along(head.u, 5), { class: "direction" }));
    KEYS.forEach((key, j) => {
      const foot = along(head.u, head.feet[j]);
      const size = 3 + 9 * Math.sqrt(head.weights[j]);
      layer.append(line(key, foot, { class: "projection" }),
        svg("circle", { cx: X(foot[0]), cy: Y(foot[1]), r: size.toFixed(1), fill: "var(--i-k)", "fill-opacity": 0.35 }));
    });
    layer.append(line([0, 0], QUERY, { class: "fleche i-q", "stroke-width": 3 }),
      mark("q", QUERY, "requête", svg("circle", { r: 7 }), [-6, -14]));
    Object.keys(LABELS).forEach((j) => layer.append(
      mark("k", KEYS[j], WORDS[j] + " " + percent(head.weights[j]),
        svg("rect", { x: -6, y: -6, width: 12, height: 12 }), LABELS[j])));
  }

  function table() {
    const element = html("table", {});
    element.innerHTML = "<caption>Ce que «\u00a0a léché\u00a0» lit dans chaque mot</caption><thead><tr>"
      + '<th scope="col">mot</th><th scope="col">tête 1</th><th scope="col">tête 2</th></tr></thead>';
    const rows = WORDS.map((word) => html("tr", {}, html("th", { scope: "row" }, word), html("td"), html("td")));
    element.append(html("tbody", {}, ...rows));
    return {
      element,
      show: (heads) => rows.forEach((row, j) => heads.forEach((head, h) => {
        row.children[h + 1].textContent = percent(head.weights[j], 1);
      })),
    };
  }

  function create(root, { scene, announce }) {
    const angles = [45, 45];
    root.querySelectorAll(".nombre-mobile").forEach((span) => {
      angles[span.dataset.name === "theta_1" ? 0 : 1] = Number(span.dataset.value);
    });
    const planes = [plane(1), plane(2)];
    const weights = table();
    const goals = tools.challenges("Trois défis", CHALLENGES);
    const result = html("p", { class: "a2d-sortie" });
    let state = null;

    function update(byReader) {
      const heads = angles.map(read);
      state = { angles: angles.slice(), weights: heads.map((h) => h.weights) };
      planes.forEach((p, h) => draw(p.layer, heads[h]));
      weights.show(heads);
      result.textContent = "Le verbe emporte\u00a0: " + heads.map((head, h) => "tête " + (h + 1) + ", "
        + fr(head.weights[CAT], 2) + " chat + " + fr(head.weights[HAND], 2) + " main").join("\u202f; ") + ".";
      if (byReader) { announce(result.textContent, goals.check(heads, angles)); }
    }

    root.addEventListener("nombre", (event) => {
      angles[event.detail.name === "theta_1" ? 0 : 1] = event.detail.value;
      update(true);
    });
    scene.append(html("div", { class: "a2d-plans" }, ...planes.map((p) => p.frame)), weights.element, result,
      ...goals.elements);
    update(false);
    return { state: () => state, read, done: goals.done };
  }

  tools.register("tetes", create);
})();
