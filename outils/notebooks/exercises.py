"""Exercices et corrigés de sphinx-exercise, sous leur numéro du site."""

from notebooks import render
from notebooks.context import Context
from notebooks.labels import Label
from notebooks.model import Directive
from notebooks.render import handles

OPENINGS = {"exercise-start", "solution-start"}
CLOSINGS = {"exercise-end", "solution-end"}


@handles("exercise")
def exercise(context: Context, directive: Directive) -> str:
    """Énoncé d'un exercice sans cellule de code."""
    if "hidden" in directive.options:
        return ""
    title = exercise_title(context, directive)
    return render.quote(title, render.body(context, directive))


@handles("solution")
def solution(context: Context, directive: Directive) -> str:
    """Corrigé en texte, replié."""
    if "hidden" in directive.options:
        return ""
    title = solution_title(context, directive)
    return render.details(title, render.body(context, directive))


def exercise_title(context: Context, directive: Directive) -> str:
    """« Exercice 4.2. Titre », ou « Exercice » s'il n'est pas compté."""
    number = context.numbered(directive) or "Exercice"
    return "✏️ " + render.titled(number, render.argument(context, directive))


def solution_title(context: Context, directive: Directive) -> str:
    """« Corrigé de l'exercice 4.2 »."""
    label = _exercise(context, directive)
    return f"Corrigé de l'exercice {label.number}".strip()


def _exercise(context: Context, directive: Directive) -> Label:
    label = context.label(directive.argument, directive.line)
    if label.kind not in ("exercise", "text"):
        message = f"« {directive.argument} » n'est pas un exercice"
        raise context.error(directive.line, message)
    return label
