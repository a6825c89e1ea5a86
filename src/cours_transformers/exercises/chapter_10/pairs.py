"""Un couple (entrées, cibles) ramené à un seul tenseur, pour être comparé."""

import functools
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from cours_transformers.exercises.values import UnusableError, convert

HOLE = -1  # là où l'un des deux tenseurs est plus petit que l'autre


def both(value: object) -> object:
    """Empile entrées et cibles, les trous à −1 ; laisse passer ce qui n'est pas suite.

    Raises:
        UnusableError: pas deux tenseurs, d'un ou deux axes chacun.
    """
    if not isinstance(value, tuple | list):
        return value
    parts = [None if isinstance(part, tuple) else convert(part).value for part in value]
    if len(parts) != 2 or any(getattr(part, "ndim", 0) not in (1, 2) for part in parts):
        raise UnusableError(
            "deux tenseurs de forme (n, T) sont attendus, `return entrees, cibles`"
        )
    parts = [part if part.ndim == 2 else part[:, None] for part in parts]
    rows, columns = (max(part.shape[axis] for part in parts) for axis in (0, 1))
    return torch.stack(
        [
            F.pad(p, (0, columns - p.shape[1], 0, rows - p.shape[0]), value=HOLE)
            for p in parts
        ]
    )


def paired(answer: Callable) -> Callable:
    """La même réponse, dont les deux tenseurs n'en font qu'un, pour être comparés."""

    @functools.wraps(answer)
    def whole(tokens: Tensor, starts: Tensor, T: int) -> object:
        return both(answer(tokens, starts, T))

    return whole


def windows(tokens: Tensor, starts: Tensor, width: int) -> Tensor:
    """Les extraits de cette largeur, un par ligne."""
    return torch.stack([tokens[i : i + width] for i in starts.tolist()])


def cut(inputs: slice, targets: slice, more: int = 1) -> Callable:
    """Deux coupes d'un extrait de T + ``more`` tokens."""

    def wrong(tokens: Tensor, starts: Tensor, T: int) -> tuple[Tensor, Tensor]:
        rows = windows(tokens, starts, T + more)
        return rows[:, inputs], rows[:, targets]

    return paired(wrong)


extracts = cut(slice(None, -1), slice(1, None))
