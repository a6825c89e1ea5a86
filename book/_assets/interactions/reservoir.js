/* Le réservoir qui fuit : h' = A h + B x, découpé en pas, h_t = Ā h_{t−1} + B̄ x_t.
   B = 1. Les règles sont celles de layers/state_space/discretization.py ; l'entrée reste
   constante pendant un pas, qui dure Δ_t : le même pour tous, ou choisi mot à mot. */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, svg, fr, percent, clamp } = tools;
  const HERE = document.currentScript && document.currentScript.src;

  const WORDS = ["la", "souris", "que", "les", "chats", "de", "l’", "étudiante", "regardent", "ne", "marche", "plus"];
  const T = WORDS.length, TARGET = 1, B = 1, IGNORED = 0.005, MOST = 3, SUBSTEPS = 8;
  const MODES = { fixed: "le même à chaque pas", selection: "choisi par l’entrée" };
  const METHODS = { zoh: "exacte (ZOH)", mamba: "de Mamba", euler: "d’Euler" };
  const START = {
    mode: "fixed", method: "zoh", A: -0.5, delta: 1, t: T,
    pours: {
      fixed: [3, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0],
      selection: [1, 2, 1, 1, 2, 1, 1, 2, 2, 1, 2, 1],
    },
    important: WORDS.map((word) => ["souris", "chats", "étudiante", "marche"].includes(word)),
  };
  const copy = () => JSON.parse(JSON.stringify(START));

  /* ---- Toute la théorie tient ici. ---- */
  /* expm1 : eᶻ − 1 perdrait les chiffres de z quand A tend vers 0. */
  const phi = (z) => (z === 0 ? 1 : Math.expm1(z) / z);

  function discretize(delta, A, method) {
    const z = delta * A;
    return {
      a: method === "euler" ? 1 + z : Math.exp(z),
      b: delta * (method === "zoh" ? phi(z) : 1) * B,
    };
  }

  /* parts[t][s] : ce qui reste, à la fin du pas t, du versement du pas s. */
  function recurrence(x, steps) {
    const h = [], parts = [];
    steps.forEach(({ a, b }, t) => {
      h.push(a * (t ? h[t - 1] : 0) + b * x[t]);
      parts.push(x.map((_, s) => (s < t ? a * parts[t - 1][s] : s === t ? b * x[t] : 0)));
    });
    return { h, parts };
  }

  /* La solution de l'équation, huit points par pas. */
  function exact(x, delta, A) {
    const curve = [0];
    delta.forEach((duration, t) => {
      const before = curve[curve.length - 1];
      for (let k = 1; k <= SUBSTEPS; k += 1) {
        const { a, b } = discretize((duration * k) / SUBSTEPS, A, "zoh");
        curve.push(a * before + b * x[t]);
      }
    });
    return curve;
  }

  /* Pas au bout desquels la moitié est partie ; null si cela n'arrive jamais. */
  const halfLife = (a) =>
    (Math.abs(a) >= 1 ? null : a === 0 ? 0 : Math.log(0.5) / Math.log(Math.abs(a)));

  function solve(given) {
    const { mode, method, A, t } = given;
    const x = given.pours[mode];
    const delta = WORDS.map((_, i) =>
      (mode === "fixed" || given.important[i] ? given.delta : IGNORED));
    const steps = delta.map((duration) => discretize(duration, A, method));
    return {
      mode, method, A, B, t, step: given.delta, x: x.slice(), delta, important: given.important.slice(),
      aBar: steps.map((s) => s.a), bBar: steps.map((s) => s.b), ...recurrence(x, steps), curve: exact(x, delta, A),
      halfLife: halfLife(discretize(given.delta, A, method).a),
    };
  }

  const ratio = (s, t, i) => s.parts[t][i] / s.h[t];
  const CHALLENGES = [
    {
      text: "Avec un Δ commun, qu’il reste la moitié du premier versement dix pas plus tard, à 2\u00a0points près. Que vaut alors ΔA\u202f?",
      met: (s) => s.mode === "fixed" && s.x[0] > 0 && Math.abs(s.parts[10][0] / s.parts[0][0] - 0.5) <= 0.02,
    },
    {
      text: "Avec un Δ choisi par l’entrée, sans toucher aux versements, que «\u00a0souris\u00a0» fasse à la fin au moins 90\u00a0% du niveau.",
      /* Au-delà de 1, c'est une oscillation d'Euler qui se compense. */
      met: (s) => s.mode === "selection" && s.x.join() === START.pours.selection.join()
        && ratio(s, T - 1, TARGET) >= 0.9 && ratio(s, T - 1, TARGET) < 1.02,
    },
    {
      text: "Faites exploser Euler, avec un Δ commun. Que donne la règle exacte, aux mêmes réglages\u202f?",
      met: (s) => s.mode === "fixed" && s.method === "euler" && s.aBar[0] < -1 - 1e-9 && Math.max(...s.x) > 0,
    },
  ];

  /* ---- Ce que l'on écrit ---- */
  function short(x) {
    if (Math.abs(x) < 1000) { return fr(x, 2); }
    const [digits, power] = x.toExponential(1).split("e+");
    return fr(Number(digits), 1) + "\u00a0×\u00a010" + Array.from(power, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]).join("");
  }
  const lasts = (n) => (n === null ? "jamais" : n === 0 ? "aussitôt" : fr(n, n < 10 ? 1 : 0) + "\u00a0pas");
  const named = (s, i) => (s.mode === "fixed" ? "pas " + (i + 1) : WORDS[i]);

  function verdict({ method, step, A }) {
    const z = step * A;
    if (method === "zoh") { return "Règle exacte\u00a0: les carrés sont sur la courbe."; }
    if (method === "mamba") {
      return "Ā est exact\u202f; B̄ = ΔB vaut " + fr(1 / phi(z), 2) + " fois la valeur exacte.";
    }
    if (z < -2 - 1e-9) { return "ΔA < −2\u00a0: Euler explose, et chaque pas s’éloigne un peu plus."; }
    if (z < -2 + 1e-9) { return "ΔA = −2\u00a0: Euler oscille sans jamais s’apaiser."; }
    if (z < -1 - 1e-9) { return "ΔA < −1\u00a0: Euler oscille, jusqu’à des niveaux négatifs qu’aucun réservoir n’a."; }
    if (z < -1 + 1e-9) { return "ΔA = −1\u00a0: Euler vide tout en un pas."; }
    return "Euler suit la tangente\u00a0: il s’écarte d’autant plus que Δ|A| est grand.";
  }

  function sentence(s) {
    const i = s.t - 1, last = named(s, i);
    let text = (s.mode === "fixed" ? "À la fin du " + last : "Après «\u00a0" + last + "\u00a0»") + "\u00a0: niveau "
      + short(s.h[i]) + ", solution exacte " + short(s.curve[s.t * SUBSTEPS]) + ". ";
    if (s.mode === "selection" && i >= TARGET && s.parts[i][TARGET] > 0 && s.h[i] > 0) {
      const share = ratio(s, i, TARGET);
      text += share <= 1 ? "«\u00a0souris\u00a0» en fait " + percent(share) + ". " : "";
    } else if (s.mode === "fixed" && i > 0 && s.x[0] > 0) {
      text += "Du premier versement, il reste " + (Math.abs(s.parts[i][0] / s.parts[0][0]) < 10
        ? percent(s.parts[i][0] / s.parts[0][0], 1) : short(s.parts[i][0] / s.parts[0][0]) + " fois la mise") + ". ";
    }
    return text + verdict(s);
  }

  /* ---- La figure : le réservoir et la courbe partagent un axe ---- */
  const BOX = { left: 104, right: 352, top: 34, bottom: 190 }, TANK = { left: 6, right: 70 };
  const nice = (x) => {
    const power = Math.pow(10, Math.floor(Math.log10(x)));
    return power * [1, 2, 3, 5, 10].find((m) => m * power >= x - 1e-9 * power);
  };
  /* Ce qui explose sort du cadre : on garde l'échelle de la solution exacte, à 3 près. */
  function bounds(s) {
    const reach = Math.max(...s.curve, 0.02);
    const high = nice(Math.max(reach, Math.min(Math.max(...s.h), 3 * reach)));
    const least = Math.min(...s.h);
    return { high, low: least < -1e-9 ? -nice(Math.min(-least, high)) : 0 };
  }

  function figure() {
    const drawing = svg("svg", { viewBox: "0 0 360 230", role: "img", focusable: "false" });
    const frame = html("div", { class: "plan-cadre reservoir-figure" }, drawing);
    const X = (t) => BOX.left + ((BOX.right - BOX.left) * t) / T;
    const label = (x, y, words, kind, anchor) => {
      const element = svg("text", { x, y, class: kind || "gradue" });
      element.style.textAnchor = anchor || "middle";
      element.textContent = words;
      return element;
    };

    function tank(s, Y, low) {
      const level = s.h[s.t - 1], zero = Y(0), width = TANK.right - TANK.left;
      const block = (from, to, kind) => svg("rect", {
        class: kind, x: TANK.left, width, y: Math.min(Y(from), Y(to)).toFixed(2), height: Math.abs(Y(to) - Y(from)).toFixed(2),
      });
      const shapes = [];
      if (level < 0 || s.parts[s.t - 1].some((part) => part < 0)) {
        shapes.push(block(0, level, level < 0 ? "reservoir-dette" : "reservoir-eau"));
      } else {
        let height = 0;
        s.parts[s.t - 1].forEach((part, i) => {
          const thick = Y(height) - Y(height + part), middle = (Y(height) + Y(height + part)) / 2 + 4;
          if (part > 0) { shapes.push(block(height, height + part, "reservoir-eau" + (i % 2 ? " impair" : ""))); }
          if (thick > 13) { shapes.push(label((TANK.left + TANK.right) / 2, middle, named(s, i), "reservoir-nom")); }
          height += part;
        });
      }
      const middle = (TANK.left + TANK.right) / 2;
      if (low === 0 && s.A < 0) {
        shapes.push(svg("path", { class: "reservoir-fuite", d: "M" + middle + " " + zero + "v18", "stroke-width": 1 - 2 * s.A }));
      }
      return [...shapes,
        svg("path", { class: "reservoir-paroi", d: "M" + TANK.left + " " + BOX.top + "V" + zero + "H" + TANK.right + "V" + BOX.top }),
        label(middle, BOX.top - 6, "▼\u00a0" + s.x[s.t - 1])];
    }

    function series(s, Y) {
      const out = (h) => Y(h) < BOX.top - 0.01 || Y(h) > BOX.bottom + 0.01;
      const at = (h) => clamp(Y(h), BOX.top, BOX.bottom);
      const path = (values, every) => values.map((h, k) => X(k / every).toFixed(1) + " " + at(h).toFixed(1)).join("L");
      return [
        svg("path", { class: "avec", d: "M" + path(s.curve, SUBSTEPS) }),
        svg("path", { class: "sans", d: "M" + path([0, ...s.h], 1) }),
        ...s.h.map((h, i) => {
          const here = i === s.t - 1, r = here ? 5.5 : 3.5, up = Y(h) < BOX.top ? -1 : 1;
          const shape = out(h) ? "M-5 " + -4 * up + "H5L0 " + 5 * up + "Z" : "M" + -r + " " + -r + "h" + 2 * r + "v" + 2 * r + "h" + -2 * r + "Z";
          return svg("path", {
            class: "reservoir-point" + (here ? " ici" : ""), d: shape, transform: "translate(" + X(i + 1).toFixed(1) + " " + at(h).toFixed(1) + ")",
          });
        }),
      ];
    }

    function show(s) {
      const { low, high } = bounds(s);
      const Y = (h) => BOX.bottom - ((BOX.bottom - BOX.top) * (h - low)) / (high - low);
      const bounded = (h) => Y(clamp(h, low, high));
      const ticks = low < 0 ? [low, 0, high] : [0, high / 2, high];
      const digits = high < 0.2 ? 3 : high < 2 ? 2 : 1;
      drawing.setAttribute("aria-label", "Niveau du réservoir au " + (s.mode === "fixed" ? "pas " + s.t : "mot " + s.t)
        + "\u00a0: " + short(s.h[s.t - 1]) + ". À côté, le niveau pas à pas et la solution exacte.");
      drawing.replaceChildren(
        ...WORDS.map((_, i) => (s.mode === "selection" && s.important[i]
          ? svg("rect", { class: "reservoir-important", x: X(i), y: BOX.top, width: X(1) - X(0), height: BOX.bottom - BOX.top }) : "")),
        ...ticks.flatMap((v) => [svg("path", { class: "filet", d: "M" + BOX.left + " " + Y(v) + "H" + BOX.right }),
          label(BOX.left - 6, Y(v) + 4, fr(v, digits), null, "end")]),
        ...s.x.flatMap((x, i) => [label(X(i + 1), BOX.bottom + 17, String(i + 1)),
          x ? label(X(i + 0.5), BOX.top - 6, "+" + x) : "",
          s.mode === "selection" && s.important[i] ? label(X(i + 0.5), BOX.top - 19, "★") : ""]),
        label((BOX.left + BOX.right) / 2, BOX.bottom + 33, s.mode === "fixed" ? "pas t, de durée Δ" : "pas t, de durée Δₜ"),
        svg("path", { class: "uniforme", d: "M" + TANK.right + " " + bounded(s.h[s.t - 1]) + "H" + X(s.t) }),
        ...tank(s, bounded, low), ...series(s, Y));
    }
    return { frame, show };
  }

  /* ---- Les réglages ---- */
  function knob({ name, min, max, step, text }, onChange) {
    const { element, input, title, say } = tools.slider(name, { min, max, step }, onChange);
    return {
      element,
      show(value, label) {
        input.value = value;
        title.textContent = label || name;
        input.setAttribute("aria-label", title.textContent);
        say(text(value));
      },
    };
  }

  /* Un bouton par pas : on appuie, il verse un de plus, puis revient à zéro. */
  function stepGrid(onPour, onMark) {
    const cells = WORDS.map((_, i) => {
      const name = html("span", { class: "reservoir-mot" }), amount = html("strong", {});
      const button = html("button", { type: "button", class: "reservoir-verser" }, name, amount);
      const box = html("input", { type: "checkbox", autocomplete: "off" });
      const mark = html("label", {}, box, html("span", { "aria-hidden": "true" }, "★"));
      button.addEventListener("click", () => onPour(i, 1, true));
      button.addEventListener("keydown", (event) => {
        const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
        if (!by || event.ctrlKey || event.altKey || event.metaKey) { return; }
        event.preventDefault();
        onPour(i, by, false);
      });
      box.addEventListener("change", () => onMark(i, box.checked));
      return { name, amount, button, box, mark, element: html("div", { class: "reservoir-pas" }, button, mark) };
    });
    return {
      element: html("div", { class: "reservoir-grille", role: "group", "aria-label": "Versement de chaque pas" }, ...cells.map((c) => c.element)),
      show: (s) => cells.forEach((cell, i) => {
        const name = named(s, i);
        cell.name.textContent = name;
        cell.amount.textContent = s.x[i] ? "+" + s.x[i] : "0";
        cell.button.setAttribute("aria-label", name + ", versement " + s.x[i]);
        cell.element.classList.toggle("regarde", i === s.t - 1);
        cell.mark.hidden = s.mode === "fixed";
        cell.box.checked = s.important[i];
        cell.box.setAttribute("aria-label", name + ", important");
      }),
    };
  }

  function numbers() {
    const body = html("tbody", {});
    const heads = ["pas", "Δ", "Ā", "B̄", "B̄ exact", "demi-vie"];
    const show = (s) => {
      const kinds = s.mode === "fixed" ? [["tous", s.step]] : [["important", s.step], ["à ignorer", IGNORED]];
      body.replaceChildren(...kinds.map(([name, delta]) => {
        const { a, b } = discretize(delta, s.A, s.method);
        const cells = [fr(delta, delta < 0.05 ? 3 : 2), fr(a, 3), fr(b, 3), fr(discretize(delta, s.A, "zoh").b, 3), lasts(halfLife(a))];
        return html("tr", {}, html("th", { scope: "row" }, name), ...cells.map((text) => html("td", {}, text)));
      }));
    };
    return {
      element: html("table", { class: "reservoir-nombres" }, html("caption", {}, "Ce que devient un pas\u00a0: h ← Ā h + B̄ x"),
        html("thead", {}, html("tr", {}, ...heads.map((head) => html("th", { scope: "col" }, head)))), body),
      show,
    };
  }

  function create(root, { scene, announce }) {
    let given = copy(), state = null;
    const set = (key) => (value) => { given[key] = value; update(true); };
    const mode = tools.choice("La durée Δ d’un pas\u00a0:", MODES, set("mode"));
    const method = tools.choice("La règle\u00a0:", METHODS, set("method"));
    const leak = knob({ name: "Fuite A", min: -4, max: 0, step: 0.05, text: (x) => fr(x, 2) }, set("A"));
    const time = knob({ name: "Durée Δ", min: 0.05, max: 2, step: 0.05, text: (x) => fr(x, 2) }, set("delta"));
    const look = knob({ name: "Pas regardé", min: 1, max: T, step: 1, text: (x) => x + " sur " + T }, set("t"));
    const grid = stepGrid((i, by, wrap) => {
      const pours = given.pours[given.mode], next = pours[i] + by;
      pours[i] = wrap ? next % (MOST + 1) : clamp(next, 0, MOST);
      update(true);
    }, (i, kept) => { given.important[i] = kept; update(true); });
    const picture = figure(), table = numbers(), goals = tools.challenges("Trois défis", CHALLENGES);
    const result = html("p", { class: "a2d-sortie reservoir-bilan" });
    const hint = html("p", { class: "interaction-note" });
    const reset = html("button", { type: "button", class: "interaction-bouton" }, "Revenir au départ");
    reset.addEventListener("click", () => { given = { ...copy(), mode: given.mode }; update(true); });

    function update(byReader) {
      state = solve(given);
      const selects = state.mode === "selection";
      mode.show(given.mode);
      method.show(given.method);
      leak.show(given.A);
      time.show(given.delta, selects ? "Durée Δ d’un mot important" : "Durée Δ");
      look.show(given.t);
      [picture, grid, table].forEach((part) => part.show(state));
      result.textContent = sentence(state);
      hint.textContent = "Appuyez sur un pas pour changer son versement, de 0 à " + MOST
        + (selects ? "\u202f; cochez ★ s’il est important. Un pas à ignorer dure " + fr(IGNORED, 3) + "." : ".");
      if (byReader) { announce(result.textContent, goals.check(state)); }
    }

    scene.append(mode.element, method.element, html("div", { class: "reglages" }, leak.element, time.element), picture.frame,
      html("p", { class: "interaction-note reservoir-legende" }, html("span", { class: "reservoir-trait" }, "━━ solution exacte"), " ",
        html("span", { class: "i-k" }, "calcul pas à pas"), " ", html("span", {}, "▲▼ hors du cadre")),
      result, html("div", { class: "reglages" }, look.element, reset), grid.element, hint, table.element, ...goals.elements);
    update(false);
    return { state: () => state, done: goals.done, discretize };
  }

  tools.registerAfter("reservoir", HERE, ["reservoir.css"], create);
})();
