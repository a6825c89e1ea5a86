"""Retrouve un exercice par son numéro, et guide celui qui s'est trompé de numéro."""

import importlib
import importlib.util
import pkgutil
import re
from types import ModuleType

import cours_transformers.exercises as package
from cours_transformers.exercises.exercise import Exercise
from cours_transformers.exercises.report import Card, Line


def normalise(number: object) -> str:
    """« 4.2 », « 04,2 » et « 04.2 » désignent le même exercice : « 04.2 »."""
    found = re.fullmatch(r"\s*(\d{1,2})[.,](\d{1,2})\s*", str(number)[:20])
    return f"{int(found[1]):02}.{int(found[2])}" if found else ""


def find(number: object) -> Exercise | None:
    """Exercice de ce numéro, ou ``None``."""
    chapter = _chapter(normalise(number)[:2])
    exercises = getattr(chapter, "EXERCISES", ())
    return next((e for e in exercises if e.number == normalise(number)), None)


def unknown(number: object) -> Card:
    """Encadré qui liste les exercices du chapitre, ou les chapitres."""
    asked = normalise(number)
    chapter = _chapter(asked[:2])
    if asked in getattr(chapter, "ON_PAGE", {}):
        text = (
            "il se fait et se corrige dans la page du cours, sans carnet : "
            f"{chapter.ON_PAGE[asked]}"
        )
        return Card(f"• Exercice {int(asked[:2])}{asked[2:]}", (Line("note", text),))
    shown = str(number)[:40] if isinstance(number, str | int | float) else "?"
    heading = f"? Je ne connais pas d'exercice « {shown} »"
    if chapter is None:
        known = ", ".join(_chapters()) or "aucun"
        text = f'donnez un numéro entre guillemets, comme "04.2" ; chapitres : {known}'
        return Card(heading, (Line("lead", text),))
    rows = [f"{e.number}  {e.title}" for e in chapter.EXERCISES]
    rows += [f"{n}  {title} (dans la page)" for n, title in chapter.ON_PAGE.items()]
    lead = Line("lead", "voici ceux de ce chapitre", "\n".join(sorted(rows)))
    return Card(heading, (lead,))


def _chapters() -> list[str]:
    """Numéros des chapitres qui ont des exercices de code."""
    names = [module.name for module in pkgutil.iter_modules(package.__path__)]
    return sorted(n.removeprefix("chapter_") for n in names if n.startswith("chapter_"))


def _chapter(number: str) -> ModuleType | None:
    if number not in _chapters():
        return None
    return importlib.import_module(f"{package.__name__}.chapter_{number}")
