/* Les axes d'une courbe à tracer : échelles linéaires ou logarithmiques, graduations. */
(function () {
  "use strict";
  const tools = window.coursPedagogie;
  if (!tools) return;
  const SVG = "http://www.w3.org/2000/svg";
  /* Sur un téléphone, une toile plus étroite garde des textes lisibles. */
  const NARROW = window.matchMedia("(max-width: 600px)").matches;
  const BOX = { width: NARROW ? 400 : 640, height: NARROW ? 340 : 380,
    left: 64, right: 20, top: 40, bottom: 56 };

  function draw(parent, tag, attributes, text) {
    const node = document.createElementNS(SVG, tag);
    Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
    if (text) node.textContent = text;
    parent.append(node);
    return node;
  }

  /** Graduations rondes, ou puissances de l'échelle logarithmique. */
  function ticks(low, high, log) {
    if (log) {
      const base = Math.log10(high / low) >= 2 ? 10 : 2;
      const first = Math.ceil(Math.log(low) / Math.log(base) - 1e-9);
      const last = Math.floor(Math.log(high) / Math.log(base) + 1e-9);
      return Array.from({ length: last - first + 1 }, (_, i) => base ** (first + i));
    }
    const raw = (high - low) / 5;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw * 0.999);
    const start = Math.ceil(low / step - 1e-9);
    const count = Math.floor(high / step + 1e-9) - start + 1;
    return Array.from({ length: count }, (_, i) =>
      Number(((start + i) * step).toPrecision(12)));
  }

  /** Passage des grandeurs aux fractions de la toile (0 à 1), et retour. */
  function makeScales(data) {
    const [x0, x1, y0, y1] =
      [data.xmin, data.xmax, data.ymin, data.ymax].map(Number);
    const log = data.logx === "oui";
    const warp = log ? Math.log : (x) => x;
    const unwarp = log ? Math.exp : (x) => x;
    const innerWidth = BOX.width - BOX.left - BOX.right;
    const innerHeight = BOX.height - BOX.top - BOX.bottom;
    return {
      x0, x1, y0, y1, log,
      fractionX: (x) => (warp(x) - warp(x0)) / (warp(x1) - warp(x0)),
      valueX: (u) => unwarp(warp(x0) + u * (warp(x1) - warp(x0))),
      fractionY: (y) => (y - y0) / (y1 - y0),
      valueY: (v) => y0 + v * (y1 - y0),
      px: (u) => BOX.left + u * innerWidth,
      py: (v) => BOX.top + (1 - v) * innerHeight,
      fromPx: (x) => (x - BOX.left) / innerWidth,
      fromPy: (y) => 1 - (y - BOX.top) / innerHeight,
    };
  }

  function drawAxes(svg, scales, data) {
    const { px, py } = scales;
    ticks(scales.x0, scales.x1, scales.log).forEach((x) => {
      const at = px(scales.fractionX(x));
      draw(svg, "line", { class: "grille", x1: at, x2: at, y1: py(0), y2: py(1) });
      draw(svg, "text", { x: at, y: py(0) + 20, "text-anchor": "middle" },
        tools.formatNumber(x));
    });
    ticks(scales.y0, scales.y1, false).forEach((y) => {
      const at = py(scales.fractionY(y));
      draw(svg, "line", { class: "grille", x1: px(0), x2: px(1), y1: at, y2: at });
      draw(svg, "text", { x: px(0) - 8, y: at + 5, "text-anchor": "end" },
        tools.formatNumber(y));
    });
    draw(svg, "path", { class: "axe",
      d: `M${px(0)} ${py(1)}V${py(0)}H${px(1)}` });
    draw(svg, "text", { x: px(1), y: BOX.height - 8, "text-anchor": "end" },
      `${tools.typography(data.axeX)} →`);
    draw(svg, "text", { x: 8, y: 18 }, `↑ ${tools.typography(data.axeY)}`);
  }

  tools.curveAxes = { SVG, BOX, draw, makeScales, drawAxes };
})();
