/* RoPE dans le plan : une requête à la position p, une clé à la position s, tournées de
   p ω et de s ω. Le score (R_p q) · (R_s k) ne dépend que de p − s. */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, svg, fr, point } = tools;
  const { dot } = tools.math;

  const SIZE = 2.2, UNIT = 70, LAST = 24;
  const START = { q: [1.6, 0.4], k: [1.2, 0.9], p: 5, s: 2, degrees: 15 };
  const copy = () => JSON.parse(JSON.stringify(START));
  const X = (x) => ((x + SIZE) * UNIT).toFixed(2);
  const Y = (y) => ((SIZE - y) * UNIT).toFixed(2);

  /* Toute la théorie tient ici. */
  function turn([a, b], angle) {
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return [a * cos - b * sin, a * sin + b * cos];
  }
  const score = (g, p, s, omega) => dot(turn(g.q, p * omega), turn(g.k, s * omega));

  const SHAPES = {
    q: () => svg("circle", { r: 8 }),
    k: () => svg("rect", { x: -7, y: -7, width: 14, height: 14 }),
  };

  function vector(kind, at, name, faded) {
    const end = { x1: X(0), y1: Y(0), x2: X(at[0]), y2: Y(at[1]) };
    const arrow = svg("line", Object.assign(end, {
      class: "fleche i-" + kind, "stroke-width": faded ? 1.5 : 4,
      "stroke-dasharray": faded ? "3 4" : null, style: faded ? null : "stroke-opacity:1",
    }));
    const words = svg("text", { x: at[0] < 0 ? -12 : 12, y: -8 });
    words.style.textAnchor = at[0] < 0 ? "end" : "start";
    words.textContent = name;
    const mark = svg("g", {
      class: "marque i-" + kind, transform: "translate(" + X(at[0]) + " " + Y(at[1]) + ")",
    }, SHAPES[kind](), words);
    if (faded) { mark.setAttribute("opacity", "0.55"); }
    return [arrow, mark];
  }

  function arc(kind, at, angle, shrink) {
    const radius = 0.3 * Math.hypot(...at) * shrink;
    const points = Array.from({ length: 33 }, (_, i) => {
      const [x, y] = turn(at, (angle * i) / 32);
      const norm = Math.hypot(x, y) || 1;
      return X((x / norm) * radius) + " " + Y((y / norm) * radius);
    });
    return svg("path", { class: "i-" + kind, fill: "none", stroke: "currentColor", "stroke-width": 1.5, d: "M" + points.join("L") });
  }

  function plane() {
    const drawing = svg("svg", {
      viewBox: "0 0 " + 2 * SIZE * UNIT + " " + 2 * SIZE * UNIT, role: "img", focusable: "false",
      "aria-label": "Une requête et une clé, avant et après leur rotation",
    });
    const grid = svg("g", { class: "grille" });
    [-2, -1, 0, 1, 2].forEach((c) => grid.append(
      svg("path", { d: "M" + X(c) + " 0V" + 2 * SIZE * UNIT, class: c ? null : "axe" }),
      svg("path", { d: "M0 " + Y(c) + "H" + 2 * SIZE * UNIT, class: c ? null : "axe" })));
    const layer = svg("g", {});
    drawing.append(grid, layer);
    const area = html("div", { class: "plan" }, drawing);
    const title = html("p", { class: "plan-titre" },
      html("span", { class: "i-q" }, "requête"), " et ", html("span", { class: "i-k" }, "clé"),
      "\u00a0: pâles avant, vives après");
    return { frame: html("div", { class: "plan-cadre" }, title, area), area, layer };
  }

  function chart() {
    const [left, right, top, bottom] = [44, 326, 14, 252];
    const x = (gap) => left + ((right - left) * (gap + LAST)) / (2 * LAST);
    const drawing = svg("svg", {
      viewBox: "0 0 340 308", role: "img", focusable: "false",
      "aria-label": "Score de la requête et de la clé selon leur écart de position",
    });
    const layer = svg("g", {});
    const text = (at, height, words) => {
      const element = svg("text", { x: at, y: height, class: "gradue" });
      element.style.textAnchor = "middle";
      element.textContent = words;
      return element;
    };
    [-24, -12, 0, 12, 24].forEach((gap) => drawing.append(text(x(gap), 272, fr(gap, 0))));
    drawing.append(text((left + right) / 2, 294, "écart p − s, en positions"), layer);
    const title = html("p", { class: "plan-titre" }, "Score selon l’écart");
    return {
      frame: html("div", { class: "plan-cadre" }, title, drawing),
      show(state) {
        const reach = Math.max(Math.hypot(...state.q) * Math.hypot(...state.k), 0.1);
        const y = (v) => (top + bottom) / 2 - ((bottom - top) / 2) * (v / reach);
        const points = [];
        for (let gap = -LAST; gap <= LAST; gap += 0.25) {
          points.push(x(gap).toFixed(1) + " " + y(score(state, gap, 0, state.omega)).toFixed(1));
        }
        layer.replaceChildren(
          svg("path", { class: "filet", d: "M" + left + " " + y(0) + "H" + right }),
          svg("path", { class: "uniforme", d: "M" + x(0) + " " + top + "V" + bottom }),
          svg("path", { class: "avec", d: "M" + points.join("L") }),
          svg("circle", { class: "curseur", r: 6, cx: x(state.p - state.s), cy: y(state.score) }));
      },
    };
  }

  function slider(words, max, onInput) {
    const input = html("input", { type: "range", min: "0", max, step: "1", class: "glissiere" });
    const shown = html("strong", {}); // pas <output> : il prendrait l’étiquette du curseur
    input.addEventListener("input", () => onInput(Number(input.value)));
    return {
      label: html("label", {}, html("span", {}, words + "\u00a0=\u00a0", shown), input),
      set(value) { input.value = value; shown.textContent = value; },
    };
  }

  function create(root, { scene, announce }) {
    let given = copy();
    const span = root.querySelector('.nombre-mobile[data-name="degres"]');
    if (span) { given.degrees = Number(span.dataset.value); }
    let state = null;
    const view = plane(), graph = chart();
    const result = html("p", { class: "a2d-sortie" });
    const sliders = ["p", "s"].map((name) => slider(
      name === "p" ? "Position de la requête p" : "Position de la clé s", LAST,
      (value) => { given[name] = value; update(true); }));

    function update(byReader) {
      const omega = (given.degrees * Math.PI) / 180;
      const turned = { q: turn(given.q, given.p * omega), k: turn(given.k, given.s * omega) };
      const gap = given.p - given.s;
      state = Object.assign({}, given, {
        omega, turned, gap, raw: dot(given.q, given.k), score: dot(turned.q, turned.k),
      });
      view.layer.replaceChildren(
        arc("q", given.q, given.p * omega, 1), arc("k", given.k, given.s * omega, 0.7),
        ...vector("q", given.q, "q", true), ...vector("k", given.k, "k", true),
        ...vector("q", turned.q, "q à " + given.p, false), ...vector("k", turned.k, "k à " + given.s, false));
      graph.show(state);
      sliders[0].set(given.p);
      sliders[1].set(given.s);
      result.textContent = "Score sans rotation\u00a0: " + fr(state.raw, 3) + ". Score à l’écart "
        + fr(gap, 0) + "\u00a0: " + fr(state.score, 3) + ".";
      if (byReader) {
        announce("Requête en " + given.p + ", clé en " + given.s + ", écart " + fr(gap, 0)
          + "\u00a0: score " + fr(state.score, 2) + ".");
      }
    }

    const handles = [["q", "Requête q"], ["k", "Clé k"]].map(([name, label]) => point(view.area, {
      label, x: given[name][0], y: given[name][1], width: SIZE, height: SIZE,
      xmax: 2, ymax: 2, step: 0.05,
      onMove: (x, y) => { given[name] = [x, y]; update(true); },
    }));

    const button = (words, act) => {
      const element = html("button", { type: "button", class: "interaction-bouton" }, words);
      element.addEventListener("click", () => { act(); update(true); });
      return element;
    };
    const both = (step) => () => {
      if (Math.min(given.p, given.s) + step < 0 || Math.max(given.p, given.s) + step > LAST) { return; }
      given.p += step;
      given.s += step;
    };
    root.addEventListener("nombre", (event) => {
      given.degrees = event.detail.value;
      update(true);
    });
    scene.append(
      html("div", { class: "a2d-plans" }, view.frame, graph.frame),
      html("div", { class: "reglages" }, sliders[0].label, sliders[1].label,
        button("Reculer les deux d’un pas", both(-1)), button("Avancer les deux d’un pas", both(1)),
        button("Revenir au départ", () => {
          given = Object.assign(copy(), { degrees: given.degrees });
          handles[0].place(...given.q);
          handles[1].place(...given.k);
        })),
      result);
    update(false);
    return { state: () => state };
  }

  tools.register("rope", create);
})();
