"""Distances entre requêtes et clés, alignées comme dans le noyau.

Lettres : T requêtes, S clés. La requête i occupe la position p = i + S − T parmi les
clés : la dernière requête est à la hauteur de la dernière clé.
"""

import torch
from jaxtyping import Int
from torch import Tensor

from .checks import check_integer


def distances(
    T: int, S: int, device: torch.device | str | None = None
) -> Int[Tensor, "T S"]:
    """Calcule p − j, en positions : positif si la clé j précède la requête.

    Aucun décalage n'entre ici : avancer ensemble requêtes et clés ne change rien.
    """
    check_integer("T", T, 1)
    check_integer("S", S, 1)
    p = torch.arange(T, device=device) + S - T
    return p[:, None] - torch.arange(S, device=device)
