/* La mémoire globale, dessinée : Q à gauche, K au-dessus, V au-dessous, O à droite, et au
   milieu la matrice des scores, dont seule la tuile courante existe. */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, svg, fr, clamp } = tools;
  const CELL = 28, LEFT = 60, TOP = 54; /* la matrice */
  const STRIP = 18; /* une composante de Q, K ou V */
  const OUT = 25; /* une composante de O, qui a une décimale */

  function text(x, y, words, kind) {
    const element = svg("text", { x, y, class: kind });
    element.style.textAnchor = "middle";
    element.textContent = words;
    return element;
  }
  const box = (x, y, width, height, kind) => svg("rect", { x, y, width, height, class: kind });

  /* Un vecteur de longueur d, en cases qui se touchent : couché (Q, O) ou debout (K, V). */
  function vector(values, { x, y, size, lying, kind, digits }) {
    return values.flatMap((value, n) => {
      const [width, height] = lying ? [size, CELL] : [CELL, size];
      const [at, top] = lying ? [x + n * size, y] : [x, y + n * size];
      return [box(at, top, width, height, "tuiles-case " + kind),
        value === null ? "" : text(at + width / 2, top + height / 2 + 4, fr(value, digits), "tuiles-entree " + kind)];
    });
  }

  function memory() {
    const { Q, K, V, T, D, range } = window.coursTuiles;
    const side = CELL * T, right = LEFT + side, bottom = TOP + side;
    const drawing = svg("svg", { viewBox: "0 0 " + (right + 8 + OUT * D + 2) + " " + (bottom + 8 + STRIP * D + 2), role: "img", focusable: "false" });
    const id = "tuiles-hachures-" + document.querySelectorAll(".tuiles-memoire").length;
    const hatch = svg("pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
      svg("path", { d: "M0 0V6", class: "tuiles-trait" }));
    const strips = svg("g", {}), matrix = svg("g", {}), current = svg("g", { class: "tuiles-courante" });
    const grid = range(0, T + 1).map((n) => "M" + (LEFT + n * CELL) + " " + TOP + "v" + side + "M" + LEFT + " " + (TOP + n * CELL) + "h" + side).join("");
    const middle = (n) => (n + 0.5) * CELL;
    drawing.append(svg("defs", {}, hatch),
      ...range(0, T).flatMap((n) => [text(8, TOP + middle(n) + 4, n, "gradue"), text(LEFT + middle(n), 12, n, "gradue")]),
      text(16 + (STRIP * D) / 2, bottom + 16, "●\u00a0Q", "tuiles-nom i-q"), text(LEFT - 18, 38, "■\u00a0K", "tuiles-nom i-k"),
      text(right + 20, bottom + 30, "▲\u00a0V", "tuiles-nom i-v"), text(right + 8 + (OUT * D) / 2, TOP - 8, "O", "tuiles-nom"),
      strips, matrix, svg("path", { class: "tuiles-fantome", d: grid }), current);

    function tile({ row, col, state, age }, { blockQ, blockK }) {
      const made = box(LEFT + col * CELL, TOP + row * CELL, blockK * CELL, blockQ * CELL, "tuiles-" + state);
      if (state === "erased") { made.style.fillOpacity = clamp(0.42 * 0.82 ** age, 0.12, 1).toFixed(3); }
      if (state === "skipped") { made.style.fill = "url(#" + id + ")"; }
      return made;
    }

    function show(s, step, tiles, outputs) {
      const here = (list, n) => (list.includes(n) ? " lu" : "");
      strips.replaceChildren(...range(0, T).flatMap((n) => [
        ...vector(Q[n], { x: 16, y: TOP + n * CELL, size: STRIP, lying: true, kind: "i-q" + here(step.rows, n), digits: 0 }),
        ...vector(K[n], { x: LEFT + n * CELL, y: 18, size: STRIP - 2, kind: "i-k" + here(step.cols, n), digits: 0 }),
        ...vector(V[n], { x: LEFT + n * CELL, y: bottom + 8, size: STRIP - 2, kind: "i-v" + here(step.cols, n), digits: 0 }),
        ...vector(outputs[n] || Array(D).fill(null), { x: right + 8, y: TOP + n * CELL, size: OUT, lying: true, kind: outputs[n] ? "ecrit" : "vide", digits: 1 }),
      ]));
      matrix.replaceChildren(...tiles.filter(({ state }) => state === "erased" || state === "skipped").map((one) => tile(one, s)));
      current.style.display = step.kind === "tile" ? "" : "none";
      if (step.kind === "tile") {
        current.style.transform = "translate(" + (LEFT + step.cols[0] * CELL) + "px, " + (TOP + step.rows[0] * CELL) + "px)";
        current.replaceChildren(box(0, 0, s.blockK * CELL, s.blockQ * CELL, "tuiles-current"),
          ...step.lines.flatMap(({ scores }, n) => scores.map((value, j) =>
            text(middle(j), middle(n) + 4, value === -Infinity ? "−∞" : fr(value, 1), "tuiles-score"))));
      }
      const count = (state) => tiles.filter((one) => one.state === state).length;
      drawing.setAttribute("aria-label", "La matrice des scores, " + T + " sur " + T + ", en tuiles\u00a0: " + count("current") + " au tableau, "
        + count("erased") + " effacées, " + count("waiting") + " à venir" + (s.causal ? ", " + count("skipped") + " sautées" : "") + ".");
    }

    const sign = (kind, words) => html("span", {}, html("span", { class: "tuiles-signe " + kind, "aria-hidden": "true" }), words);
    const skipped = sign("sautee", "sautée");
    const legend = html("p", { class: "interaction-note tuiles-legende" }, sign("courante", "au tableau"), sign("effacee", "effacée"), sign("attente", "à venir"), skipped);
    return {
      element: html("div", { class: "tuiles-memoire" }, html("p", { class: "plan-titre" }, "Mémoire globale\u00a0: la matrice n’y est jamais écrite"), drawing, legend),
      show(s, ...rest) {
        skipped.hidden = !s.causal;
        show(s, ...rest);
      },
    };
  }

  window.coursTuiles = { ...window.coursTuiles, memory };
})();
