"""La fusion de l'exercice 14.3, dont on peut remplacer chaque pièce."""

from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_14.online_loop import bare, guarded
from cours_transformers.exercises.values import UnusableError, convert, shape_text

Partial = tuple[Tensor, Tensor, Tensor]


def joined(value: object) -> object:
    """Met bout à bout un triplet (T, 1), (T, 1), (T, D) ; laisse passer le reste.

    Raises:
        UnusableError: pas trois résultats, ou pas un par requête.
    """
    if not isinstance(value, tuple | list):
        return value
    parts = [None if isinstance(part, tuple) else convert(part).value for part in value]
    shapes = [getattr(part, "shape", ()) for part in parts]
    if len(parts) != 3 or {len(s) for s in shapes} != {2} or len({*_rows(shapes)}) > 1:
        given = [
            "autre chose" if p is None else f"un tenseur {shape_text(p)}" for p in parts
        ]
        raise UnusableError(
            "trois tenseurs sont attendus, m et l de forme (T, 1), a de forme (T, D), "
            f"comme `return m, l, a` ; vous renvoyez {', '.join(given) or 'rien'}"
        )
    return torch.cat(parts, dim=1)


def _rows(shapes: list) -> list[int]:
    return [shape[0] for shape in shapes]


def shifted(m1: Tensor, m2: Tensor, origin: Tensor) -> tuple[Tensor, Tensor]:
    """Les deux facteurs : e^(m₁ − m) et e^(m₂ − m)."""
    return (m1 - origin).exp(), (m2 - origin).exp()


def _as_they_are(left: object, right: object) -> tuple:
    return left, right


def merge(
    maximum: Callable = torch.maximum,
    factors: Callable = shifted,
    on_sum: Callable = _as_they_are,
    on_acc: Callable = _as_they_are,
    finish: Callable = lambda m, total, acc: (m, total, acc),
    start: Callable = lambda m, total, acc: (m, total, acc),
    origin: Callable = guarded,
) -> Callable:
    """La fusion, juste par défaut, dont on remplace une pièce."""

    def wrong(left: Partial, right: Partial) -> object:
        (m1, l1, a1), (m2, l2, a2) = start(*left), start(*right)
        m = maximum(m1, m2)
        both = factors(m1, m2, origin(m))
        s1, s2 = on_sum(*both)
        f1, f2 = on_acc(*both)
        return joined(finish(m, s1 * l1 + s2 * l2, f1 * a1 + f2 * a2))

    return wrong


def either(**pieces: Callable) -> tuple[Callable, Callable]:
    """La même faute, chez qui pense à −∞ − (−∞) et chez qui n'y pense pas."""
    return tuple(merge(**pieces, origin=o) for o in (guarded, bare))


right = merge()
