/* Une courbe à prédire : tracée au doigt, à la souris ou aux flèches du clavier. */
(function () {
  "use strict";
  const tools = window.coursPedagogie;
  if (!tools) return;
  const COLUMNS = 121;
  const DEFAULT_POINTS = 9;
  const { SVG, BOX, draw, makeScales, drawAxes } = tools.curveAxes;
  const KEY_STEPS = { ArrowUp: 0.02, ArrowDown: -0.02, PageUp: 0.1, PageDown: -0.1 };

  const pathOf = (points) => points
    .map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

  tools.predictionInputs.courbe = function (root) {
    const data = root.dataset;
    const scales = makeScales(data);
    const { px, py } = scales;
    const canvas = root.querySelector(".toile");
    const hint = tools.paragraph(
      "Tracez la courbe d'un geste, ou placez ses points aux flèches du clavier.");
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${BOX.width} ${BOX.height}`);
    svg.setAttribute("role", "group");
    svg.setAttribute("aria-label", tools.typography(
      `Toile à dessiner : ${data.axeY} selon ${data.axeX}`));
    hint.className = "toile-aide";
    canvas.append(hint, svg);
    drawAxes(svg, scales, data);
    const mine = draw(svg, "path", { class: "trace-lecteur" });
    const measured = draw(svg, "g", { class: "trace-mesure" });
    const legend = draw(svg, "g", { class: "legende" });

    let heights = new Array(COLUMNS).fill(null);
    let locked = false;
    const columnOf = (u) => Math.max(0, Math.min(COLUMNS - 1, Math.round(u * (COLUMNS - 1))));
    const abscissae = data.points ? data.points.split(" ").map(Number)
      : Array.from({ length: DEFAULT_POINTS }, (_, i) =>
        scales.valueX(i / (DEFAULT_POINTS - 1)));
    const knobs = abscissae.map((x) => ({ x, column: columnOf(scales.fractionX(x)) }));

    function refresh() {
      const drawn = [];
      heights.forEach((v, i) => {
        if (v !== null) drawn.push([px(i / (COLUMNS - 1)), py(v)]);
      });
      mine.setAttribute("d", pathOf(drawn));
      knobs.forEach(({ node, column, x }) => {
        const v = heights[column];
        const shown = v === null ? 0.5 : v;
        node.setAttribute("cx", px(column / (COLUMNS - 1)));
        node.setAttribute("cy", py(shown));
        node.classList.toggle("vide", v === null);
        node.setAttribute("aria-valuenow", Number(scales.valueY(shown).toPrecision(4)));
        node.setAttribute("aria-valuetext", v === null ? "pas encore placé"
          : tools.formatNumber(Number(scales.valueY(v).toPrecision(3))));
        node.setAttribute("aria-label", tools.typography(
          `${data.axeX} = ${tools.formatNumber(Number(x.toPrecision(3)))}`));
      });
    }

    /** Relie deux colonnes par un segment. */
    function join(from, to) {
      for (let i = Math.min(from, to) + 1; i < Math.max(from, to); i += 1) {
        const t = (i - from) / (to - from);
        heights[i] = heights[from] + t * (heights[to] - heights[from]);
      }
    }

    function moveKnob(index, change, absolute) {
      const { column } = knobs[index];
      const from = heights[column] === null ? 0.5 : heights[column];
      const target = absolute === undefined ? from + change : absolute;
      heights[column] = Math.max(0, Math.min(1, target));
      [index - 1, index + 1].forEach((near) => {
        if (knobs[near] && heights[knobs[near].column] !== null) {
          join(knobs[near].column, column);
        }
      });
      refresh();
    }

    function focusKnob(index) {
      if (!knobs[index]) return;
      knobs.forEach(({ node }, i) => { node.setAttribute("tabindex", i === index ? 0 : -1); });
      knobs[index].node.focus();
    }

    function onKey(event, index) {
      if (event.key === "ArrowLeft") focusKnob(index - 1);
      else if (event.key === "ArrowRight") focusKnob(index + 1);
      else if (locked) return;
      else if (event.key in KEY_STEPS) moveKnob(index, KEY_STEPS[event.key]);
      else if (event.key === "Home") moveKnob(index, 0, 0);
      else if (event.key === "End") moveKnob(index, 0, 1);
      else return;
      event.preventDefault();
    }

    knobs.forEach((knob, index) => {
      knob.node = draw(svg, "circle", {
        class: "point", r: 9, role: "slider", tabindex: index ? -1 : 0,
        "aria-orientation": "vertical",
        "aria-valuemin": scales.y0, "aria-valuemax": scales.y1,
      });
      knob.node.addEventListener("keydown", (event) => onKey(event, index));
    });

    let last = null;
    function place(event) {
      const box = svg.getBoundingClientRect();
      const zoom = BOX.width / box.width;
      const u = scales.fromPx((event.clientX - box.left) * zoom);
      const v = scales.fromPy((event.clientY - box.top) * zoom);
      const column = columnOf(u);
      heights[column] = Math.max(0, Math.min(1, v));
      if (last !== null) join(last, column);
      last = column;
      refresh();
    }
    svg.addEventListener("pointerdown", (event) => {
      if (locked || event.button > 0) return;
      event.preventDefault();
      last = null;
      svg.setPointerCapture(event.pointerId);
      place(event);
    });
    svg.addEventListener("pointermove", (event) => {
      if (last !== null) place(event);
    });
    ["pointerup", "pointercancel"].forEach((name) =>
      svg.addEventListener(name, () => { last = null; }));

    function drawMeasure([xs, ys]) {
      measured.replaceChildren();
      const points = xs.map((x, i) => [px(scales.fractionX(x)),
        py(Math.max(-0.02, Math.min(1.02, scales.fractionY(ys[i]))))]);
      draw(measured, "path", { d: pathOf(points) });
      points.forEach(([x, y]) => draw(measured, "rect",
        { x: x - 4, y: y - 4, width: 8, height: 8 }));
    }

    function drawLegend(withMine) {
      legend.replaceChildren();
      const entry = (x, className, text) => {
        draw(legend, "path", { class: className, d: `M${x} 36h36` });
        draw(legend, "text", { x: x + 42, y: 41 }, text);
      };
      entry(px(1) - 110, "trace-mesure-cle", "la mesure");
      if (withMine) entry(px(1) - 250, "trace-lecteur", "votre tracé");
    }

    const interpolate = (xs, ys, u) => {
      const at = xs.map(scales.fractionX);
      const right = Math.max(1, at.findIndex((value) => value >= u - 1e-9));
      const span = at[right] - at[right - 1];
      const t = span ? (u - at[right - 1]) / span : 0;
      return ys[right - 1] + t * (ys[right] - ys[right - 1]);
    };

    function gapText(value, [xs, ys]) {
      const inside = value.map((v, i) => [i / (COLUMNS - 1), v]).filter(([u]) =>
        u >= scales.fractionX(xs[0]) - 1e-9 &&
        u <= scales.fractionX(xs[xs.length - 1]) + 1e-9);
      const gap = inside.reduce((sum, [u, v]) =>
        sum + Math.abs(v - scales.fractionY(interpolate(xs, ys, u))), 0) / inside.length;
      if (gap <= 0.05) return "Les deux courbes se suivent de très près.";
      if (gap <= 0.15) return "L'allure est la bonne.";
      return "Les deux courbes s'écartent : cherchez où, la suite dit pourquoi.";
    }

    function ends(value, [xs, ys]) {
      return [0, xs.length - 1].map((i) => {
        const v = value[columnOf(scales.fractionX(xs[i]))];
        const drawn = tools.formatNumber(Number(scales.valueY(v).toPrecision(2)));
        const seen = tools.formatNumber(Number(ys[i].toPrecision(3)));
        return `en ${tools.formatNumber(xs[i])}, vous aviez tracé ${drawn} et la mesure ` +
          `donne ${seen}`;
      }).join(" ; ");
    }

    refresh();
    return {
      read() {
        const known = heights.map((v, i) => (v === null ? -1 : i)).filter((i) => i >= 0);
        const [first, end] = [known[0], known[known.length - 1]];
        if (!known.length || first > COLUMNS * 0.1 || end < COLUMNS * 0.9 ||
            known.length < end - first + 1) {
          return {
            error: `Tracez la courbe sur toute la largeur, de ` +
              `${tools.formatNumber(scales.x0)} à ${tools.formatNumber(scales.x1)}.`,
            focus: knobs[0].node,
          };
        }
        return { value: heights.map((v, i) =>
          Number(heights[Math.max(first, Math.min(end, i))].toFixed(4))) };
      },
      show(value) {
        heights = value && value.length === COLUMNS
          ? value.slice() : new Array(COLUMNS).fill(null);
        refresh();
      },
      lock(isLocked) {
        locked = isLocked;
        canvas.classList.toggle("verrouillee", locked);
        knobs.forEach(({ node }) => node.setAttribute("aria-readonly", String(locked)));
      },
      reset() {
        heights = new Array(COLUMNS).fill(null);
        measured.replaceChildren();
        legend.replaceChildren();
        refresh();
        focusKnob(0);
      },
      summary(value, measure) {
        const curve = measure && measure.x ? [measure.x, measure.y] : measure;
        if (!Array.isArray(curve) || curve.length !== 2 || curve[0].length < 2) return [];
        drawMeasure(curve);
        drawLegend(value !== null);
        if (value === null) return [tools.paragraph("Voici la courbe mesurée.")];
        return [tools.paragraph(`${gapText(value, curve)} Aux deux bouts : ` +
          `${ends(value, curve)}.`)];
      },
    };
  };
})();
