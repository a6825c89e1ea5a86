"""La moyenne des poids de plusieurs points de reprise (Vaswani, 2017, section 6.1)."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


@torch.no_grad()
def average_weights(model: nn.Module, states: Sequence[dict[str, Tensor]]) -> nn.Module:
    """Donne à ``model`` la moyenne des poids de ``states``, et le rend.

    La fin d'un apprentissage tourne autour du fond ; la moyenne en est plus proche.

    Raises:
        ValueError: aucun état.
    """
    if not states:
        raise ValueError("states : il faut au moins un état à moyenner ; reçu 0")
    mean = {
        name: torch.stack([state[name] for state in states]).mean(dim=0)
        for name in states[0]
    }
    model.load_state_dict(mean)
    return model


def snapshot(model: nn.Module) -> dict[str, Tensor]:
    """Copie les poids, que l'apprentissage continuera de changer."""
    return {name: weights.clone() for name, weights in model.state_dict().items()}
