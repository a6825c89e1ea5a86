"""Grammaire et orthographe par Grammalecte, tel que Debian le distribue.

Seules bloquent les familles sûres : accords, participes, conjugaison, confusions,
mots inconnus. La typographie n'est pas vérifiée : la construction du site s'en charge.
"""

import os
import re
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from language.forms import Finding
from language.paragraphs import PLACEHOLDER, Paragraph

DEBIAN = Path("/usr/lib/python3/dist-packages")
CATEGORIES = {
    "gn": "accord",
    "ppas": "participe",
    "conj": "conjugaison",
    "conf": "confusion",
}
INSTALL = (
    "grammalecte n'est pas installé : la grammaire et l'orthographe ne sont pas "
    "vérifiées. Sous Debian ou Ubuntu : sudo apt install python3-grammalecte"
)
PARALLEL_FROM = 200  # paragraphes : en deçà, un second processus n'y gagne rien
IDENTIFIER = re.compile(r".*[\d_=/√·^ᵀ²³⁻₀-₉()\[\]{}<>@\\|+*~%→∈∑].*|.*[a-z][A-Z].*")
SYMBOL = re.compile(r"[b-wzB-WZ]|.*[\d_=/√·()<>+*|].*|ReLU|tanh|softmax")
# Le nom propre, pris pour un infinitif, ferait accuser ses voisins : un nom commun
# masculin de même longueur le remplace sous les yeux du correcteur.
NOUN = ("Transformer", "Calculateur")
UPPERCASE = re.compile(r"[A-ZÉÈÀ0-9]{2,}s?")


class Grammar:
    """Le correcteur, chargé une fois, et les mots que le cours lui apprend."""

    def __init__(self, words: frozenset[str]):
        self.words = words
        self.suggestions: dict[str, list[str]] = {}
        self.checker = _load()
        options = self.checker.gce.getOptions()
        self.checker.gce.setOptions({name: name in CATEGORIES for name in options})

    def check(self, paragraph: Paragraph) -> Iterator[Finding]:
        """Donne les fautes d'un paragraphe."""
        text = paragraph.text.replace(*NOUN)
        errors, unknown = self.checker.getParagraphErrors(text)
        for error in errors:
            start, end = error["nStart"], error["nEnd"]
            if error["sType"] in CATEGORIES and not self._cited(paragraph, start, end):
                better = " / ".join(error["aSuggestions"]) or error["sMessage"]
                yield Finding(start, end, CATEGORIES[error["sType"]], better)
        for error in unknown:
            start, end = error["nStart"], error["nEnd"]
            if not self._known(paragraph, start, end):
                better = self._spelling(error["sValue"])
                yield Finding(start, end, "mot inconnu", better)

    def _cited(self, paragraph: Paragraph, start: int, end: int) -> bool:
        """Dit si l'extrait est un mot cité, un nom du module, ou côtoie une formule."""
        return (
            paragraph.in_italics(start)
            or paragraph.text[start:end] in paragraph.identifiers
            or _among_symbols(paragraph.text, start, end)
        )

    def _known(self, paragraph: Paragraph, start: int, end: int) -> bool:
        """Dit si le mot est admis : liste du cours, identifiant, terme en italique."""
        word = paragraph.text[start:end]
        left = paragraph.text.rfind(" ", 0, start) + 1
        right = paragraph.text.find(" ", end)
        whole = paragraph.text[left : right if right >= 0 else None]
        whole = whole.strip("«».,;:!?…()")
        return (
            {word.lower(), word.lower().removesuffix("s")} & self.words != set()
            or bool(UPPERCASE.fullmatch(word))
            or bool(IDENTIFIER.fullmatch(whole))
            or bool(re.search(r"\w\.\w", whole))
            or word in paragraph.identifiers
            or (bool(paragraph.identifiers) and _named(paragraph.text, start, end))
            or (word[0] == PLACEHOLDER and word != PLACEHOLDER)
            or paragraph.in_italics(start)
        )

    def _spelling(self, word: str) -> str:
        """Propose une graphie, ou d'ajouter le mot à la liste.

        Chercher une graphie prend un dixième de seconde : on s'arrête au vingtième mot.
        """
        if word not in self.suggestions and len(self.suggestions) < 20:
            found = self.checker.oSpellChecker.suggest(word)
            self.suggestions[word] = next(iter(found), [])[:1]
        first = self.suggestions.get(word, [])
        return " ou ".join([*first, "à ajouter dans outils/mots.txt"])


def _named(text: str, start: int, end: int) -> bool:
    """Dit si, dans un message, le mot est une valeur citée ou l'argument sujet."""
    quoted = text.rfind("«", 0, start) > text.rfind("»", 0, start)
    return quoted or (start == 0 and text[:1].islower())


def _among_symbols(text: str, start: int, end: int) -> bool:
    """Dit si un accord est jugé à côté d'une lettre ou d'une formule hors balises."""
    left, right = text[:start].split()[-2:], text[end:].split()[:2]
    return any(
        SYMBOL.fullmatch(word.strip("«».,;:!?…"))
        for word in [*left, *text[start:end].split(), *right]
    )


def available() -> bool:
    """Dit si grammalecte est installé."""
    try:
        _load()
    except ImportError:
        return False
    return True


def _load():
    """Importe grammalecte des paquets du système, sans y puiser autre chose."""
    sys.path.append(str(DEBIAN))
    try:
        import grammalecte
    finally:
        sys.path.remove(str(DEBIAN))
    return grammalecte.GrammarChecker("fr")


def read_words(path: Path) -> frozenset[str]:
    """Lit la liste des mots admis : un par ligne, ``#`` pour commenter."""
    lines = path.read_text(encoding="utf-8").splitlines()
    words = (line.partition("#")[0].strip().lower() for line in lines)
    return frozenset(word for word in words if word)


def check_all(
    paragraphs: Sequence[Paragraph], words: frozenset[str]
) -> list[list[Finding]]:
    """Vérifie les paragraphes, sur tous les cœurs quand ils sont nombreux."""
    if len(paragraphs) < PARALLEL_FROM:
        grammar = Grammar(words)
        return [list(grammar.check(paragraph)) for paragraph in paragraphs]
    workers = min(os.cpu_count() or 1, 8)
    with ProcessPoolExecutor(workers, initializer=_start, initargs=(words,)) as pool:
        return list(pool.map(_check, paragraphs, chunksize=20))


def _start(words: frozenset[str]) -> None:
    global _grammar
    _grammar = Grammar(words)


def _check(paragraph: Paragraph) -> list[Finding]:
    return list(_grammar.check(paragraph))
