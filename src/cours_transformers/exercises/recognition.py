"""Reconnaître une confusion : elle a le même effet que la réponse du lecteur."""

import copy
from collections.abc import Callable

from cours_transformers.exercises.exercise import Exercise, Misconception
from cours_transformers.exercises.sandbox import Outcome, run
from cours_transformers.exercises.trial import OURS, Trial, agree, unwrap
from cours_transformers.exercises.values import convert


def recognise(exercise: Exercise, trials: list[Trial]) -> Misconception | None:
    """Première confusion qui a le même effet que la réponse sur toutes les entrées."""
    if all(t.outcome.error for t in trials) or all(t.right for t in trials):
        return None

    def search() -> Misconception | None:
        return next(
            (m for m in exercise.misconceptions if _explains(exercise, m, trials)), None
        )

    return unwrap(run(search, OURS))


def outcome_of(exercise: Exercise, wrong: Callable, inputs: tuple) -> Outcome:
    """Ce que donne une fonction fausse connue : un résultat, ou une exception."""
    try:
        return Outcome(convert(wrong(*copy.deepcopy(inputs)), exercise.exact))
    except Exception as error:
        return Outcome(error=error)


def _explains(exercise: Exercise, m: Misconception, trials: list[Trial]) -> bool:
    """La confusion rend compte de tous les essais."""
    if m.looks and all(t.resembles(m.looks) for t in trials):
        return True
    return any(
        all(
            agree(exercise, t.outcome, outcome_of(exercise, w, t.inputs))
            for t in trials
        )
        for w in m.variants
    )
