"""Plusieurs résultats ramenés à un seul tenseur, pour être comparés d'un coup."""

import functools
from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.values import UnusableError, convert, shape_text


def pair(value: object) -> object:
    """Empile un couple de tenseurs ; laisse passer ce qui n'est pas une suite.

    Raises:
        UnusableError: pas deux résultats, ou deux résultats de formes différentes.
    """
    if not isinstance(value, tuple | list):
        return value
    parts = _tensors(value)
    shapes = [getattr(part, "shape", None) for part in parts]
    if len(shapes) != 2 or None in shapes or shapes[0] != shapes[1]:
        raise UnusableError(
            "deux tenseurs de même forme sont attendus, `return h, c` ; vous renvoyez "
            + _described(parts)
        )
    return torch.stack(parts)


def joined(value: object, shapes: list[torch.Size]) -> object:
    """Met bout à bout une liste de tenseurs ; laisse passer un nombre, ou rien.

    Raises:
        UnusableError: pas une liste de tenseurs, un par forme de ``shapes``.
    """
    lone = getattr(value, "ndim", 0) > 0  # un seul tableau, et non une liste
    if not lone and not isinstance(value, tuple | list):
        return value
    parts = _tensors([value] if lone else value)
    if [getattr(part, "shape", None) for part in parts] != shapes:
        raise UnusableError(
            "une liste est attendue, avec autant de tenseurs que `gradients` et de "
            f"mêmes formes ; vous renvoyez {_described(parts)}"
        )
    return flat(parts)


def flat(tensors: list[Tensor]) -> Tensor:
    """Met tous les tenseurs bout à bout, en un seul vecteur."""
    return torch.cat([t.flatten() for t in tensors])


def flattened(clip: Callable) -> Callable:
    """La même coupure, dont les résultats sont mis bout à bout pour être comparés."""

    @functools.wraps(clip)
    def whole(gradients: list[Tensor], max_norm: float) -> Tensor:
        return flat(clip(gradients, max_norm))

    return whole


def _tensors(parts: tuple | list) -> list[Tensor | None]:
    """Chaque résultat en tenseur ; ``None`` pour un couple, ou pour rien."""
    return [None if isinstance(part, tuple) else convert(part).value for part in parts]


def _described(parts: list[Tensor | None]) -> str:
    kinds = [
        "autre chose" if p is None else f"un tenseur {shape_text(p)}" for p in parts
    ]
    return " et ".join(kinds) or "une liste vide"
