"""Moyennes non locales (Buades, Coll et Morel, 2005) : l'attention avant l'attention.

Chaque point d'un signal devient la moyenne de tous les autres, pondérée par la
ressemblance de leurs voisinages : requête et clé sont le voisinage, valeur le point.
"""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F


def neighbourhoods(
    signal: Float[Tensor, " n"], radius: int
) -> Float[Tensor, "n width"]:
    """Voisinage de chaque point, largeur 2 · radius + 1, bords prolongés."""
    if radius < 0:
        raise ValueError(f"radius : un rayon positif ou nul ; reçu {radius}")
    padded = F.pad(signal[None, None], (radius, radius), mode="replicate")[0, 0]
    return padded.unfold(0, 2 * radius + 1, 1)


def nonlocal_means(
    signal: Float[Tensor, " n"], radius: int, bandwidth: float
) -> Float[Tensor, " n"]:
    """Calcule softmax(−‖p_i − p_j‖² / h²) v, avec p les voisinages et v le signal.

    ``bandwidth`` est le h de l'article, dans l'unité du signal.
    """
    if bandwidth <= 0:
        raise ValueError(
            f"bandwidth : une largeur strictement positive ; reçu {bandwidth}"
        )
    patches = neighbourhoods(signal, radius)  # requêtes et clés
    scores = -torch.cdist(patches, patches).square() / bandwidth**2
    return scores.softmax(dim=-1) @ signal  # valeurs : les points eux-mêmes
