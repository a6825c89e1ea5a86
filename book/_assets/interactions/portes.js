/* Marcher dans une LSTM : à chaque symbole, les portes et l'état de quelques cellules.
   Toutes les valeurs viennent de la cellule du chapitre ; la page ne fait que montrer. */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, svg, fr, clamp } = tools;
  const NAMES = { " ": "espace", "\n": "retour à la ligne" };
  const GATES = [["f", "oubli"], ["i", "entrée"], ["o", "sortie"]];
  const WIDTH = 300, HEIGHT = 56;

  const named = (symbol) => "«\u00a0" + (NAMES[symbol] || symbol) + "\u00a0»";

  /* Un signe et un mot doublent la longueur de la barre. */
  function opening(value) {
    if (value >= 2 / 3) { return ["●", "ouverte"]; }
    return value <= 1 / 3 ? ["○", "fermée"] : ["◐", "entrouverte"];
  }

  /* Une barre entre −scale et scale (ou 0 et 1), et sa valeur en clair. */
  function bar(letter, name, signed) {
    const fill = html("span", { class: "portes-remplissage" });
    const value = html("span", { class: "portes-valeur" });
    const row = html("div", { class: "portes-ligne" },
      html("span", { class: "portes-nom" }, name + " ", html("i", {}, letter)),
      html("span", { class: "portes-barre" + (signed ? " signee" : ""), "aria-hidden": "true" }, fill), value);
    return {
      row,
      show(x, scale) {
        const length = 100 * Math.abs(x) / scale;
        fill.style.width = (signed ? length / 2 : length) + "%";
        fill.style.left = (signed ? 50 - (x < 0 ? length / 2 : 0) : 0) + "%";
        const [sign, word] = signed ? [x < 0 ? "−" : "+", ""] : opening(x);
        fill.classList.toggle("negatif", x < 0);
        value.textContent = signed ? fr(x, 2) : sign + "\u00a0" + fr(x, 2) + " " + word;
      },
    };
  }

  /* L'état le long de la suite ; le trait vertical dit où l'on est. */
  function curve(values, scale) {
    const x = (t) => 4 + ((WIDTH - 8) * t) / (values.length - 1);
    const y = (value) => HEIGHT / 2 - ((HEIGHT / 2 - 4) * value) / scale;
    const cursor = svg("path", { class: "portes-curseur" });
    const dot = svg("circle", { class: "curseur", r: 4 });
    const drawing = svg("svg", { viewBox: "0 0 " + WIDTH + " " + HEIGHT, "aria-hidden": "true", focusable: "false" },
      svg("path", { class: "filet", d: "M0 " + HEIGHT / 2 + "H" + WIDTH }),
      svg("polyline", { class: "portes-courbe", points: values.map((v, t) => x(t) + "," + y(v)).join(" ") }),
      cursor, dot);
    return {
      drawing,
      show(t) {
        cursor.setAttribute("d", "M" + x(t) + " 0V" + HEIGHT);
        dot.setAttribute("cx", x(t));
        dot.setAttribute("cy", y(values[t]));
      },
    };
  }

  function cellCard(cell) {
    const scale = Math.max(0.1, ...cell.c.map(Math.abs));
    const gates = GATES.map(([letter, name]) => bar(letter, name, false));
    const candidate = bar("g", "candidat", true);
    const state = bar("c", "état", true);
    const trace = curve(cell.c, scale);
    const equation = html("p", { class: "portes-equation" });
    const signed = (x) => (x < 0 ? "(" + fr(x, 2) + ")" : fr(x, 2));
    return {
      element: html("div", { class: "portes-cellule" },
        html("p", { class: "plan-titre" }, cell.name),
        ...gates.map(({ row }) => row), candidate.row, state.row, equation, trace.drawing),
      show(t) {
        const before = t ? cell.c[t - 1] : 0;
        GATES.forEach(([letter], k) => gates[k].show(cell[letter][t], 1));
        candidate.show(cell.g[t], 1);
        state.show(cell.c[t], scale);
        trace.show(t);
        equation.replaceChildren(html("i", {}, "c"), " = ", html("i", {}, "f"), " × ",
          html("i", {}, "c"), html("sub", {}, "avant"), " + ", html("i", {}, "i"), " × ", html("i", {}, "g"),
          " ≈ " + fr(cell.f[t], 2) + " × " + signed(before) + " + " + fr(cell.i[t], 2) + " × "
          + signed(cell.g[t]) + " ≈ " + fr(cell.c[t], 2));
      },
      sentence: (t) => cell.name + "\u00a0: oubli " + fr(cell.f[t], 2) + ", entrée " + fr(cell.i[t], 2)
        + ", sortie " + fr(cell.o[t], 2) + ", état " + fr(cell.c[t], 2) + ".",
    };
  }

  function create(root, { scene, announce }) {
    const data = tools.data(root);
    const last = data.symbols.length - 1;
    const words = data.symbols.some((symbol) => symbol.length > 1);
    /* Au milieu : on voit d'emblée que l'on peut avancer et reculer. */
    let position = Math.floor(data.symbols.length / 2);
    const cards = data.cells.map(cellCard);

    const spans = data.symbols.map((symbol) => html("span", { class: "portes-symbole" }, symbol));
    const line = html("p", { class: "portes-phrase" });
    spans.forEach((span, t) => line.append(span, words && t < last ? " " : ""));
    const { element: steering, input: slider, say } = tools.slider("Position", { min: 0, max: last, value: position },
      (t) => go(t));
    slider.setAttribute("aria-label", "Position dans la suite");
    const step = (label, by) => {
      const button = html("button", { type: "button", class: "interaction-bouton" }, label);
      button.addEventListener("click", () => go(position + by));
      return button;
    };
    const back = step("◀ Reculer", -1);
    const forward = step("Avancer ▶", 1);

    const where = () => position + 1 + " sur " + (last + 1) + "\u00a0: " + named(data.symbols[position]);

    function show() {
      slider.value = position;
      say(where());
      back.setAttribute("aria-disabled", position === 0);
      forward.setAttribute("aria-disabled", position === last);
      spans.forEach((span, t) => {
        const here = t === position;
        span.className = "portes-symbole" + (here ? " ici" : t > position ? " a-lire" : "");
        span.textContent = here && NAMES[data.symbols[t]] ? "␣" : data.symbols[t];
        if (here) { span.setAttribute("aria-current", "true"); } else { span.removeAttribute("aria-current"); }
      });
      cards.forEach((card) => card.show(position));
    }

    function go(wanted) {
      const next = clamp(wanted, 0, last);
      if (next === position) { return; }
      position = next;
      show();
      announce("Position " + where() + ". " + cards.map((card) => card.sentence(position)).join(" "));
    }

    if (data.caption) { scene.append(html("p", {}, data.caption)); }
    scene.append(line,
      html("div", { class: "reglages" }, steering, back, forward),
      html("div", { class: "portes-cellules" }, ...cards.map(({ element }) => element)),
      html("p", { class: "interaction-note" }, "● porte ouverte (2/3 et plus), ◐ entrouverte, ○ fermée (1/3 et moins). Candidat et état partent du milieu\u00a0: à droite s’ils sont positifs, à gauche s’ils sont négatifs. La courbe est l’état tout au long de la suite\u00a0; le trait, la position."));
    show();
    return {
      state: () => ({
        position,
        cells: data.cells.map((cell) => ({ f: cell.f[position], i: cell.i[position], o: cell.o[position], g: cell.g[position], c: cell.c[position] })),
      }),
    };
  }

  tools.register("portes", create);
})();
