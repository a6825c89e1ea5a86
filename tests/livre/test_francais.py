"""Aucun reste d'anglais dans l'interface, et une typographie française."""

import re
from pathlib import Path

import pytest
import typography
from bs4 import BeautifulSoup, Comment, NavigableString

# Textes des thèmes et extensions, tels qu'on les a vus en anglais.
LEFTOVERS = re.compile(
    r"\b(?:Search|Contents|Table of [Cc]ontents|Previous|Next|Click to|Copy to|Copied"
    r"|Copy|Toggle|Launch|Download|Fullscreen|Print to PDF|Source repositor\w+"
    r"|Repository|Open issue|Suggest edit|Show source|Hide|Permalink|Link to|Skip to"
    r"|Back to top"
    r"|Color mode|System Settings|Light|Dark|Main|Page not found|Site navigation"
    r"|Edit on|On this page|Exercise|Solution to|Proof|Theorem|Warning|Hint|Tip"
    r"|See also|Danger"
    r"|Last updated|By the|Built with|logo|Created using|Powered by|Show code|Hide code"
    r"|Searching|Home|References|Bibliography|Fig\.|Eq\.|Section navigation"
    r"|Version warning|Close|Open|Settings|Menu toggle|Loading|Error|Submit|Reset"
    r"|Check answer)\b"
)
STOP_WORDS = {
    "the", "of", "to", "and", "this", "that", "with", "for", "from", "is", "are",
    "your", "you", "in", "by", "click", "show", "hide", "open", "close", "view", "go",
    "next", "previous", "search", "edit", "copy", "download", "toggle", "not",
}  # fmt: skip
ATTRIBUTES = (
    "title", "aria-label", "alt", "placeholder", "aria-description", "aria-valuetext",
    "data-tooltip", "data-bs-title", "data-toggle-hint", "data-bs-original-title",
    "label", "aria-roledescription",
)  # fmt: skip
UNREAD = {
    "script",
    "style",
    "code",
    "pre",
    "math",
    "template",
    "noscript",
    "svg",
    "kbd",
}
INTERFACE = (
    ".bd-sidebar, .bd-header, .bd-header-article, .prev-next-area, .bd-footer, "
    ".bd-footer-content, .skip-link, .admonition-title, button, summary, label, "
    "legend, figcaption, .caption-number, .search-summary, #search-results, .eqno"
)

COLLECT = """(names) => {
  const texts = [];
  for (const e of document.querySelectorAll("*")) {
    if (e.closest("svg:not([role])") && e.tagName !== "svg") continue;
    for (const name of names) {
      if (e.hasAttribute(name)) texts.push(e.getAttribute(name));
    }
  }
  return texts;
}"""

BYTES = re.compile(r"\b[GT]o(?:/s)?\b")  # des unités, et non des mots anglais
# Le bouton d'une ligne à ordonner lit cette ligne, qui est du code.
CODE_LINE = re.compile(r"(?<= la ligne : ).*", re.DOTALL)


def english(text: str) -> str:
    """Mot anglais trouvé dans un texte d'interface, ou rien."""
    found = LEFTOVERS.search(text)
    if found:
        return found[0]
    words = re.findall(r"[a-zà-ÿœ]+", BYTES.sub("", text).lower())
    hits = [word for word in words if word in STOP_WORDS]
    return hits[0] if hits else ""


def is_citation(text: str) -> bool:
    """Une notice de bibliographie garde le titre anglais des articles."""
    return bool(re.search(r"\b(?:19|20)\d\d\b", text)) and len(text) > 60


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Toggle hidden content", "Toggle"),
        ("Link to this equation", "Link to"),
        ("Rechercher dans le cours", ""),
        ("choose one of these", "of"),
        ("Menu du cours", ""),
    ],
)
def test_un_reste_d_anglais_est_reconnu(text, word):
    assert english(text) == word


def test_les_attributs_de_l_interface_sont_en_francais(visiter, adresse_page):
    page, _ = visiter(adresse_page)
    page.wait_for_timeout(200)
    texts = set(page.evaluate(COLLECT, list(ATTRIBUTES)))
    prose = {CODE_LINE.sub("", text) for text in texts}
    assert sorted(t for t in prose if english(t) and not is_citation(t)) == []


def test_les_textes_de_l_interface_sont_en_francais(visiter, adresse_page):
    page, _ = visiter(adresse_page)
    texts = page.eval_on_selector_all(
        INTERFACE,
        """(elements) => elements.map((e) => {
          const copy = e.cloneNode(true);
          const unread = "svg, code, pre, em, .katex, script, style, template, kbd";
          copy.querySelectorAll(unread).forEach((child) => child.remove());
          return copy.textContent.replace(/\\s+/g, " ").trim();
        })""",
    )
    assert sorted({t[:200] for t in texts if LEFTOVERS.search(t)}) == []


def test_les_scripts_du_theme_parlent_francais(site_construit):
    static = site_construit / "_static"
    shown = {"togglebutton.js": ["Toggle hidden"], "copybutton.js": ["presse-papier'"]}
    for name, forbidden in shown.items():
        text = (static / name).read_text("utf8")
        assert [word for word in forbidden if word in text] == [], name
    assert "'fr'" in (static / "copybutton.js").read_text("utf8")


def prose(path: Path) -> list[str]:
    """Textes courants de l'article, code, formules et sorties de cellules exclus."""
    page = BeautifulSoup(path.read_text("utf8"), "html.parser")
    article = page.select_one("article") or page.select_one("main")
    for extra in article.select(
        ".cell_output, .katex, .csl-entry, .citation-list, .citation, .interaction, "
        ".bd-search, .docutils.citation, noscript"
    ):
        extra.decompose()
    return [
        str(text)
        for text in article.find_all(string=True)
        if type(text) is NavigableString
        and not isinstance(text, Comment)
        and not UNREAD & {parent.name for parent in text.parents}
    ]


def test_la_page_suit_la_typographie_francaise(site_construit, adresse_page):
    faults = [
        text.strip()[:120]
        for text in prose(site_construit / adresse_page)
        if re.search(
            r"[ \u00a0][;!?]|[^\u00a0]»|«[^\u00a0]| :(?:\s|$)|\w'\w|\.\.\.", text
        )
    ]
    assert faults == []


def test_le_titre_de_l_onglet_suit_la_typographie(site_construit, adresse_page):
    page = BeautifulSoup(
        (site_construit / adresse_page).read_text("utf8"), "html.parser"
    )
    assert "'" not in page.title.get_text()
    assert all(
        "'" not in tag.get_text() for tag in page.select(".caption-text, .toctree-l1")
    )


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Quoi ? Oui !", "Quoi\u202f? Oui\u202f!"),
        ("« oui » : non ; si", "«\u00a0oui\u00a0»\u00a0: non\u202f; si"),
        ("l'ami d'", "l’ami d’"),
        ("et puis...", "et puis…"),
        (
            "à 10:30, http://a.b ; 12 345 mots",
            "à 10:30, http://a.b\u202f; 12\u202f345 mots",
        ),
        ("en 2017 100 articles", "en 2017 100 articles"),
        ("50 %", "50\u00a0%"),
    ],
)
def test_la_typographie_se_pose_et_ne_se_repose_pas(typed, printed):
    assert typography.french(typed) == printed
    assert typography.french(printed) == printed
