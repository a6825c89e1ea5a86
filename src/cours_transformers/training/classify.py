"""Boucle d'apprentissage la plus courte qui soit, pour un classifieur."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


def fit_classifier(
    model: nn.Module,
    inputs: tuple[Tensor, ...],
    labels: Tensor,
    *,
    steps: int,
    batch_size: int = 64,
    lr: float = 3e-3,
    seed: int = 0,
) -> list[float]:
    """Minimise l'entropie croisée (en nats) avec Adam ; renvoie la perte à chaque pas.

    Raises:
        ValueError: ``steps`` nul, ou entrées et étiquettes en nombres différents.
    """
    if steps < 1:
        raise ValueError(f"steps : au moins un pas ; reçu {steps}")
    if any(len(x) != len(labels) for x in inputs):
        sizes = [len(x) for x in inputs]
        raise ValueError(f"inputs : {len(labels)} exemples attendus ; reçu {sizes}")
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        batch = torch.randint(len(labels), (batch_size,), generator=generator)
        loss = F.cross_entropy(model(*(x[batch] for x in inputs)), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@torch.no_grad()
def accuracy(model: nn.Module, inputs: tuple[Tensor, ...], labels: Tensor) -> float:
    """Part des exemples dont la classe la plus probable est la bonne."""
    return (model(*inputs).argmax(dim=-1) == labels).float().mean().item()
