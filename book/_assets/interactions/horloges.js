/* Les sinusoïdes, vues comme des horloges : la paire i tourne de ω_i radians par
   position, ω_i = base^(−2i/d). Deux aiguilles par cadran : la position p et p + k. */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, svg, fr } = tools;
  const { dot } = tools.math;

  const SHOWN = 8, MAX_K = 128, MAX_P = 500, R = 40;
  const BOX = { left: 34, right: 328, top: 10, bottom: 128 };

  /* Toute la théorie tient ici. */
  const speeds = (d, base) =>
    Array.from({ length: d / 2 }, (_, i) => Math.pow(base, (-2 * i) / d));
  const encode = (p, omegas) =>
    omegas.flatMap((w) => [Math.sin(p * w), Math.cos(p * w)]);
  const similarity = (k, omegas) => omegas.reduce((sum, w) => sum + Math.cos(k * w), 0);

  /* Huit cadrans au plus : le premier, le dernier, et d'autres entre eux. */
  function chosen(pairs) {
    const n = Math.min(SHOWN, pairs);
    const spread = (j) => (n === 1 ? 0 : Math.round((j * (pairs - 1)) / (n - 1)));
    return Array.from({ length: n }, (_, j) => spread(j));
  }

  /* Comme l'article : sinus en abscisse, cosinus en ordonnée ; à p = 0, il est midi. */
  const tip = (angle, r) =>
    (r * Math.sin(angle)).toFixed(2) + " " + (-r * Math.cos(angle)).toFixed(2);

  function period(omega) {
    const steps = (2 * Math.PI) / omega;
    return steps < 99.5 ? fr(steps, 1) : fr(steps, 0).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  }

  function dial(i, s) {
    const omega = s.omegas[i];
    const drawing = svg("svg", {
      viewBox: "-46 -46 92 92", role: "img", focusable: "false",
      "aria-label": "Paire " + i + " : un tour en " + period(omega) + " pas",
    });
    drawing.append(svg("circle", { r: R, fill: "none", class: "filet" }));
    for (let hour = 0; hour < 12; hour += 1) {
      const angle = (hour * Math.PI) / 6;
      drawing.append(svg("path", { class: "filet", d: "M" + tip(angle, R) + "L" + tip(angle, R - 4) }));
    }
    const from = s.p * omega, to = (s.p + s.k) * omega;
    drawing.append(
      svg("path", { class: "i-q", stroke: "currentColor", "stroke-width": 3.5, "stroke-linecap": "round", d: "M0 0L" + tip(from, R - 7) }),
      svg("circle", { class: "i-q", fill: "currentColor", r: 4.5, transform: "translate(" + tip(from, R - 7) + ")" }),
      svg("path", { class: "i-k", stroke: "currentColor", "stroke-width": 2.5, "stroke-dasharray": "5 3", d: "M0 0L" + tip(to, R - 12) }),
      svg("rect", { class: "i-k", fill: "currentColor", x: -4, y: -4, width: 8, height: 8, transform: "translate(" + tip(to, R - 12) + ")" }));
    const note = html("p", { class: "interaction-note" });
    note.style.margin = "0.2rem 0 0";
    note.append("un tour en", html("br"), period(omega) + "\u00a0pas", html("br"),
      "cos\u00a0=\u00a0" + fr(Math.cos(s.k * omega), 2));
    return html("div", {}, drawing, note);
  }

  function curve() {
    const drawing = svg("svg", {
      viewBox: "0 0 340 166", role: "img", focusable: "false",
      "aria-label": "Ressemblance de deux positions selon leur distance",
    });
    const x = (k) => BOX.left + ((BOX.right - BOX.left) * k) / MAX_K;
    const y = (v) => BOX.bottom - ((BOX.bottom - BOX.top) * (v + 0.5)) / 1.5;
    const text = (at, top, words, anchor) => {
      const element = svg("text", { x: at, y: top, class: "gradue" });
      element.style.textAnchor = anchor || "middle";
      element.textContent = words;
      return element;
    };
    [-0.5, 0, 0.5, 1].forEach((v) => drawing.append(
      svg("path", { class: "filet", d: "M" + BOX.left + " " + y(v) + "H" + BOX.right }),
      text(BOX.left - 6, y(v) + 4, fr(v, 1), "end")));
    [0, 32, 64, 96, 128].forEach((k) => drawing.append(text(x(k), 144, String(k), k === 128 ? "end" : "middle")));
    drawing.append(text((BOX.left + BOX.right) / 2, 161, "distance k, en positions"));
    const layer = svg("g", {});
    drawing.append(layer);
    const title = html("p", { class: "plan-titre" },
      "Ressemblance de deux positions, divisée par d/2");
    const frame = html("div", { class: "plan-cadre" }, title, drawing);
    frame.style.cssText = "max-width:28rem;margin:0 auto"; // au-delà, les lettres grossissent
    return {
      frame,
      show(s) {
        const points = [];
        for (let k = 0; k <= MAX_K; k += 0.5) {
          points.push(x(k).toFixed(1) + " " + y(similarity(k, s.omegas) / s.omegas.length).toFixed(1));
        }
        layer.replaceChildren(
          svg("path", { class: "avec", d: "M" + points.join("L") }),
          svg("circle", { class: "curseur", r: 6, cx: x(s.k), cy: y(s.expected / s.omegas.length) }));
      },
    };
  }

  function create(root, { scene, announce }) {
    const given = { paires: 8, base: 10000, k: 5, p: 0 };
    root.querySelectorAll(".nombre-mobile").forEach((span) => {
      given[span.dataset.name] = Number(span.dataset.value);
    });
    let state = null;
    const clocks = html("div", {});
    clocks.style.cssText = "display:grid;gap:.6rem;text-align:center;"
      + "grid-template-columns:repeat(auto-fill,minmax(min(8rem,30%),1fr))";
    const graph = curve();
    const result = html("p", { class: "a2d-sortie" });
    const range = html("input", { type: "range", min: "0", max: MAX_P, step: "1", class: "glissiere" });
    const shown = html("strong", {}); // pas <output> : il prendrait l’étiquette du curseur
    const label = html("label", {}, html("span", {}, "Avancer les deux mots\u00a0: p\u00a0=\u00a0", shown), range);
    const legend = html("p", { class: "interaction-note" },
      html("span", { class: "i-q" }, "position p"), " (trait plein)\u2003",
      html("span", { class: "i-k" }, "position p + k"), " (pointillé)");

    function update(byReader) {
      const d = 2 * given.paires; // une horloge prend deux dimensions
      const omegas = speeds(d, given.base);
      const [p, k] = [given.p, Math.round(given.k)];
      const product = dot(encode(p, omegas), encode(p + k, omegas));
      state = { d, base: given.base, p, k, omegas, product, expected: similarity(k, omegas) };
      clocks.replaceChildren(...chosen(omegas.length).map((i) => dial(i, state)));
      graph.show(state);
      range.value = p;
      shown.textContent = p;
      result.textContent = "Produit scalaire des deux vecteurs, de dimension " + d + "\u00a0: " + fr(product, 3)
        + ". Somme des " + given.paires + " cosinus\u00a0: " + fr(state.expected, 3) + ".";
      if (byReader) {
        announce(given.paires + " horloges, base " + fr(given.base, 0) + ", distance " + k
          + ", position " + p + "\u00a0: produit scalaire " + fr(product, 2) + ".");
      }
    }

    root.addEventListener("nombre", (event) => {
      given[event.detail.name] = event.detail.value;
      update(true);
    });
    range.addEventListener("input", () => { given.p = Number(range.value); update(true); });
    scene.append(legend, clocks, html("div", { class: "reglages" }, label), graph.frame, result);
    update(false);
    return { state: () => state };
  }

  tools.register("horloges", create);
})();
