/* L'examen d'un token : ses candidats, et ce que chaque tête regardait pour le prédire.
   Demandé avec le moteur ; reçoit les outils communs des figures de la page. */
function coursExamen(tools) {
  "use strict";
  const { html, svg, percent } = tools;

  const NAMES = {
    " ": "espace", "\n": "retour à la ligne", "«": "guillemet ouvrant", "»": "guillemet fermant",
    "»,": "guillemet fermant, virgule",
  };
  /* Un morceau se montre sans l'espace qui le précède ; seule, l'espace en est un. */
  const bare = (piece) => (piece.length > 1 ? piece.replace(/^ /, "") : piece);
  const plain = (piece) => NAMES[bare(piece)] || bare(piece);
  const named = (piece) => "«\u00a0" + plain(piece) + "\u00a0»";

  /* Les caractères que le modèle sait épeler, en une énumération. */
  function alphabet(pieces) {
    const single = pieces.filter((piece) => Array.from(piece).length === 1);
    const blanks = { " ": "l’espace", "\n": "le retour à la ligne" };
    return new Intl.ListFormat("fr").format([
      "«\u00a0" + single.filter((sign) => sign.trim()).join("") + "\u00a0»",
      ...Object.keys(blanks).filter((sign) => single.includes(sign)).map((sign) => blanks[sign]),
    ]);
  }

  function bar(share) {
    const made = html("span", { class: "ecrire-barre", "aria-hidden": "true" });
    made.style.width = 100 * share + "%";
    return made;
  }

  const shareText = (share) =>
    (share === null ? "–" : share === 0 ? "exclu" : percent(share, 1));

  /* Les dix plus probables, puis le token lui-même s'il n'en est pas. */
  function candidates(entry, pieces) {
    const shown = entry.candidates.some((c) => c.token === entry.token)
      ? entry.candidates : entry.candidates.concat(entry.chosen);
    const head = ["token", "probabilité", "après réglages"].map((text) => html("th", { scope: "col" }, text));
    const rows = shown.map((c) => {
      const here = c.token === entry.token;
      return html("tr", { class: here ? "active" : null },
        html("th", { scope: "row" }, plain(pieces[c.token]), here ? " ◀" : ""),
        html("td", {}, bar(c.p), html("span", { class: "nombre" }, percent(c.p, 1))),
        html("td", {}, shareText(c.share)));
    });
    return html("table", { class: "ecrire-avis" },
      html("caption", {}, "Les dix tokens les plus probables"),
      html("thead", {}, html("tr", {}, ...head)), html("tbody", {}, ...rows));
  }

  /* Une bande : un trait par token lu, d'autant plus opaque qu'il est regardé. */
  function strip(row) {
    return svg("svg", {
      class: "ecrire-bande", viewBox: "0 0 " + row.length + " 1", preserveAspectRatio: "none", "aria-hidden": "true",
    }, ...Array.from(row, (w, s) =>
      svg("rect", { x: s, y: 0, width: 1, height: 1, "fill-opacity": w.toFixed(3) })));
  }

  function mostRead(row, pieceAt) {
    const best = row.indexOf(Math.max(...row)), ago = row.length - best;
    return named(pieceAt(best)) + ", " + (ago === 1 ? "juste avant" : ago + " tokens avant")
      + "\u00a0: " + percent(row[best]);
  }

  function radios(name, labels, picked, onPick) {
    return labels.map((label, rank) => {
      const input = html("input", { type: "radio", name, value: rank, autocomplete: "off" });
      input.checked = rank === picked;
      input.addEventListener("change", () => onPick(rank));
      return html("label", {}, input, " " + label);
    });
  }

  /* Une ligne par tête : le bouton qui la choisit, sa bande, ce qu'elle regarde le plus. */
  function headTable(rows, picks, pieceAt) {
    return html("table", { class: "ecrire-tetes" },
      html("caption", {}, "Ce que chaque tête regardait pour le prédire"),
      html("tbody", {}, ...rows.map((row, h) => html("tr", {},
        html("th", { scope: "row" }, picks[h]), html("td", {}, strip(row), mostRead(row, pieceAt))))));
  }

  /* Le token, ce que le modèle lui donnait, et ce qu'en faisaient les réglages. */
  function sentence(entry, piece, rank) {
    const start = "Token " + rank + ", " + named(piece);
    if (!entry.chosen) { return start + "\u00a0: rien ne le précède, le modèle ne l’a pas prédit."; }
    return start + (entry.drawn ? ", tiré" : ", donné") + "\u00a0: le modèle lui donnait "
      + percent(entry.chosen.p, 1) + " (choix n°\u00a0" + entry.rank + ")"
      + (entry.drawn ? ", et les réglages " + percent(entry.chosen.share, 1) + "." : ".");
  }

  return { bare, named, alphabet, candidates, radios, headTable, sentence };
}
