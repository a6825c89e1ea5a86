"""Perceptron multicouche : des couches linéaires, une courbure entre elles."""

import torch
from jaxtyping import Float
from torch import Tensor, nn


class MLP(nn.Module):
    """Enchaîne x ↦ tanh(x W + b) ; la dernière couche reste linéaire.

    Args:
        sizes: nombres d'entrées, de neurones de chaque couche cachée, de sorties.

    Raises:
        ValueError: moins de deux tailles, ou une taille nulle.
    """

    def __init__(self, *sizes: int):
        super().__init__()
        if len(sizes) < 2 or min(sizes) < 1:
            raise ValueError(
                "sizes doit donner au moins deux tailles strictement positives, reçu "
                f"{sizes}"
            )
        self.layers = nn.ModuleList(map(nn.Linear, sizes[:-1], sizes[1:]))

    def forward(self, x: Float[Tensor, "*n d_in"]) -> Float[Tensor, "*n d_out"]:
        """Sortie du réseau, sans activation finale."""
        *hidden, last = self.layers
        for layer in hidden:
            x = torch.tanh(layer(x))
        return last(x)
