"""Garder les plus probables : du tri à la loi, chaque token revenu à sa place."""

from collections.abc import Callable

import torch
from torch import Tensor


def law(p: Tensor) -> Tensor:
    """Divise par la somme."""
    return p / p.sum()


def by_rank(
    keep: Callable[[Tensor, Tensor, float], Tensor],
    descending: bool = True,
    finish: Callable[[Tensor], Tensor] = law,
) -> Callable:
    """Garde d'après ``keep(somme avant, somme avec, seuil)``, dans l'ordre du tri."""

    def run(p: Tensor, threshold: float) -> Tensor:
        ranked, order = p.sort(descending=descending)
        reached = ranked.cumsum(dim=0)
        before = torch.cat([torch.zeros(1), reached[:-1]])
        kept = torch.zeros_like(p)
        kept[order] = ranked * keep(before, reached, threshold)
        return finish(kept)

    return run


def enough(before: Tensor, reached: Tensor, threshold: float) -> Tensor:
    """Vrai tant que les tokens qui précèdent n'ont pas réuni le seuil."""
    return before < threshold


top_p = by_rank(enough)
