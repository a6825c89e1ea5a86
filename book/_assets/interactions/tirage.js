/* Régler le tirage d'un token : la loi du modèle, et celle où l'on tire.
   La cellule donne tous les logits ; les curseurs sont ceux du modèle qui écrit
   (../modele/reglages.js), le calcul et le hasard, ceux de son moteur (moteur.js). */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, fr, percent } = tools;
  const { entropyBits } = tools.math;
  const HERE = document.currentScript && document.currentScript.src;

  const ROWS = 15, DRAWS = 100;
  const SCALES = [0.1, 0.2, 0.5, 1]; /* ce que vaut toute la largeur d'une barre */

  /* ---- Le calcul ------------------------------------------------------------- */
  const count = (shares) => shares.filter((share) => share > 0).length;

  /* Pour chaque morceau exclu, le réglage qui l'a ôté : on les ajoute un à un. */
  function removers(engine, logits, { temperature, topK, topP, minP }) {
    const steps = [
      [temperature === 0 ? "τ = 0" : "τ", { temperature }],
      ["top-k", { temperature, topK }],
      ["top-p", { temperature, topK, topP }],
      ["min-p", { temperature, topK, topP, minP }],
    ].map(([name, settings]) => [name, engine.distribution(logits, settings)]);
    return logits.map((_, i) => {
      const step = steps.find(([, shares]) => shares[i] === 0);
      return step ? step[0] : null;
    });
  }

  /* Une loi reçue : ses logits, et ce que le modèle en dit sans réglage. */
  function opened(engine, { start, gaps }) {
    const logits = gaps.map((gap) => -gap / 1000);
    const model = engine.distribution(logits, { temperature: 1 });
    const order = logits.map((_, i) => i).sort((a, b) => logits[b] - logits[a] || a - b);
    return { start, logits, model, order, bits: entropyBits(model) };
  }

  /* ---- Les défis ------------------------------------------------------------- */
  /* ``possible`` écarte un défi que les lois de la page ne permettent pas. */
  function challengesFor(engine, laws, { grid, only }) {
    const left = (law, settings) =>
      count(engine.distribution(law.logits, { temperature: 1, ...settings }));
    const byBits = laws.slice().sort((a, b) => a.bits - b.bits);
    const sure = byBits[0], unsure = byBits[byBits.length - 1];
    const splits = (minP) => {
      const many = left(unsure, { minP });
      return left(sure, { minP }) === 1 && many >= 5 && many <= 10;
    };
    return [
      {
        text: "Par top-p seul, gardez exactement deux morceaux. Leur somme vaut-elle le seuil\u202f?",
        met: (s) => only(s.settings, "topP") && s.kept === 2,
        possible: () => laws.some((law) => grid("topP").some((topP) => left(law, { topP }) === 2)),
      },
      {
        text: "Par min-p seul, un même réglage qui garde un seul morceau pour le début le plus sûr,"
          + " et de cinq à dix pour le plus hésitant. Top-k en serait-il capable\u202f?",
        met: (s) => only(s.settings, "minP") && splits(s.settings.minP),
        possible: () => grid("minP").some(splits),
      },
      {
        text: "Doublez au moins l’entropie du modèle, en gardant cinq morceaux au plus."
          + " Le plus probable a-t-il changé\u202f?",
        met: (s) => s.kept <= 5 && s.entropy >= 2 * s.before,
        possible: () => laws.some((law) => grid("temperature").some((temperature) =>
          entropyBits(engine.distribution(law.logits, { temperature, topK: 5 })) >= 2 * law.bits)),
      },
    ].filter((challenge) => challenge.possible());
  }

  /* ---- Les morceaux, écrits -------------------------------------------------- */
  const SIGNS = { " ": ["␣", "espace "], "\n": ["↵", "retour à la ligne"] };

  /* L'espace d'un morceau se voit, et se lit à voix haute. */
  const written = (piece) => Array.from(piece, (sign) => (SIGNS[sign]
    ? html("span", { class: "tirage-signe", role: "img", "aria-label": SIGNS[sign][1] }, SIGNS[sign][0])
    : sign));
  const named = (piece) => "«\u00a0" + (piece.trim()
    || Array.from(piece, (sign) => SIGNS[sign][1].trim()).join(" ")) + "\u00a0»";
  const share = (p) => (p > 0 && p < 0.0005 ? "<\u00a0" : "") + percent(p > 0 ? Math.max(p, 0.001) : 0, 1);

  /* ---- Les débuts : on en choisit un, et l'on voit le même réglage sur tous ---- */
  function startTable(laws, onPick) {
    const name = "tirage-" + Math.random().toString(36).slice(2);
    const rows = laws.map((law, rank) => {
      const input = html("input", { type: "radio", name, value: rank, autocomplete: "off" });
      input.addEventListener("change", () => onPick(rank));
      const kept = html("td", {}), after = html("td", {});
      const row = html("tr", {}, html("th", { scope: "row" }, html("label", {}, input, html("span", {}, law.start + "…"))),
        kept, html("td", {}, fr(law.bits, 2)), after);
      return { input, kept, after, row };
    });
    const heads = ["début", "restent", "bits, modèle", "bits, réglée"];
    return {
      element: html("fieldset", { class: "tirage-debuts" }, html("legend", {}, "Choisissez un début"),
        html("table", { "aria-label": "Le même réglage sur chaque début" },
          html("thead", {}, html("tr", {}, ...heads.map((head) => html("th", { scope: "col" }, head)))),
          html("tbody", {}, ...rows.map((one) => one.row)))),
      show(picked, lawShares) {
        rows.forEach((one, rank) => {
          one.input.checked = rank === picked;
          one.row.classList.toggle("choisi", rank === picked);
          one.kept.textContent = count(lawShares[rank]);
          one.after.textContent = fr(entropyBits(lawShares[rank]), 2);
        });
      },
    };
  }

  const nameOf = (...parts) => html("span", { class: "tirage-nom" }, ...parts);

  /* ---- Le diagramme ---------------------------------------------------------- */
  /* Une ligne par morceau, que l'on remplit ; les barres gardent leur place. */
  function chartRow() {
    const title = html("th", { scope: "row" }), before = html("td", {}), after = html("td", {}), drawn = html("td", {});
    const model = html("span", { class: "tirage-modele" }), final = html("span", { class: "tirage-reglee" });
    const mark = html("span", { class: "tirage-tires" }, "◆");
    const bars = html("td", { class: "tirage-barres", "aria-hidden": "true" }, model, final, mark);
    const row = html("tr", {}, title, bars, before, after, drawn);
    return {
      row,
      show({ name, p, q, note, n }, scale) {
        title.replaceChildren(...name);
        model.style.width = (100 * p) / scale + "%";
        final.style.width = (100 * q) / scale + "%";
        mark.hidden = n === null || Boolean(note);
        mark.style.left = n / scale + "%"; /* n tirages sur cent : n % */
        before.textContent = share(p);
        after.textContent = note || share(q);
        drawn.textContent = n === null ? "–" : n;
        row.classList.toggle("exclu", Boolean(note));
      },
    };
  }

  function chart(pieces) {
    const shown = Math.min(ROWS, pieces.length), rest = pieces.length - shown;
    const rows = Array.from({ length: shown + (rest > 0 ? 1 : 0) }, chartRow);
    const axis = html("th", { scope: "col" }), caption = html("caption", {});
    const head = html("tr", {}, html("th", { scope: "col" }, "morceau"), axis,
      ...["modèle", "réglée", "tirés"].map((text) => html("th", { scope: "col" }, text)));
    const sum = (tokens, values) => tokens.reduce((total, i) => total + values[i], 0);

    function lines(law, { shares, removed, counts }) {
      const made = law.order.slice(0, shown).map((i) => ({
        name: [nameOf(...written(pieces[i]))], p: law.model[i], q: shares[i], n: counts && counts[i],
        note: removed[i] && "✗\u00a0" + removed[i],
      }));
      if (rest > 0) {
        const tail = law.order.slice(shown);
        const kept = tail.filter((i) => shares[i] > 0).length;
        made.push({
          name: [nameOf(rest + " autres"), kept > 0 && kept < rest ? nameOf(kept + (kept > 1 ? " restent" : " reste")) : ""],
          p: sum(tail, law.model), q: sum(tail, shares), n: counts && sum(tail, counts),
          note: kept === 0 && "✗\u00a0" + removed[tail[0]],
        });
      }
      return made;
    }

    return {
      element: html("table", { class: "tirage-loi" }, caption, html("thead", {}, head),
        html("tbody", {}, ...rows.map((one) => one.row))),
      show(law, state) {
        const made = lines(law, state);
        const top = Math.max(...made.map((line) => Math.max(line.p, line.q, (line.n || 0) / DRAWS)));
        const scale = SCALES.find((value) => top <= value + 1e-9);
        caption.textContent = "Après «\u00a0" + law.start + "\u00a0»";
        axis.textContent = "de 0 à " + percent(scale);
        made.forEach((line, rank) => rows[rank].show(line, scale));
      },
    };
  }

  /* ---- L'interface ----------------------------------------------------------- */
  function create(root, { scene, announce }, engine, { NEUTRAL, knobs }) {
    const data = tools.data(root), { pieces } = data;
    const laws = data.laws.map((law) => opened(engine, law));
    const settings = knobs(NEUTRAL, 0.01, () => update(true));
    const list = challengesFor(engine, laws, settings);
    const goals = tools.challenges(["Un défi", "Deux défis", "Trois défis"][list.length - 1], list);
    let picked = 0, state = null, next = null, batch = 0, uniforms = null;

    const starts = startTable(laws, (rank) => { picked = rank; update(true); });
    const bars = chart(pieces);
    const result = html("p", { class: "a2d-sortie tirage-bilan" }), drawing = html("p", { class: "a2d-sortie" });
    const seed = html("input", {
      type: "number", class: "tirage-graine", value: data.seed, min: 0, max: 9999, step: 1, autocomplete: "off",
    });
    const button = (label, act) => {
      const made = html("button", { type: "button", class: "interaction-bouton" }, label);
      made.addEventListener("click", act);
      return made;
    };
    const draw = button("Tirer " + DRAWS + " fois", () => { roll(); update(true); });
    const back = button("Revenir à la loi du modèle", () => { settings.reset(); rewind(); update(true); });
    const sign = (kind, text) => html("span", { class: kind, "aria-hidden": "true" }, text);
    const key = html("p", { class: "interaction-note tirage-legende" },
      html("span", {}, sign("tirage-modele", ""), " loi du modèle"), html("span", {}, sign("tirage-reglee", ""), " loi réglée"),
      html("span", {}, sign("tirage-tires", "◆"), " tirages"), html("span", {}, "✗ exclu, et par quel réglage"));

    /* La graine donne une suite de nombres ; chaque demande en prend cent. */
    function rewind() {
      next = engine.random(Number(seed.value));
      batch = 0;
      uniforms = null;
    }
    function roll() {
      batch += 1;
      uniforms = Array.from({ length: DRAWS }, next);
    }

    /* Les mêmes cent nombres servent à toutes les lois : seul le réglage change. */
    function drawn(shares) {
      if (!uniforms) { return null; }
      const counts = shares.map(() => 0);
      uniforms.forEach((u) => { counts[engine.draw(shares, u)] += 1; });
      return counts;
    }

    function drawSentence(counts) {
      if (!counts) { return "Aucun tirage encore."; }
      const seen = laws[picked].order.filter((i) => counts[i] > 0).sort((a, b) => counts[b] - counts[a]);
      return "Tirages, série " + batch + " de la graine " + Number(seed.value) + "\u00a0: "
        + seen.slice(0, 3).map((i) => named(pieces[i]) + " " + counts[i] + " fois").join(", ")
        + (seen.length > 3 ? "…" : "") + "\u202f; morceaux différents\u00a0: " + seen.length + ".";
    }

    function update(byReader) {
      const law = laws[picked], now = { ...settings.values };
      const all = laws.map((one) => engine.distribution(one.logits, now));
      const shares = all[picked];
      state = {
        picked, settings: now, seed: Number(seed.value), batch, shares,
        kept: count(shares), before: law.bits, entropy: entropyBits(shares),
        removed: removers(engine, law.logits, now), counts: drawn(shares),
      };
      starts.show(picked, all);
      bars.show(law, state);
      const best = law.order[0];
      result.textContent = (state.kept > 1 ? "Restent " + state.kept + " morceaux" : "Reste 1 morceau") + " sur "
        + pieces.length + ". Entropie\u00a0: " + fr(state.before, 2) + " bits pour le modèle, "
        + fr(state.entropy, 2) + " après réglages. Le plus probable, " + named(pieces[best]) + ", passe de "
        + share(law.model[best]) + " à " + share(shares[best]) + ".";
      drawing.textContent = drawSentence(state.counts);
      if (byReader) {
        announce(result.textContent + (state.counts ? " " + drawing.textContent : ""), goals.check(state));
      }
    }

    seed.addEventListener("change", () => {
      const again = uniforms !== null;
      rewind();
      if (again) { roll(); }
      update(true);
    });
    if (data.caption) { scene.append(html("p", {}, data.caption)); }
    scene.append(starts.element, html("div", { class: "reglages tirage-reglages" }, ...settings.labels),
      result, key, bars.element,
      html("div", { class: "tirage-boutons" }, draw, html("label", {}, html("span", {}, "Graine"), seed), back),
      drawing, ...(list.length ? goals.elements : []));
    rewind();
    update(false);
    return { state: () => state, done: goals.done };
  }

  /* ---- Démarrage : le style, le moteur et les curseurs d'abord ---------------- */
  tools.registerAfter("tirage", HERE, ["tirage.css", "../modele/moteur.js", "../modele/reglages.js"],
    (root, options) => create(root, options, window.coursMoteur(), window.coursReglages(tools)));
})();
