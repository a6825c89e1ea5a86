/* Le flux résiduel d'une tour de douze sous-couches tirées au sort, sur un seul mot :
   f(x) = e · W₂ relu(W₁ x) + p · b, où e est la taille des écritures et p la poussée,
   la même direction b à tous les étages. Pré-norme : y = x + f(n(x)) ; post-norme :
   y = n(x + f(x)) ; un résidu retiré ôte « x + », une norme retirée rend n neutre. */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, svg, fr, percent } = tools;
  const { dot, random, gaussian } = tools.math;

  const LAYERS = 12, D = 16, HIDDEN = 32, EPS = 1e-5;
  const LOW = -8, HIGH = 4; /* puissances de dix tracées */
  const BOX = { left: 42, right: 350, top: 12, bottom: 190 };

  function draw(next, rows, columns, variance) {
    const size = Math.sqrt(variance);
    return Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () => size * gaussian(next)));
  }
  const next = random(7);
  const UP = Array.from({ length: LAYERS }, () => draw(next, HIDDEN, D, 2 / D));
  const DOWN = Array.from({ length: LAYERS }, () => draw(next, D, HIDDEN, 1 / HIDDEN));
  const [ENTRY, PROBE] = draw(next, 2, D, 1);
  const PUSH = Array.from({ length: D }, (_, i) => (i % 2 ? -1 : 1));

  /* ---- Toute la théorie tient ici. ---- */
  const mean = (v) => v.reduce((a, b) => a + b, 0) / v.length;
  const rms = (v) => Math.sqrt(dot(v, v) / v.length);
  const times = (M, v) => M.map((row) => dot(row, v));
  const transposed = (M, v) => M[0].map((_, j) => M.reduce((sum, row, i) => sum + row[j] * v[i], 0));

  function normalize(x) {
    const mu = mean(x);
    const sigma = Math.sqrt(mean(x.map((c) => (c - mu) ** 2)) + EPS);
    const y = x.map((c) => (c - mu) / sigma);
    /* Le gradient perd sa moyenne et sa part le long de y, puis se divise par σ. */
    const back = (g) => {
      const [m, along] = [mean(g), dot(g, y) / g.length];
      return g.map((c, i) => (c - m - y[i] * along) / sigma);
    };
    return { y, back };
  }
  const neutral = (x) => ({ y: x, back: (g) => g });

  function sublayer(l, x, settings) {
    const hidden = times(UP[l], x);
    const kept = hidden.map((h) => Math.max(h, 0));
    const y = times(DOWN[l], kept).map((c, i) => settings.ecriture * c + settings.poussee * PUSH[i]);
    const back = (g) => {
      const inner = transposed(DOWN[l], g).map((c, i) => (hidden[i] > 0 ? settings.ecriture * c : 0));
      return transposed(UP[l], inner);
    };
    return { y, back };
  }

  function floor(l, x, settings) {
    const n = settings.norms[l] ? normalize : neutral;
    const kept = settings.residuals[l] ? 1 : 0;
    const pre = settings.place === "pre";
    const read = pre ? n(x) : neutral(x);
    const f = sublayer(l, read.y, settings);
    const sum = x.map((c, i) => kept * c + f.y[i]);
    const out = pre ? neutral(sum) : n(sum);
    const back = (g) => {
      const inner = out.back(g);
      const branch = read.back(f.back(inner));
      return inner.map((c, i) => kept * c + branch[i]);
    };
    return { y: out.y, back };
  }

  function climb(settings) {
    const floors = [], levels = [ENTRY];
    for (let l = 0; l < LAYERS; l += 1) {
      floors.push(floor(l, levels[l], settings));
      levels.push(floors[l].y);
    }
    const gradients = [PROBE];
    for (let l = LAYERS - 1; l >= 0; l -= 1) { gradients.unshift(floors[l].back(gradients[0])); }
    const top = rms(PROBE);
    return { rms: levels.map(rms), gradients: gradients.map((g) => rms(g) / top) };
  }

  const whole = (s) => s.residuals.every(Boolean) && s.norms.every(Boolean);
  const CHALLENGES = [
    {
      text: "Retirez ce qu'il faut pour que le gradient de l'entrée passe sous un millième de celui de la sortie.",
      met: (s, seen) => seen.gradients[0] < 1e-3,
    },
    {
      text: "Le même exploit en post-norme, sans rien retirer\u00a0: la poussée suffit.",
      met: (s, seen) => s.place === "post" && whole(s) && seen.gradients[0] < 1e-3,
    },
    {
      text: "Gardez une poussée d'au moins 2, rien de retiré, et rendez à l'entrée plus de la moitié du gradient.",
      met: (s, seen) => s.poussee >= 2 && whole(s) && seen.gradients[0] > 0.5,
    },
  ];

  /* ---- Ce que l'on voit ---- */
  const power = (v) => (v > 0 ? Math.log10(v) : -Infinity);
  function short(v) {
    if (v === 0) { return "0"; }
    if (v >= 0.01 && v < 1000) { return fr(v, v < 10 ? 2 : 0); }
    const exponent = Math.floor(power(v));
    const digits = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    const raised = String(Math.abs(exponent)).replace(/\d/g, (c) => digits[c]);
    return fr(v / 10 ** exponent, 1) + "·10" + (exponent < 0 ? "⁻" : "") + raised;
  }

  function chart() {
    const x = (level) => BOX.left + ((BOX.right - BOX.left) * level) / LAYERS;
    const y = (v) => BOX.bottom - ((BOX.bottom - BOX.top)
      * (Math.min(HIGH, Math.max(LOW, power(v))) - LOW)) / (HIGH - LOW);
    const drawing = svg("svg", {
      viewBox: "0 0 360 232", role: "img", focusable: "false",
      "aria-label": "Taille du flux et du gradient à chaque étage, échelle logarithmique",
    });
    const write = (at, top, words, anchor) => {
      const text = svg("text", { x: at, y: top, class: "gradue" });
      text.style.textAnchor = anchor;
      text.textContent = words;
      return text;
    };
    [["10⁴", 1e4], ["1", 1], ["10⁻⁴", 1e-4], ["10⁻⁸", 1e-8]].forEach(([words, v]) => drawing.append(
      svg("path", { class: "filet", d: "M" + BOX.left + " " + y(v) + "H" + BOX.right }),
      write(BOX.left - 6, y(v) + 4, words, "end")));
    [0, 3, 6, 9, 12].forEach((l) => drawing.append(write(x(l), 207, l, "middle")));
    drawing.append(write((BOX.left + BOX.right) / 2, 226, "étage\u00a0: 0 l'entrée, 12 la sortie", "middle"));
    const layer = svg("g", {});
    drawing.append(layer);
    const path = (values) => "M" + values.map((v, l) => x(l).toFixed(1) + " " + y(v).toFixed(1)).join("L");
    const title = html("p", { class: "plan-titre" }, "Flux (trait plein, ronds) et gradient (tirets, carrés)");
    const frame = html("div", { class: "plan-cadre" }, title, drawing);
    frame.style.cssText = "max-width:32rem;margin:0 auto";
    return {
      frame,
      show(seen) {
        const dots = seen.rms.map((v, l) => svg("circle", { cx: x(l), cy: y(v), r: 3.5, fill: "var(--i-accent)" }));
        const squares = seen.gradients.map((v, l) =>
          svg("rect", { x: x(l) - 3.5, y: y(v) - 3.5, width: 7, height: 7, fill: "var(--i-k)" }));
        layer.replaceChildren(svg("path", { class: "avec", d: path(seen.rms) }),
          svg("path", { class: "sans", d: path(seen.gradients) }), ...dots, ...squares);
      },
    };
  }

  /* Une case par étage : la tour se lit de gauche à droite, comme la courbe. */
  function switches(name, kept, onChange) {
    const boxes = kept.map((_, l) => {
      const box = html("input", { type: "checkbox", "aria-label": name + " de l'étage " + (l + 1) });
      box.style.cssText = "width:22px;height:22px;margin:0;accent-color:var(--i-accent)";
      box.addEventListener("change", () => { kept[l] = box.checked; onChange(); });
      const label = html("label", {}, box, html("span", { "aria-hidden": "true" }, String(l + 1)));
      label.style.cssText = "display:flex;flex-direction:column;align-items:center;"
        + "justify-content:center;min-height:48px;margin:0;font-size:.75rem";
      return { box, label };
    });
    const row = html("div", {}, ...boxes.map((b) => b.label));
    row.style.cssText = "display:grid;grid-template-columns:repeat(auto-fit,minmax(44px,1fr))";
    const title = html("legend", {}, name + "s");
    title.style.cssText = "font-size:.92rem;font-weight:600;margin:0;padding:0";
    const group = html("fieldset", {}, title, row);
    group.style.cssText = "border:0;margin:0 0 .4rem;padding:0;min-width:0";
    return { group, show: () => boxes.forEach((b, l) => { b.box.checked = kept[l]; }) };
  }

  function create(root, { scene, announce }) {
    const settings = {
      place: "pre", ecriture: 0.5, poussee: 0,
      residuals: Array(LAYERS).fill(true), norms: Array(LAYERS).fill(true),
    };
    root.querySelectorAll(".nombre-mobile").forEach((span) => {
      settings[span.dataset.name] = Number(span.dataset.value);
    });
    let seen = null;
    const graph = chart(), goals = tools.challenges("Trois défis", CHALLENGES);
    const result = html("p", { class: "a2d-sortie" });
    const rows = [
      switches("Résidu", settings.residuals, () => update(true)),
      switches("Norme", settings.norms, () => update(true)),
    ];

    const place = tools.choice("Place\u00a0:", { pre: "pré-norme", post: "post-norme" },
      (value) => { settings.place = value; update(true); });

    function update(byReader) {
      seen = climb(settings);
      rows.forEach((row) => row.show());
      place.show(settings.place);
      graph.show(seen);
      const share = seen.gradients[0];
      result.textContent = "Flux à la sortie\u00a0: " + short(seen.rms[LAYERS])
        + ". Gradient qui revient à l'entrée\u00a0: " + short(share)
        + (share >= 0.01 && share < 10 ? ", soit " + percent(share) : "") + " de celui de la sortie.";
      if (byReader) { announce(result.textContent, goals.check(settings, seen)); }
    }

    const button = (words, act) => {
      const element = html("button", { type: "button", class: "interaction-bouton" }, words);
      element.addEventListener("click", () => { act(); update(true); });
      return element;
    };
    const fill = (kept, value) => () => { kept.fill(value); };
    root.addEventListener("nombre", (event) => {
      settings[event.detail.name] = event.detail.value;
      update(true);
    });
    scene.append(place.element, ...rows.map((row) => row.group),
      html("div", { class: "reglages" },
        button("Retirer tous les résidus", fill(settings.residuals, false)),
        button("Retirer toutes les normes", fill(settings.norms, false)),
        button("Tout remettre", () => { settings.residuals.fill(true); settings.norms.fill(true); })),
      graph.frame, result, ...goals.elements);
    update(false);
    return {
      state: () => Object.assign({}, settings, seen),
      weights: () => ({ up: UP, down: DOWN, entry: ENTRY, probe: PROBE, push: PUSH }),
      done: goals.done,
    };
  }

  tools.register("flux", create);
})();
