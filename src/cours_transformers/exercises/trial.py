"""Essais du lecteur, et des confusions connues, sur les entrées cachées."""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise
from cours_transformers.exercises.sandbox import Outcome, run
from cours_transformers.exercises.values import Result, convert, same

SEED = 2017
OURS = 60.0  # secondes : notre propre code, qui n'en demande qu'une fraction


@dataclass(frozen=True)
class Trial:
    """Un essai : les entrées, le résultat attendu, ce que le lecteur obtient.

    ``mutated`` nomme les arguments que sa fonction a modifiés sur place.
    """

    inputs: tuple
    expected: Result
    outcome: Outcome
    mutated: tuple[str, ...]
    right: bool

    @property
    def got(self) -> Result | None:
        """Résultat converti, ou ``None`` si l'appel n'a pas abouti."""
        return None if self.outcome.error else self.outcome.value

    @property
    def unwritten(self) -> bool:
        """Rien n'est renvoyé, ou l'appel annonce lui-même qu'il reste à écrire."""
        if self.got is None:
            return isinstance(self.outcome.error, NotImplementedError)
        return self.got.empty

    def resembles(self, looks: Callable[..., bool]) -> bool:
        """Le résultat est un tenseur, et ``looks`` l'y reconnaît."""
        value = self.got.value if self.got else None
        return isinstance(value, Tensor) and looks(value, *self.inputs)

    @property
    def comparable(self) -> bool:
        """Un résultat existe, avec la forme attendue."""
        got, expected = self.got, self.expected.value
        if got is None or got.empty or not isinstance(got.value, Tensor):
            return False
        return got.value.shape == getattr(expected, "shape", None)


def attempt(
    exercise: Exercise, answer: object, inputs: tuple, limit: float | int
) -> tuple[Outcome, tuple[str, ...]]:
    """Appelle la réponse sur une copie des entrées ; dit lesquelles elle a changées."""
    given = copy.deepcopy(inputs)

    def call() -> Result:
        value = exercise.use(answer, *given) if exercise.kind != "value" else answer
        return convert(value, exercise.exact)

    outcome = run(call, limit)
    pairs = zip(exercise.arguments, inputs, given, strict=False)
    return outcome, tuple(name for name, a, b in pairs if not _unchanged(a, b))


def try_all(exercise: Exercise, answer: object, limit: float | int) -> list[Trial]:
    """Un essai par entrée cachée, jusqu'au premier appel qu'il faut arrêter."""
    trials = []
    for inputs in hidden_inputs(exercise):
        expected = _trusted(lambda inputs=inputs: exercise.reference(*inputs), exercise)
        outcome, mutated = attempt(exercise, answer, inputs, limit)
        trials.append(
            Trial(
                inputs,
                expected.value,
                outcome,
                mutated,
                outcome.error is None
                and not outcome.stopped
                and agree(exercise, outcome, expected)
                and _same_type(outcome.value, expected.value),
            )
        )
        if outcome.stopped:
            break
    return trials


def hidden_inputs(exercise: Exercise) -> list[tuple]:
    """Entrées cachées, toujours les mêmes ; une seule, vide, pour une valeur."""
    if exercise.kind == "value":
        return [()]
    generator = torch.Generator(device="cpu").manual_seed(SEED)
    return unwrap(run(lambda: exercise.cases(generator), OURS))


def agree(exercise: Exercise, a: Outcome, b: Outcome) -> bool:
    """Deux appels ont le même effet : même résultat, ou échec de part et d'autre."""
    if a.error or b.error:
        return bool(a.error and b.error)
    if a.value.empty or b.value.empty:
        return False
    return same(a.value.value, b.value.value, exercise.atol, exercise.rtol)


def _same_type(got: Result, expected: Result) -> bool:
    """Un résultat booléen doit l'être ; entiers et flottants se valent."""
    return expected.dtype != torch.bool or got.dtype == torch.bool


def _trusted(call: Callable, exercise: Exercise) -> Outcome:
    outcome = run(lambda: convert(call(), exercise.exact), OURS)
    unwrap(outcome)
    return outcome


def unwrap(outcome: Outcome) -> object:
    """Résultat de notre propre code ; ses échecs sont les nôtres."""
    if outcome.stopped == "interrupt":
        raise KeyboardInterrupt
    if outcome.error:
        raise outcome.error
    return outcome.value


def _unchanged(before: object, after: object) -> bool:
    """L'argument est resté tel quel, au bit près."""
    if isinstance(before, Tensor):
        return before.shape == after.shape and torch.equal(before, after)
    return repr(before) == repr(after)
