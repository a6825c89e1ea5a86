/* Le tout petit tableau noir : ce que la mémoire rapide tient à une étape, le calcul d'une
   requête écrit en entier, et la phrase de l'étape. */
"use strict";

(function () {
  const tools = window.coursInteractions;
  if (!tools) { return; }
  const { html, fr } = tools;

  const sub = (n) => Array.from(String(n), (c) => "₀₁₂₃₄₅₆₇₈₉"[c]).join("");
  const real = (x) => (x === -Infinity ? "−∞" : fr(x, 2));
  const vector = (values, digits) => "(" + values.map((x) => fr(x, digits)).join("\u202f; ") + ")";
  const numbers = (n) => n + " nombres";
  const rises = (line) => line.alpha < 1;

  /* « la clé 5 », « les clés 4 et 5 », « les clés 4 à 7 ». */
  function named(word, list) {
    const [first, last] = [list[0], list[list.length - 1]];
    return list.length === 1 ? "la " + word + " " + first
      : "les " + word + "s " + first + (list.length === 2 ? " et " : " à ") + last;
  }

  function change(step) {
    if (step.before.every(({ m }) => m === -Infinity)) { return "Première tuile\u00a0: elle fixe m, le plus grand score de chaque requête."; }
    const risen = step.rows.filter((_, n) => rises(step.lines[n]));
    if (!risen.length) { return "Aucun maximum ne monte\u00a0: on ajoute, sans rien corriger."; }
    return risen.length === 1
      ? "Le maximum de la requête " + risen[0] + " monte\u00a0: ses anciennes sommes sont multipliées par α = " + real(step.lines[step.rows.indexOf(risen[0])].alpha) + "."
      : "Le maximum monte pour " + risen.length + " requêtes\u00a0: chacune corrige ses anciennes sommes par son α.";
  }

  /* Ce que fait l'étape, en une ou deux phrases : elles se lisent, et se disent à la voix. */
  function sentence(s, step) {
    if (step.kind === "start") { return "Le tableau est vide\u00a0: tout est encore dans la mémoire globale."; }
    if (step.kind === "load") { return "On lit " + named("requête", step.rows) + "\u00a0: " + numbers(step.read) + ". Rien n’est encore vu\u00a0: m = −∞, ℓ = 0, a = 0."; }
    if (step.kind === "tile") {
      const masked = step.lines.some(({ scores }) => scores.includes(-Infinity));
      return "On lit " + named("clé", step.cols) + (step.cols.length > 1 ? " et leurs valeurs" : " et sa valeur") + "\u00a0: " + numbers(step.read) + ". "
        + change(step) + (masked ? " −∞\u00a0: une clé future." : "");
    }
    const written = "On écrit a\u202f/\u202fℓ, la sortie " + (step.rows.length > 1 ? "d" + named("requête", step.rows).slice(1) : "de " + named("requête", step.rows))
      + "\u00a0: " + numbers(step.written) + ". ";
    return written + (s.over ? "C’est fini\u00a0: " + s.total + " nombres échangés, au lieu de " + s.standard + "." : "Puis on efface le tableau.");
  }

  /* Le calcul d'une requête, ligne à ligne, comme on le ferait à la craie. */
  function workings(step, n) {
    const line = step.lines[n];
    if (!line) { return []; }
    const q = "q" + sub(step.rows[n]);
    if (step.kind === "load") { return [[q + " n’a encore vu aucune clé."]]; }
    if (step.kind === "store") {
      return [["o" + sub(step.rows[n]) + " = a\u202f/\u202fℓ = " + vector(line.a, 2) + "\u202f/\u202f" + real(line.l) + " = " + vector(step.outputs[n], 2)]];
    }
    const before = step.before[n], { V } = window.coursTuiles;
    const parts = (write) => line.p.map((p, j) => " + " + write(p, step.cols[j])).join("");
    return [
      [q + "\u00a0: m = max(" + [before.m, ...line.scores].map(real).join("\u202f; ") + ") = " + real(line.m)],
      ["α = e", html("sup", {}, real(before.m) + " − " + (line.m < 0 ? "(" + real(line.m) + ")" : real(line.m))), " = " + real(line.alpha)],
      ["ℓ = " + real(line.alpha) + " × " + real(before.l) + parts((p) => real(p)) + " = " + real(line.l)],
      ["a = " + real(line.alpha) + " × " + vector(before.a, 2) + parts((p, j) => real(p) + " × " + vector(V[j], 0)) + " = " + vector(line.a, 2)],
    ];
  }

  const cells = (n, make) => Array.from({ length: n }, make);
  const put = (cell, ...children) => cell.replaceChildren(...children);
  const small = (words, kind) => html("span", { class: kind || "tuiles-petit" }, words);

  const blank = () => [html("span", {}, "…"), small("\u00a0")]; /* deux lignes aussi : rien ne bouge */

  /* K en tête des colonnes, Q en tête des lignes, V au pied : la tuile est entre eux. */
  function tileTable(blockQ, blockK) {
    const heads = cells(blockK, () => html("th", { scope: "col" })), feet = cells(blockK, () => html("td", {}));
    const sides = cells(blockQ, () => html("th", { scope: "row" })), scores = sides.map(() => cells(blockK, () => html("td", { class: "tuiles-cellule" })));
    const element = html("table", { class: "tuiles-tuile" }, html("caption", {}, "La tuile\u00a0: s = q·k\u202f/\u202f√2, puis p = e", html("sup", {}, "s − m")),
      html("thead", {}, html("tr", {}, html("th", { scope: "col" }, small("K", "i-k")), ...heads)),
      html("tbody", {}, ...sides.map((side, n) => html("tr", {}, side, ...scores[n]))),
      html("tfoot", {}, html("tr", {}, html("th", { scope: "row" }, small("V", "i-v")), ...feet)));
    function show(step) {
      const { Q, K, V } = window.coursTuiles;
      heads.forEach((head, j) => (j < step.cols.length
        ? put(head, small("k" + sub(step.cols[j]), "tuiles-cle"), small(vector(K[step.cols[j]], 0))) : put(head, ...blank())));
      feet.forEach((foot, j) => (j < step.cols.length ? put(foot, small("v" + sub(step.cols[j]), "tuiles-valeur"), small(vector(V[step.cols[j]], 0))) : put(foot, ...blank())));
      sides.forEach((side, n) => (n < step.rows.length
        ? put(side, small("q" + sub(step.rows[n]), "i-q"), small(vector(Q[step.rows[n]], 0))) : put(side, ...blank())));
      scores.forEach((row, n) => row.forEach((cell, j) => {
        const line = step.kind === "tile" ? step.lines[n] : null;
        cell.style.setProperty("--poids", line ? line.p[j].toFixed(3) : 0);
        if (line) { put(cell, html("strong", {}, real(line.scores[j])), small("p\u00a0" + real(line.p[j]))); } else { put(cell); }
      }));
    }
    return { element, show };
  }

  /* m, α, ℓ et a : tout ce qu'on garde d'une tuile à l'autre. */
  function runningTable(blockQ, onPick) {
    const last = html("th", { scope: "col" }, "a");
    const lines = cells(blockQ, (_, n) => {
      const button = html("button", { type: "button", class: "tuiles-suivre" });
      button.addEventListener("click", () => onPick(n));
      const values = cells(4, () => html("td", {}));
      return { button, values, row: html("tr", {}, html("th", { scope: "row" }, button), ...values) };
    });
    const element = html("table", { class: "tuiles-sommes" }, html("caption", {}, "Ce que l’on garde, par requête"),
      html("thead", {}, html("tr", {}, ...["suivre", "m", "α", "ℓ"].map((head) => html("th", { scope: "col" }, head)), last)),
      html("tbody", {}, ...lines.map((line) => line.row)));
    function show(step, followed) {
      last.textContent = step.kind === "store" ? "o = a\u202f/\u202fℓ" : "a";
      lines.forEach(({ button, values, row }, n) => {
        const line = step.lines[n], tile = step.kind === "tile";
        const old = tile && rises(line) ? step.before[n].m : -Infinity, risen = old !== -Infinity;
        row.classList.toggle("suivie", Boolean(line) && n === followed);
        row.classList.toggle("corrigee", risen);
        button.textContent = line ? "q" + sub(step.rows[n]) : "…";
        button.setAttribute("aria-label", line ? "Suivre la requête " + step.rows[n] + ", q" + sub(step.rows[n]) : "Aucune requête au tableau");
        button.setAttribute("aria-pressed", String(Boolean(line) && n === followed));
        const [top, alpha, total, sums] = values;
        put(top, ...(risen ? [small(real(old) + " ↗", "tuiles-avant")] : []), line ? real(line.m) : "");
        alpha.textContent = tile ? "× " + real(line.alpha) : "";
        total.textContent = line ? real(line.l) : "";
        sums.textContent = line ? vector(step.outputs ? step.outputs[n] : line.a, 2) : "";
      });
    }
    return { element, show };
  }

  function board(onPick) {
    const held = html("span", { class: "tuiles-place" }), phrase = html("p", { class: "tuiles-phrase" });
    const slate = html("div", { class: "tuiles-ardoise" }), chalk = html("div", { class: "tuiles-calcul" });
    const element = html("div", { class: "tuiles-tableau", role: "group", "aria-label": "Le petit tableau noir, la mémoire rapide" },
      html("p", { class: "tuiles-titre" }, html("strong", {}, "Mémoire rapide\u00a0: le petit tableau noir"), held), phrase, slate, chalk);
    let shape = "", tile = null, running = null;
    return {
      element,
      show(s, step) {
        if (shape !== s.blockQ + "×" + s.blockK) {
          shape = s.blockQ + "×" + s.blockK;
          tile = tileTable(s.blockQ, s.blockK);
          running = runningTable(s.blockQ, onPick);
          slate.replaceChildren(tile.element, running.element);
          element.dataset.cles = s.blockK;
        }
        element.dataset.masque = s.causal;
        held.textContent = "place\u00a0: " + numbers(s.footprint);
        phrase.textContent = s.sentence;
        tile.show(step);
        running.show(step, s.followed);
        chalk.replaceChildren(...workings(step, s.followed).map((line) => html("p", {}, ...line)));
      },
    };
  }

  window.coursTuiles = { ...window.coursTuiles, board, sentence };
})();
