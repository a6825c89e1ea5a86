"""Initialisation des récurrences : uniforme, ou matrice récurrente orthogonale."""

import math

import torch
from torch import nn

INITS = ("uniform", "orthogonal")


def initialize(layer: nn.Module, init: str) -> None:
    """Tire les poids de ``layer`` entre ±1/√d, puis, si demandé, rend W_h orthogonale.

    Une matrice orthogonale ne change la longueur d'aucun vecteur : seule la tangente
    hyperbolique éteint encore le gradient (Saxe, McClelland, Ganguli, 2014).

    Raises:
        ValueError: nom d'initialisation inconnu.
    """
    if init not in INITS:
        raise ValueError(
            f"init : {' ou '.join(map(repr, INITS))} attendu ; reçu {init!r}"
        )
    bound = 1 / math.sqrt(layer.d_hidden)
    for parameter in layer.parameters():
        nn.init.uniform_(parameter, -bound, bound)
    if init == "orthogonal":
        with torch.no_grad():
            # Bloc par bloc : la pile (4d, d) d'une LSTM ne peut être orthogonale.
            for block in layer.h_proj.weight.split(layer.d_hidden):
                nn.init.orthogonal_(block)
