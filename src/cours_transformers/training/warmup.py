"""Apprendre un modèle de langue avec échauffement : le taux monte avant de servir.

Lettres : B lot, T positions. Le taux d'apprentissage du pas s, compté à partir de 1,
est lr · min(1, s / échauffement).
"""

import math

import torch
from jaxtyping import Int
from torch import Tensor, nn
from torch.nn import functional as F

from .language_model import batches


def warmup_factor(step: int, warmup: int) -> float:
    """Part du taux d'apprentissage au pas ``step`` : monte de 1/``warmup`` à 1.

    Raises:
        ValueError: pas nul, échauffement négatif.
    """
    if step < 1 or warmup < 0:
        raise ValueError(f"step ≥ 1 et warmup ≥ 0 attendus ; reçu {step=}, {warmup=}")
    return min(1.0, step / warmup) if warmup else 1.0


def fit_with_warmup(
    model: nn.Module,
    tokens: Int[Tensor, " t"],
    *,
    steps: int,
    warmup: int,
    lr: float = 3e-3,
    batch_size: int = 16,
    context: int = 32,
    seed: int = 0,
) -> list[float]:
    """Minimise l'entropie croisée avec Adam ; rend la perte de chaque pas, en nats.

    Le gradient n'est jamais coupé, pour qu'une instabilité se voie ; une perte qui
    n'est plus finie arrête l'apprentissage, et la liste est alors plus courte.

    Raises:
        ValueError: ``steps`` nul, échauffement négatif, texte trop court.
    """
    if steps < 1:
        raise ValueError(f"steps : au moins un pas ; reçu {steps}")
    source = batches(tokens, batch_size, context, torch.Generator().manual_seed(seed))
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    losses: list[float] = []
    for step in range(1, steps + 1):
        for group in optimizer.param_groups:
            group["lr"] = lr * warmup_factor(step, warmup)
        inputs, targets = next(source)
        loss = F.cross_entropy(model(inputs).flatten(0, 1), targets.flatten())
        if not math.isfinite(loss.item()):
            break
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses
