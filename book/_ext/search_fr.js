/* Recherche en français : le même code racinise l'index (à la construction) et la
   question (dans la page). Les accents sont ôtés avant la racinisation, si bien que
   « debutants » et « débutants » ne font qu'un. */
function sansAccents(text) {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/œ/g, "oe")
    .replace(/æ/g, "ae");
}

function Stemmer() {
  const french = new FrenchStemmer();
  // « entraînée » et « entraînées » perdent leur accent : on les ramène à « entraine ».
  this.stemWord = (word) =>
    french.stemWord(sansAccents(word).replace(/(.{3})ee(s?)$/, "$1e$2"));
}

/* Page de résultats : un extrait lisible autour du premier mot trouvé. */
if (typeof Search !== "undefined") {
  // Une lettre pour une lettre : les positions restent celles du texte affiché.
  const fold = (text) =>
    Array.from(text, (c) => c.toLowerCase().normalize("NFD")[0] || c).join("");

  Search.htmlToText = (html, anchor) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const unread = ".headerlink, script, style, template, .katex, .prev-next-area, svg";
    page.querySelectorAll(unread).forEach((element) => element.remove());
    const part = anchor && page.querySelector(`[id="${anchor.slice(1)}"]`);
    const text = (part || page.querySelector("article") || page.body).textContent;
    return text.replace(/\s+/g, " ").trim();
  };

  Search.makeSearchSummary = (html, keywords, anchor) => {
    const text = Array.from(Search.htmlToText(html, anchor));
    const folded = fold(text.join(""));
    const places = [...keywords].map((word) => folded.indexOf(word));
    const found = places.filter((place) => place >= 0).sort((a, b) => a - b)[0];
    const summary = document.createElement("p");
    summary.className = "context";
    if (found === undefined) {
      summary.textContent = text.slice(0, 240).join("") + "…";
      return summary;
    }
    const word = /^[\p{L}\p{N}]+/u.exec(text.slice(found).join(""));
    const end = found + (word ? word[0].length : 1);
    const start = Math.max(0, found - 110);
    const mark = document.createElement("mark");
    mark.textContent = text.slice(found, end).join("");
    summary.append(
      (start ? "…" : "") + text.slice(start, found).join(""),
      mark,
      text.slice(end, end + 130).join("") + "…"
    );
    return summary;
  };

  // Ouvert depuis un dossier, le navigateur refuse de lire les autres pages.
  if (window.location.protocol === "file:") {
    DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  }
}
