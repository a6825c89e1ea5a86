"""Coupure du gradient par la norme globale (Pascanu, Mikolov, Bengio, 2013)."""

from collections.abc import Iterable

import torch
from torch import Tensor


@torch.no_grad()
def clip_gradient_norm(parameters: Iterable[Tensor], max_norm: float) -> float:
    """Ramène la norme de tous les gradients réunis à ``max_norm`` si elle la dépasse.

    Tous sont multipliés par le même nombre : la direction ne change pas. Rend la norme
    d'avant ; un paramètre sans gradient est ignoré.

    Raises:
        ValueError: ``max_norm`` nul ou négatif.
    """
    if not max_norm > 0:
        raise ValueError(f"max_norm doit être strictement positif ; reçu {max_norm}")
    gradients = [p.grad for p in parameters if p.grad is not None]
    norm = sum(g.double().pow(2).sum().item() for g in gradients) ** 0.5
    if norm > max_norm:
        for gradient in gradients:
            gradient.mul_(max_norm / norm)
    return norm
