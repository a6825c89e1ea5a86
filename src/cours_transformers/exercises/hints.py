"""``hint`` : des indices qui se découvrent un à un."""

from cours_transformers.exercises.registry import find, unknown
from cours_transformers.exercises.report import Card, Line

_given: dict[str, int] = {}


def hint(number: object = "") -> Card:
    """Donne l'indice suivant ; le dernier dit où lire la solution."""
    exercise = find(number)
    if exercise is None:
        return unknown(number)
    hints = (*exercise.hints, _where_solution(exercise.label))
    rank = min(_given.get(exercise.number, 0) + 1, len(hints))
    _given[exercise.number] = rank
    heading = f"→ {exercise.label} · indice {rank} sur {len(hints)}"
    return Card(heading, (Line("lead", hints[rank - 1]),))


def _where_solution(label: str) -> str:
    return (
        f"la solution de l'{label.lower()} se déplie à la fin du chapitre, sous "
        "« Corrigés ». Lisez-la, refermez-la, puis réécrivez-la de mémoire"
    )
