"""Les deux sommes d'une attention linéaire, sur le passé ou sur autre chose."""

from collections.abc import Callable

import torch
from torch import Tensor

Gather = Callable[[Tensor], Tensor]


def past(x: Tensor) -> Tensor:
    """Le passé et le présent : ce que l'état doit réunir."""
    return x.cumsum(dim=0)


def before(x: Tensor) -> Tensor:
    """Le passé sans le présent."""
    return torch.cat([torch.zeros_like(x[:1]), x[:-1].cumsum(dim=0)])


def alone(x: Tensor) -> Tensor:
    """Le présent seul."""
    return x


def whole(x: Tensor) -> Tensor:
    """Toute la phrase, à chaque pas."""
    return x.sum(dim=0, keepdim=True).expand_as(x)


def future(x: Tensor) -> Tensor:
    """Le présent et la suite."""
    return x.flip(0).cumsum(dim=0).flip(0)


def top(gather: Gather, phi_q: Tensor, phi_k: Tensor, v: Tensor) -> Tensor:
    """Numérateur : chaque requête lit les φ(k)ᵀ v que ``gather`` a réunis."""
    states = gather(phi_k[:, :, None] * v[:, None, :])
    return (phi_q[:, None, :] @ states)[:, 0]


def bottom(gather: Gather, phi_q: Tensor, phi_k: Tensor) -> Tensor:
    """Dénominateur : la même lecture, avec des 1 à la place des valeurs."""
    return (phi_q * gather(phi_k)).sum(dim=-1, keepdim=True)


def sums(above: Gather, below: Gather) -> Callable:
    """Ce que réunit le numérateur, ce que réunit le dénominateur."""
    return lambda q, k, v: top(above, q, k, v) / bottom(below, q, k)
