/* Marcher dans un Transformer : un nombre, ses étapes, ses couches, ses têtes.
   Tous les poids viennent de la cellule du chapitre, en millièmes ; la page les montre. */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, percent, clamp } = tools;
  const HERE = document.currentScript && document.currentScript.src;
  const NAMES = {
    encoder: "Encodeur", decoder: "Décodeur", cross: "Attention croisée", opinions: "Lecture",
  };
  const TELLS = {
    encoder: "Chaque mot lu regarde tous les autres.",
    decoder: "Chaque token écrit regarde ceux d’avant, et lui-même.",
    cross: "Chaque token à écrire interroge les mots lus.",
    opinions: "La couche de lecture donne une probabilité à chaque symbole.",
  };

  /* L'ordre du calcul : l'encodeur une fois, puis tout le décodeur à chaque token écrit. */
  function itinerary(example) {
    const steps = example.encoder.map((_, layer) => ({ kind: "encoder", layer, t: 0 }));
    example.written.forEach((_, t) => {
      example.decoder.forEach((_, layer) => {
        steps.push({ kind: "decoder", layer, t }, { kind: "cross", layer, t });
      });
      steps.push({ kind: "opinions", layer: 0, t });
    });
    return steps;
  }

  /* Une carte : les lignes demandent, les colonnes répondent ; la ligne active est encadrée. */
  function heatmap(rows, columns, weights, active, causal) {
    const head = html("tr", {}, html("td", {}), ...columns.map((word) =>
      html("th", { scope: "col" }, html("span", {}, word))));
    const body = rows.map((word, i) => html("tr", { class: i === active ? "active" : null },
      html("th", { scope: "row" }, word),
      ...weights[i].map((w, j) => {
        const hidden = causal && j > i;
        const cell = html("td", { class: hidden ? "cachee" : null }, hidden ? "·" : String(Math.round(w / 10)));
        cell.style.setProperty("--poids", w / 1000);
        return cell;
      })));
    return html("table", { class: "marche-carte" }, html("thead", {}, head), html("tbody", {}, ...body));
  }

  function opinions(symbols, row, chosen) {
    const lines = row.map((w, j) => ({ w, symbol: symbols[j] }))
      .sort((a, b) => b.w - a.w).slice(0, 5);
    return html("table", { class: "marche-avis" },
      html("thead", {}, html("tr", {}, html("th", { scope: "col" }, "symbole"), html("th", { scope: "col" }, "probabilité"))),
      html("tbody", {}, ...lines.map(({ w, symbol }) => {
        const bar = html("span", { class: "marche-barre", "aria-hidden": "true" });
        bar.style.width = w / 10 + "%";
        return html("tr", { class: symbol === chosen ? "active" : null },
          html("th", { scope: "row" }, symbol + (symbol === chosen ? " ◀" : "")),
          html("td", {}, bar, html("span", { class: "nombre" }, percent(w / 1000, 1))));
      })));
  }

  function create(root, { scene, announce }) {
    const data = tools.data(root);
    const heads = data.examples[0].encoder[0].length;
    const state = { number: 0, head: 0, step: 0 };
    let example, steps;

    const numbers = tools.choice("Nombre", data.examples.map((e) => e.written.slice(0, -1).join("")),
      (rank) => { choose(Number(rank)); said(); });
    const headChoice = tools.choice("Tête", Array.from({ length: heads }, (_, h) => String(h + 1)),
      (rank) => { state.head = Number(rank); show(); said(); });
    const words = html("p", { class: "marche-texte" });
    const written = html("p", { class: "marche-texte" });
    const chain = html("ol", { class: "marche-chaine" });
    const title = html("p", { class: "plan-titre" });
    const figure = html("div", { class: "defile", tabindex: "0", role: "region", "aria-label": "Carte des poids" });
    const sentence = html("p", { class: "marche-phrase" });
    const { element: steering, input: slider, say } = tools.slider("Étape", { min: 0 }, (step) => go(step));
    slider.setAttribute("aria-label", "Étape du calcul");
    const button = (label, by) => {
      const made = html("button", { type: "button", class: "interaction-bouton" }, label);
      made.addEventListener("click", () => go(state.step + by));
      return made;
    };
    const back = button("◀ Reculer", -1);
    const forward = button("Avancer ▶", 1);

    const named = (step) => NAMES[step.kind]
      + (step.kind === "opinions" ? "" : ", couche " + (step.layer + 1));

    const where = () => state.step + 1 + " sur " + steps.length + "\u00a0: " + named(steps[state.step]);

    function choose(rank) {
      state.number = rank;
      example = data.examples[rank];
      steps = itinerary(example);
      /* Au milieu : on voit une attention croisée, et l'on peut avancer et reculer. */
      const middle = Math.floor(example.written.length / 2);
      state.step = steps.findIndex((s) => s.kind === "cross" && s.t === middle
        && s.layer === example.cross.length - 1);
      slider.max = steps.length - 1;
      show();
    }

    /* Ce que la ligne active regarde le plus, dit en mots. */
    function looked(step) {
      if (step.kind === "opinions") {
        const row = example.opinions[step.t];
        return "Le modèle écrit «\u00a0" + example.written[step.t] + "\u00a0», à "
          + percent(Math.max(...row) / 1000, 1) + ".";
      }
      if (step.kind === "encoder") { return TELLS.encoder; }
      const names = step.kind === "cross" ? example.source : ["début", ...example.written];
      const row = example[step.kind][step.layer][state.head][step.t];
      const best = row.indexOf(Math.max(...row));
      return "Pour écrire «\u00a0" + example.written[step.t] + "\u00a0», la tête " + (state.head + 1)
        + " regarde surtout «\u00a0" + names[best] + "\u00a0» (" + percent(row[best] / 1000) + ").";
    }

    function stages(step) {
      const all = steps.filter((s) => s.kind === "encoder" || s.t === step.t);
      chain.replaceChildren(...all.map((s) => {
        const here = s === step;
        const item = html("button", { type: "button", class: "marche-etape", "aria-current": here ? "step" : null }, named(s));
        item.addEventListener("click", () => go(steps.indexOf(s)));
        return html("li", {}, item);
      }));
    }

    function show() {
      const step = steps[state.step];
      const done = step.kind === "encoder" ? 0 : step.t + (step.kind === "opinions" ? 1 : 0);
      numbers.show(state.number);
      headChoice.show(state.head);
      headChoice.element.disabled = step.kind === "opinions";
      slider.value = state.step;
      say(where());
      back.setAttribute("aria-disabled", state.step === 0);
      forward.setAttribute("aria-disabled", state.step === steps.length - 1);
      words.replaceChildren(html("b", {}, "Lu\u00a0: "), example.source.join(" "));
      written.replaceChildren(html("b", {}, "Écrit\u00a0: "),
        (example.written.slice(0, done).join(" ") || "rien encore"));
      stages(step);
      title.textContent = named(step) + (step.kind === "opinions" ? "" : ", tête " + (state.head + 1) + " (poids en %)");
      const read = ["début", ...example.written.slice(0, -1)];
      if (step.kind === "opinions") {
        figure.replaceChildren(opinions(data.symbols, example.opinions[step.t], example.written[step.t]));
      } else {
        const weights = example[step.kind][step.layer][state.head];
        const rows = step.kind === "encoder" ? example.source : read;
        const columns = step.kind === "decoder" ? read : example.source;
        const active = step.kind === "encoder" ? -1 : step.t;
        /* Le décodeur n'a encore calculé que les lignes déjà demandées. */
        const known = step.kind === "encoder" ? rows.length : step.t + 1;
        const width = step.kind === "decoder" ? known : columns.length;
        figure.replaceChildren(heatmap(rows.slice(0, known), columns.slice(0, width),
          weights.slice(0, known).map((row) => row.slice(0, width)), active, step.kind === "decoder"));
      }
      sentence.textContent = (step.kind === "encoder" ? "" : TELLS[step.kind] + " ") + looked(step);
    }

    function said() { announce(where() + ". " + sentence.textContent); }

    function go(wanted) {
      const next = clamp(wanted, 0, steps.length - 1);
      if (next === state.step) { return; }
      state.step = next;
      show();
      said();
    }

    if (data.caption) { scene.append(html("p", {}, data.caption)); }
    scene.append(numbers.element, words, written, chain,
      html("div", { class: "reglages" }, steering, back, forward),
      headChoice.element, title, figure, sentence);
    choose(0);
    return {
      state: () => {
        const step = steps[state.step];
        const weights = step.kind === "opinions" ? example.opinions[step.t]
          : example[step.kind][step.layer][state.head];
        return { number: state.number, head: state.head, step: state.step, steps: steps.length,
          kind: step.kind, layer: step.layer, t: step.t, weights };
      },
    };
  }

  tools.registerAfter("marche", HERE, ["marche.css"], create);
})();
