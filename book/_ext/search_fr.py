"""Recherche de Sphinx en français : racines des mots, accents indifférents."""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import sphinx.search
from docutils import nodes
from py_mini_racer import MiniRacer
from sphinx.application import Sphinx
from sphinx.search.fr import SearchFrench, french_stopwords

PAGE_CODE = Path(__file__).with_suffix(".js")
SPHINX_CODE = Path(sphinx.search.__file__).parent / "minified-js"
STEMMERS = ("base-stemmer.js", "french-stemmer.js")


@cache
def stemmer_code() -> str:
    """Code du raciniseur, le même à la construction et dans la page."""
    parts = [(SPHINX_CODE / name).read_text("utf8") for name in STEMMERS]
    return "\n".join([*parts, PAGE_CODE.read_text("utf8")])


@cache
def _engine() -> MiniRacer:
    engine = MiniRacer()
    engine.eval(stemmer_code())
    engine.eval(
        "const stemmer = new Stemmer(); const stem = (w) => stemmer.stemWord(w);"
    )
    return engine


def fold(text: str) -> str:
    """Ôte les accents : `débutants` → `debutants`."""
    decomposed = unicodedata.normalize("NFD", text.lower())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return bare.replace("œ", "oe").replace("æ", "ae")


@cache
def stem(word: str) -> str:
    """Racine d'un mot, calculée par le code même qui tourne dans la page."""
    return str(_engine().call("stem", word))


class AccentlessFrench(SearchFrench):
    """Français de Sphinx, où l'index et la question oublient leurs accents."""

    stopwords = french_stopwords | {fold(word) for word in french_stopwords}
    js_stemmer_rawcode = None

    def init(self, options: dict[str, str]) -> None:
        """Joint le code du raciniseur à celui que la page de recherche charge."""
        self.js_stemmer_code = stemmer_code()

    def stem(self, word: str) -> str:
        """Racine d'un mot."""
        return stem(word)


class ProseCollector(sphinx.search.WordCollector):
    """Collecte les mots d'une page, sans les commandes LaTeX des formules."""

    def dispatch_visit(self, node: nodes.Node) -> None:
        """Passe les formules."""
        if isinstance(node, nodes.math | nodes.math_block):
            raise nodes.SkipNode
        super().dispatch_visit(node)


def setup(app: Sphinx) -> dict[str, Any]:
    """Remplace le français de Sphinx."""
    sphinx.search.languages["fr"] = AccentlessFrench
    sphinx.search.WordCollector = ProseCollector
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
