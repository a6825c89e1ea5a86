"""Confusions de tout exercice : résultat non renvoyé, transposée, NaN…"""

import inspect

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Misconception
from cours_transformers.exercises.trial import Trial, attempt
from cours_transformers.exercises.values import same, shape_text


def generic(
    exercise: Exercise, answer: object, trials: list[Trial], limit: float | int
) -> Misconception | None:
    """Première confusion générale que les essais trahissent."""
    if exercise.kind != "value" and all(t.outcome.error for t in trials):
        return None
    if any(t.got and t.got.empty for t in trials):
        return _named(
            "résultat non renvoyé",
            "votre fonction calcule, mais ne renvoie rien : par quelle instruction un "
            "résultat sort-il d'une fonction ?",
        )
    for look in (_mutation, _nan, _dtype, _transposed, _extra_dimension):
        found = look(exercise, trials)
        if found:
            return found
    if exercise.kind == "function":
        return _behaviour(exercise, answer, trials, limit)
    return None


def swapped(exercise: Exercise, answer: object) -> Misconception | None:
    """Les bons noms d'arguments, dans un autre ordre."""
    try:
        names = tuple(inspect.signature(answer).parameters)
    except (TypeError, ValueError):
        return None
    if names == exercise.arguments or set(names) != set(exercise.arguments):
        return None
    order = ", ".join(exercise.arguments)
    return _named(
        "arguments intervertis",
        f"les arguments arrivent dans l'ordre `{order}` : est-ce celui que votre "
        "fonction déclare ?",
    )


def _named(name: str, message: str) -> Misconception:
    return Misconception(name, (), message)


def _tensors(trials: list[Trial]) -> list[tuple[Tensor, Tensor]]:
    """Couples (obtenu, attendu) des essais qui ont abouti à un tenseur."""
    return [
        (t.got.value, t.expected.value)
        for t in trials
        if t.got and isinstance(t.got.value, Tensor)
    ]


def _mutation(exercise: Exercise, trials: list[Trial]) -> Misconception | None:
    """Bons résultats, mais l'appelant retrouve ses tenseurs changés."""
    if not all(t.right for t in trials):
        return None
    return _named(
        "entrées modifiées sur place",
        "les nombres sont bons, mais les entrées en sortent changées : qui les relira "
        "ensuite ? Pensez à `x = x / c`, qui crée un tenseur, face à `x /= c`, qui "
        "modifie celui de l'appelant",
    )


def _nan(exercise: Exercise, trials: list[Trial]) -> Misconception | None:
    if not any(got.isnan().any() for got, _ in _tensors(trials)):
        return None
    return _named(
        "NaN",
        "le résultat contient des NaN : y a-t-il un 0/0, un ∞ − ∞, ou une racine "
        "d'un nombre négatif ?",
    )


def _dtype(exercise: Exercise, trials: list[Trial]) -> Misconception | None:
    """Bonnes valeurs, mais 0 et 1 à la place de faux et vrai."""
    if any(not same(got, want, 0.0, 0.0) for got, want in _tensors(trials)):
        return None
    if len(_tensors(trials)) < len(trials):
        return None
    kind = str(trials[0].got.dtype).removeprefix("torch.")
    return _named(
        "type des éléments",
        f"les valeurs sont bonnes, mais de type `{kind}` : quel type PyTorch "
        "attend-il d'un masque pour que `~` et `masked_fill` le comprennent ?",
    )


def _transposed(exercise: Exercise, trials: list[Trial]) -> Misconception | None:
    pairs = _tensors(trials)
    tolerance = exercise.atol, exercise.rtol
    if not pairs or any(
        got.ndim < 2 or not same(got.mT, want, *tolerance) for got, want in pairs
    ):
        return None
    got, want = map(shape_text, pairs[0])
    return _named(
        "résultat transposé",
        f"vos nombres sont justes, mais rangés en {got} et non en {want} : qui doit "
        "être en ligne, qui en colonne ?",
    )


def _extra_dimension(exercise: Exercise, trials: list[Trial]) -> Misconception | None:
    """Bons nombres, avec une dimension de taille 1 en trop ou en moins."""
    tolerance = exercise.atol, exercise.rtol
    pairs = _tensors(trials)
    if not pairs or any(
        got.ndim == want.ndim or not same(got.squeeze(), want.squeeze(), *tolerance)
        for got, want in pairs
    ):
        return None
    return _named(
        "dimension de taille 1",
        "les nombres sont justes, à une dimension de taille 1 près : un `unsqueeze`, "
        "un `keepdim=True` ou un crochet de trop ?",
    )


def _behaviour(
    exercise: Exercise, answer: object, trials: list[Trial], limit: float | int
) -> Misconception | None:
    """Hasard, arguments ignorés."""
    again, _ = attempt(exercise, answer, trials[0].inputs, limit)
    first = trials[0].outcome
    if not (again.error or first.error or again.stopped) and not same(
        again.value.value, first.value.value, 0.0, 0.0
    ):
        return _named(
            "résultat aléatoire",
            "deux appels identiques donnent deux résultats : où tirez-vous au hasard ?",
        )
    values = [got for got, _ in _tensors(trials)]
    alike = [
        torch.equal(values[0], v) for v in values[1:] if v.shape == values[0].shape
    ]
    if len(values) > 1 and len(alike) == len(values) - 1 and all(alike):
        return _named(
            "arguments ignorés",
            "le résultat est le même quelles que soient les entrées : votre fonction "
            "lit-elle bien ses arguments, ou des variables du carnet ?",
        )
    return None
