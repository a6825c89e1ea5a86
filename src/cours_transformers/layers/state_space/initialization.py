"""Poids de départ d'un modèle d'état : des vitesses d'oubli, et des durées de pas."""

import math

import torch
from jaxtyping import Float
from torch import Tensor

DELTA_RANGE = (1e-3, 1e-1)  # celui du code de Mamba


def delta_bias(
    d: int, low: float = DELTA_RANGE[0], high: float = DELTA_RANGE[1]
) -> Float[Tensor, " d"]:
    """Tire b tel que softplus(b) soit entre ``low`` et ``high``, en échelle log.

    L'inverse de softplus est Δ ↦ Δ + log(1 − exp(−Δ)), écrit avec ``expm1`` pour qu'un
    petit Δ garde ses chiffres.

    Raises:
        ValueError: bornes qui ne vérifient pas 0 < low ≤ high.
    """
    if not 0 < low <= high:
        raise ValueError(f"0 < low ≤ high attendu ; reçu {low=}, {high=}")
    delta = torch.exp(torch.empty(d).uniform_(math.log(low), math.log(high)))
    return delta + torch.log(-torch.expm1(-delta))


def s4d_real(d: int, N: int) -> Float[Tensor, "d N"]:
    """Rend log(−A) pour A = −1, −2, …, −N : chaque canal oublie à N vitesses.

    C'est l'initialisation S4D-Real (Gu, 2022), celle de Mamba. Garder le logarithme
    de −A la rend négative, quoi qu'apprenne le modèle.
    """
    return torch.arange(1.0, N + 1).log().expand(d, N).clone()
