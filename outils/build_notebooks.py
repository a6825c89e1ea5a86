"""Produit les carnets ``chapitres/NN_nom.ipynb`` depuis les sources ``NN_nom.md``.

Usage : ``python outils/build_notebooks.py`` écrit les carnets qui ont changé ;
``--check`` n'écrit rien, nomme les carnets périmés ou orphelins et échoue.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from notebooks import SourceError, build
from notebooks.document import chapters, read_book

ROOT = Path(__file__).resolve().parents[1]


def render_all(root: Path) -> dict[Path, str]:
    """Texte attendu de chaque carnet du livre."""
    book = read_book(root)
    return {
        source.path.with_suffix(".ipynb"): build(book, source)
        for source in chapters(book)
    }


def orphans(root: Path, expected: dict[Path, str]) -> list[Path]:
    """Carnets qui n'ont plus de source."""
    return [p for p in sorted(root.glob("chapitres/*.ipynb")) if p not in expected]


def stale(expected: dict[Path, str]) -> list[Path]:
    """Carnets absents, ou différents de ce que donne leur source."""
    return [
        path
        for path, text in expected.items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def main(arguments: list[str] | None = None) -> int:
    """Écrit les carnets, ou vérifie qu'ils sont à jour."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="vérifie sans écrire")
    parser.add_argument("--root", type=Path, default=ROOT, help="racine du livre")
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    try:
        expected = render_all(root)
    except SourceError as error:
        print(f"Carnets : {error}", file=sys.stderr)
        return 1
    found, useless = stale(expected), orphans(root, expected)
    if options.check:
        return _report(found, useless)
    for path in found:
        path.write_text(expected[path], encoding="utf-8", newline="\n")
    for path in useless:
        path.unlink()
    names = [f"{path.name} écrit" for path in found]
    names += [f"{path.name} effacé (sans source)" for path in useless]
    print(" ; ".join(names) or f"{len(expected)} carnet(s) à jour")
    return 0


def _report(found: list[Path], useless: list[Path]) -> int:
    for path in found:
        print(f"Carnet périmé : {path.name} ; lancez « make carnets »", file=sys.stderr)
    for path in useless:
        print(f"Carnet sans source : {path.name}", file=sys.stderr)
    if not found and not useless:
        print("Carnets à jour.")
    return int(bool(found or useless))


if __name__ == "__main__":
    sys.exit(main())
