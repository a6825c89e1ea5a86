"""Listes qui terminent une directive de pédagogie : réponses, erreurs, options."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

BULLET = re.compile(r"^[-*+]\s+(.*)$")


@dataclass(frozen=True)
class Item:
    """Élément d'une liste : première ligne, lignes suivantes, numéro de ligne."""

    first: str
    rest: tuple[str, ...]
    line: int

    @property
    def text(self) -> str:
        """L'élément sans sa puce, en un seul texte."""
        return "\n".join([self.first, *self.rest]).strip()


def split(lines: Sequence[str], line: int) -> tuple[list[str], list[Item]]:
    """Sépare l'énoncé de la liste finale."""
    start = _list_start(lines)
    items: list[Item] = []
    for i in range(start, len(lines)):
        if match := BULLET.match(lines[i]):
            items.append(Item(match[1], (), line + i))
        else:
            last = items[-1]
            rest = (*last.rest, lines[i].removeprefix("  "))
            items[-1] = Item(last.first, rest, last.line)
    return list(lines[:start]), items


def paragraphs(item: Item) -> tuple[list[str], list[str], int]:
    """Premier paragraphe, lignes des suivants, et ligne où ceux-ci commencent."""
    blank = (i for i, text in enumerate(item.rest) if not text.strip())
    cut = next(blank, len(item.rest))
    return [item.first, *item.rest[:cut]], list(item.rest[cut:]), item.line + 1 + cut


def _list_start(lines: Sequence[str]) -> int:
    """Rang de la première puce de la liste finale ; un bloc de code n'en a pas."""
    start, fenced = None, False
    for i, text in enumerate(lines):
        if re.match(r"^(`{3,}|~{3,}|:{3,})", text):
            fenced = not fenced
            start = None
        elif fenced:
            continue
        elif BULLET.match(text):
            start = i if start is None else start
        elif text.strip() and not text.startswith("  "):
            start = None
    return len(lines) if start is None else start
