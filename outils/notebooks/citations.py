"""Citations « Vaswani et al. (2017) », lues dans les bibliographies du livre."""

from collections.abc import Iterable
from pathlib import Path

from pybtex.database import BibliographyData, Entry, Person, parse_file
from pybtex.richtext import Text


def read(paths: Iterable[Path]) -> dict[str, tuple[str, str]]:
    """Auteurs et année de chaque clé."""
    data = BibliographyData()
    for path in paths:
        if path.exists():
            data.add_entries(parse_file(path, bib_format="bibtex").entries.items())
    return {key: (_authors(entry), _year(entry)) for key, entry in data.entries.items()}


def textual(found: list[tuple[str, str]]) -> str:
    """« Vaswani et al. (2017) », quand la citation est sujet de la phrase."""
    return " ; ".join(f"{authors} ({year})" for authors, year in found)


def parenthetical(found: list[tuple[str, str]]) -> str:
    """« (Vaswani et al., 2017) », quand elle accompagne la phrase."""
    return "(" + " ; ".join(f"{authors}, {year}" for authors, year in found) + ")"


def _authors(entry: Entry) -> str:
    persons = entry.persons.get("author") or entry.persons.get("editor") or []
    names = [_last_name(person) for person in persons]
    if not names:
        return _decode(entry.fields.get("organization") or entry.fields["title"])
    if len(names) > 2:
        return f"{names[0]} et al."
    return " et ".join(names)


def _last_name(person: Person) -> str:
    return _decode(" ".join([*person.prelast_names, *person.last_names]))


def _year(entry: Entry) -> str:
    return _decode(entry.fields.get("year", "s. d."))


def _decode(text: str) -> str:
    """Texte sans LaTeX : les accents commandés deviennent des lettres."""
    return str(Text.from_latex(text))
