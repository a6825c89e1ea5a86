"""Quantifier une matrice : un octet signé par poids, et une échelle par ligne.

    W_ij ≈ s_i n_ij,  n_ij entier de −127 à 127,  s_i = max_j |W_ij| / 127

Une ligne produit une composante de la sortie : avec sa propre échelle, elle ne perd
rien à ce que sa voisine soit cent fois plus grande. L'erreur ne dépasse pas s_i / 2.
Lettres : R lignes (les sorties), C colonnes (les entrées).
"""

import torch
from jaxtyping import Float, Int8
from torch import Tensor

LEVELS = 127  # −128 ne sert pas : l'intervalle reste symétrique, et 0 exact


def quantize_rows(
    matrix: Float[Tensor, "R C"],
) -> tuple[Int8[Tensor, "R C"], Float[Tensor, " R"]]:
    """Rend les entiers n et les échelles s ; 1 est celle d'une ligne de zéros.

    Raises:
        ValueError: autre chose que deux axes, ou un poids qui n'est pas fini.
    """
    if matrix.ndim != 2:
        raise ValueError(
            f"matrix doit avoir deux axes ; reçu la forme {tuple(matrix.shape)}"
        )
    if not matrix.isfinite().all():
        raise ValueError("matrix doit n'avoir que des nombres finis ; reçu NaN ou ∞")
    matrix = matrix.detach().float()
    scales = matrix.abs().amax(dim=1) / LEVELS
    scales = torch.where(scales > 0, scales, torch.ones_like(scales))
    # Une échelle minuscule s'arrondit : le quotient pourrait dépasser 127 d'un rien.
    levels = (matrix / scales[:, None]).round().clamp(-LEVELS, LEVELS)
    return levels.to(torch.int8), scales


def dequantize_rows(
    levels: Int8[Tensor, "R C"], scales: Float[Tensor, " R"]
) -> Float[Tensor, "R C"]:
    """Rend s_i n_ij, en float32."""
    return levels.float() * scales[:, None]
