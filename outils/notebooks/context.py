"""Ce que tout rendu doit connaître : la source, le livre, la section en cours."""

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from posixpath import normpath

from notebooks.labels import Entry, Label
from notebooks.model import Block, Heading, SourceError
from notebooks.site import Site
from notebooks.source import Source


@dataclass
class Book:
    """Le livre : adresses, pages, étiquettes, bibliographie."""

    site: Site
    pages: dict[str, Source]
    labels: dict[str, Label]
    citations: dict[str, tuple[str, str]]


@dataclass
class Context:
    """Rendu d'une source."""

    book: Book
    source: Source
    entries: list[Entry]
    section: Label | None = None
    notes: list[str] = field(default_factory=list)

    @property
    def site(self) -> Site:
        """Adresses du livre."""
        return self.book.site

    def error(self, line: int, message: str) -> SourceError:
        """Erreur située dans la source, à lever par l'appelant."""
        return SourceError(self.source.shown, line, message)

    def label_of(self, block: Block) -> Label | None:
        """Étiquette et numéro du bloc, s'il en a."""
        found = (e.label for e in self.entries if e.block == block)
        return next(found, None)

    def numbered(self, block: Block) -> str:
        """« Figure 4.2 », « Exercice 4.1 »… ; vide si le bloc n'est pas compté."""
        label = self.label_of(block)
        return label.text(self.site.formats) if label else ""

    def label(self, name: str, line: int) -> Label:
        """Étiquette du livre, ou une erreur qui situe le renvoi."""
        if name not in self.book.labels:
            raise self.error(line, f"étiquette inconnue « {name} »")
        return self.book.labels[name]

    def page(self, target: str, line: int) -> Source:
        """Page désignée depuis la source, comme le fait ``{doc}``."""
        path = target.removesuffix(".md").removesuffix(".ipynb")
        name = self._inside(path)
        if name not in self.book.pages:
            raise self.error(line, f"page inconnue « {target} »")
        return self.book.pages[name]

    def file(self, target: str, line: int) -> str:
        """Adresse publique d'un fichier du dépôt désigné depuis la source."""
        if "://" in target or target.startswith("data:"):
            return target
        name = self._inside(target)
        if not (self.site.root / name).exists():
            raise self.error(line, f"fichier introuvable « {target} »")
        return self.site.raw(name)

    def link(self, label: Label) -> str:
        """Adresse publiée d'une étiquette."""
        return self.site.page(label.page, label.anchor)

    def heading(self, block: Heading) -> str:
        """Numéro et titre d'une section, comme les écrit le site."""
        return self.section_title(self.label_of(block))

    def section_title(self, label: Label) -> str:
        """Numéro et titre de la section que désigne une étiquette."""
        return (label.number + self.site.suffix if label.number else "") + label.title

    def _inside(self, path: str) -> str:
        """Chemin depuis la racine du livre."""
        folder = PurePosixPath(self.source.name).parent
        return path.lstrip("/") if path.startswith("/") else normpath(folder / path)
