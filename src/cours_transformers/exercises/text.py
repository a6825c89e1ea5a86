"""Petits nombres écrits pour être lus : entrées, résultat obtenu, résultat attendu."""

from math import isfinite

import torch
from torch import Tensor

from cours_transformers.exercises.values import shape_text
from cours_transformers.visualization.text import fr

SMALL = 24  # au-delà, un tenseur n'est décrit que par sa forme


def cell_texts(values: list[float | int]) -> list[str]:
    """Nombres à la française, tous avec les mêmes décimales, quatre au plus."""
    finite = [x for x in values if isfinite(x)]
    exact = (d for d in range(4) if all(abs(round(x, d) - x) < 1e-6 for x in finite))
    digits = next(exact, 4)
    return ["NaN" if x != x else fr(x, digits) for x in values]


def value_text(name: str, value: object, boolean: bool = False) -> str:
    """« q = » puis les lignes du tenseur, ou sa forme s'il est grand."""
    if not isinstance(value, Tensor):
        return f"{name} = {_short(value)}"
    if value.numel() > SMALL:
        return f"{name} : tenseur de forme {shape_text(value)}"
    boolean = boolean or value.dtype == torch.bool
    flat = value.flatten().tolist()
    cells = [str(bool(x)) for x in flat] if boolean else cell_texts(flat)
    if value.ndim == 0:
        return f"{name} = {cells[0]}"
    width = max(map(len, cells), default=0)
    per_row = value.shape[-1] or 1
    rows = [
        "[" + "  ".join(c.rjust(width) for c in cells[i : i + per_row]) + "]"
        for i in range(0, len(cells), per_row)
    ]
    label = f"{name}, forme {shape_text(value)} ="
    return "\n".join([label, *(f"  {row}" for row in rows)])


def _short(value: object) -> str:
    """Écriture courte d'une valeur quelconque."""
    if isinstance(value, float):
        return cell_texts([value])[0]
    text = repr(value)
    return text if len(text) <= 200 else text[:200] + "…"
