"""Un couple de résultats ramené à un seul tenseur, pour être comparé d'un coup."""

import torch
from torch import Tensor

from cours_transformers.exercises.values import UnusableError, convert, shape_text


def pair(value: object) -> object:
    """Empile un couple de nombres ou de tenseurs ; laisse passer ce qui n'en est pas.

    Raises:
        UnusableError: pas deux résultats, ou deux résultats de formes différentes.
    """
    if not isinstance(value, tuple | list):
        return value
    parts = [None if isinstance(part, tuple) else convert(part).value for part in value]
    shapes = [getattr(part, "shape", None) for part in parts]
    if len(shapes) != 2 or None in shapes or shapes[0] != shapes[1]:
        raise UnusableError(
            "deux résultats de même forme sont attendus, comme `return a, b` ; vous "
            f"renvoyez {_described(parts)}"
        )
    return torch.stack(parts)


def _described(parts: list[Tensor | None]) -> str:
    kinds = [
        "autre chose" if p is None else f"un tenseur {shape_text(p)}" for p in parts
    ]
    return " et ".join(kinds) or "une liste vide"
