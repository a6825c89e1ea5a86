"""Numéros et étiquettes du livre, comptés comme Sphinx les compte.

``numfig_secnum_depth: 1`` : figures, tableaux, formules étiquetées et exercices
repartent de 1 à chaque chapitre, qui porte le numéro de son fichier.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from docutils.nodes import make_id

from notebooks.model import Block, Directive, Heading, Math, SourceError, Target
from notebooks.site import FORMATS, Site
from notebooks.source import Source

CAPTIONED = {"table": "table", "list-table": "table", "csv-table": "table"}
EXERCISES = {"exercise", "exercise-start"}


@dataclass(frozen=True)
class Label:
    """Ce à quoi renvoie une étiquette."""

    kind: str
    number: str
    title: str
    page: str
    anchor: str

    def text(self, formats: dict[str, str] = FORMATS) -> str:
        """« Figure 4.2 », « (4.3) », ou « 4.1 » pour une section."""
        if self.kind == "section" or not self.number:
            return self.number
        return formats[self.kind] % self.number


@dataclass(frozen=True)
class Entry:
    """Un bloc, son genre et son numéro."""

    block: Block
    label: Label
    names: tuple[str, ...]


def entries(source: Source) -> list[Entry]:
    """Tous les blocs de la source qui portent un numéro ou une étiquette."""
    counter, found, pending = Counter(), [], []
    for block in source.walk():
        if isinstance(block, Target):
            pending.append(block.label)
            continue
        kind, title, own = _describe(block)
        names = tuple(dict.fromkeys([*pending, *([own] if own else [])]))
        pending = []
        if not kind and not names:
            continue
        number = _number(kind, block, source.chapter, counter)
        anchor = _anchor(kind, title, names)
        label = Label(kind or "text", number, title, source.name, anchor)
        found.append(Entry(block, label, names))
    return found


def _describe(block: Block) -> tuple[str, str, str]:
    """Genre, titre et étiquette propre d'un bloc ; genre vide s'il n'est pas compté."""
    match block:
        case Heading():
            return "section", block.title, ""
        case Math():
            return ("equation" if block.label else ""), "", block.label
        case Directive(name="math"):
            return ("equation" if block.label else ""), "", block.label
        case Directive(name="code-cell"):
            figure = (block.metadata.get("mystnb") or {}).get("figure") or {}
            caption = " ".join(str(figure.get("caption", "")).split())
            dropped = "remove-cell" in (block.metadata.get("tags") or [])
            kind = "figure" if caption and not dropped else ""
            return kind, caption, str(figure.get("name", ""))
        case Directive(name="figure"):
            caption = " ".join(" ".join(block.lines).split())
            return ("figure" if caption else ""), caption, block.label
        case Directive(name=name) if name in EXERCISES:
            plain = {"nonumber", "hidden"} & block.options.keys()
            return ("" if plain else "exercise"), block.argument, block.label
        case Directive(name=name) if name in CAPTIONED:
            return ("table" if block.argument else ""), block.argument, block.label
        case Directive(name="code-block"):
            caption = block.options.get("caption", "")
            return ("code-block" if caption else ""), caption, block.label
        case Directive():
            return "", "", block.label
    return "", "", ""


def _number(kind: str, block: Block, chapter: str, counter: Counter) -> str:
    if not kind or (kind == "section" and not chapter):
        return ""
    if isinstance(block, Heading):
        if block.level == 1:
            return chapter
        if block.level > 2:
            return ""
    counter[kind] += 1
    return f"{chapter}.{counter[kind]}" if chapter else str(counter[kind])


def _anchor(kind: str, title: str, names: tuple[str, ...]) -> str:
    if kind == "equation":
        return make_id(f"equation-{names[0]}")
    if kind == "exercise":
        return names[-1] if names else ""
    return make_id(names[0]) if names else make_id(title)


def index(sources: Iterable[Source]) -> dict[str, Label]:
    """Toutes les étiquettes du livre ; un doublon est une erreur."""
    labels: dict[str, Label] = {}
    for source in sources:
        for entry in entries(source):
            for name in entry.names:
                if name in labels:
                    message = f"étiquette « {name} » déjà prise ({labels[name].page})"
                    raise SourceError(source.shown, entry.block.line, message)
                labels[name] = entry.label
    return labels


def numbers(path: Path, root: Path | None = None) -> dict[str, str]:
    """Numéro de chaque étiquette numérotée d'une source, tel que le site l'écrit."""
    root = root or path.resolve().parents[1]
    formats = Site.read(root).formats
    found = index([Source(path.resolve(), root.resolve())])
    return {name: label.text(formats) for name, label in found.items() if label.number}
