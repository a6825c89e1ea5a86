"""La boucle de l'exercice 14.2, dont on peut remplacer chaque pièce."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_13.pairs import pair

MINUS = -torch.inf
Blocks = Iterable[Tensor]


def guarded(m: Tensor) -> Tensor:
    """Zéro tant que rien n'est permis : −∞ − (−∞) ne vaut rien."""
    return m.masked_fill(m.isneginf(), 0.0)


def bare(m: Tensor) -> Tensor:
    """Le maximum lui-même, et NaN tant que rien n'est permis."""
    return m


def _raise(m: Tensor, scores: Tensor) -> Tensor:
    return torch.maximum(m, scores.max())


def _update(total: Tensor, m: Tensor, origin: Tensor, scores: Tensor) -> Tensor:
    return total * (m - origin).exp() + (scores - origin).exp().sum()


def loop(
    update: Callable = _update,
    raised: Callable = _raise,
    finish: Callable = lambda m, total: (m, total),
    start: float = MINUS,
    origin: Callable = guarded,
) -> Callable:
    """La boucle, juste par défaut, dont on remplace une pièce."""

    def wrong(blocks: Blocks) -> object:
        m, total = torch.tensor(start), torch.tensor(0.0)
        for scores in blocks:
            new = raised(m, scores)
            m, total = new, update(total, m, origin(new), scores)
        return pair(finish(m, total))

    return wrong


def either(*pieces: Callable, **named: Callable) -> tuple[Callable, Callable]:
    """La même faute, chez qui pense à −∞ − (−∞) et chez qui n'y pense pas."""
    return tuple(loop(*pieces, **named, origin=o) for o in (guarded, bare))
