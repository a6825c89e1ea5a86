"""Cherche les formes que le cours évite, les doublons et les restes d'anglais.

Une forme anglaise est permise une fois par fichier, en italique, là où le terme est
présenté ; « jeton » l'est une fois, en clair. Le code n'est jamais concerné.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from language.paragraphs import Paragraph
from language.terms import AVOIDED, ENGLISH, HABITS, ONCE


@dataclass(frozen=True)
class Finding:
    """Une remarque : où (signe de départ), quoi, et par quoi remplacer."""

    start: int
    end: int
    category: str
    suggestion: str


DOUBLED_ALLOWED = {"nous", "vous", "x"}


def _compile(table: dict[str, str]) -> list[tuple[re.Pattern, str]]:
    return [
        (re.compile(rf"(?<![\w-])(?:{form})s?(?![\w-])", re.IGNORECASE), better)
        for form, better in table.items()
    ]


_AVOIDED, _ONCE, _HABITS = _compile(AVOIDED), _compile(ONCE), _compile(HABITS)
_DOUBLED = re.compile(r"(?<![\w'’-])([^\W\d_]+)\s+\1(?![\w'’-])", re.IGNORECASE)
_WORD = re.compile(r"(?<![\w'’.-])[a-zA-Z]+(?![\w-])")


class Forms:
    """Cherche les formes évitées ; se souvient de ce que le fichier a déjà dit."""

    def __init__(self) -> None:
        self.seen: Counter[str] = Counter()

    def check(self, paragraph: Paragraph) -> Iterator[Finding]:
        """Donne les remarques d'un paragraphe."""
        for pattern, better in _AVOIDED:
            for match in pattern.finditer(paragraph.text):
                named = match[0] in paragraph.identifiers and not paragraph.docstring
                if not named and not self._introduces(paragraph, match, better):
                    yield Finding(*match.span(), "terme évité", better)
        for pattern, better in _ONCE:
            for match in pattern.finditer(paragraph.text):
                self.seen[better] += 1
                if self.seen[better] > 1:
                    yield Finding(*match.span(), "terme évité", better)
        if paragraph.docstring:
            for pattern, better in _HABITS:
                for match in pattern.finditer(paragraph.text):
                    yield Finding(*match.span(), "tournure", better)
        for match in _DOUBLED.finditer(paragraph.text):
            if match[1].lower() not in DOUBLED_ALLOWED and len(match[1]) > 1:
                yield Finding(*match.span(), "doublon", match[1])
        for match in _WORD.finditer(paragraph.text):
            english = match[0].lower() in ENGLISH
            free = match[0] in paragraph.identifiers
            if english and not free and not paragraph.in_italics(match.start()):
                yield Finding(*match.span(), "anglais", "à dire en français")

    def _introduces(self, paragraph: Paragraph, match: re.Match, better: str) -> bool:
        """Admet la première apparition en italique d'un terme, et tout titre cité."""
        spans = [s for s in paragraph.italics if s[0] <= match.start() < s[1]]
        if not spans:
            return False
        if len(paragraph.text[spans[0][0] : spans[0][1]].split()) > 3:
            return True
        self.seen["italique " + better] += 1
        return self.seen["italique " + better] == 1
