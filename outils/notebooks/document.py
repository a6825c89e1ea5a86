"""D'une source de chapitre à son carnet."""

from collections.abc import Iterable
from pathlib import Path

import nbformat

from notebooks import boxes, citations, header, pedagogy, quiz
from notebooks.assembly import Assembly
from notebooks.cells import notebook
from notebooks.context import Book, Context
from notebooks.guard import check
from notebooks.labels import entries, index
from notebooks.model import SourceError
from notebooks.site import Site
from notebooks.source import CHAPTER, Source

# Les importer suffit : ces modules déclarent les directives qu'ils rendent.
DIRECTIVES = (boxes, pedagogy, quiz)
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def read_book(root: Path) -> Book:
    """Lit toutes les sources du livre : les renvois vont d'une page à l'autre."""
    site = Site.read(root)
    paths = [*root.glob("chapitres/*.md"), *root.glob("book/*.md")]
    pages = {one.name: one for one in (Source(path, root) for path in sorted(paths))}
    bibliographies = (root / name for name in site.bibliographies)
    return Book(site, pages, index(pages.values()), citations.read(bibliographies))


def chapters(book: Book) -> Iterable[Source]:
    """Sources dont un carnet est tiré."""
    for source in book.pages.values():
        if source.path.parent.name == "chapitres":
            if not CHAPTER.match(source.path.stem):
                message = "un chapitre se nomme NN_nom.md"
                raise SourceError(source.shown, 1, message)
            yield source


def build(book: Book, source: Source) -> str:
    """Texte du carnet, prêt à écrire."""
    context = Context(book, source, entries(source))
    cells = Assembly(context).cells()
    kernel = source.front_matter.get("kernelspec") or KERNEL
    found = notebook(header.insert(context, cells), kernel)
    check(context, found)
    nbformat.validate(found)
    return nbformat.writes(found) + "\n"
