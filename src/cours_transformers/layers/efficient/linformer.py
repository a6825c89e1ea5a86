"""Linformer : k résumés au lieu de S clés (Wang, 2020).

    sortie = softmax(q (E k)ᵀ / √D) (F v),   E et F de forme (k, S), apprises

Le coût est T k D au lieu de T S D. Avec k = S et E = F = I, c'est l'attention entière.
Un résumé mêle toutes les positions : on ne peut pas y cacher le futur, et la longueur
maximale est celle de E.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from cours_transformers.kernels.attention import attention
from cours_transformers.layers.positional.checks import check_integer

from .base import EfficientAttention


def linformer_attention(
    q: Float[Tensor, "B H T D"],
    k: Float[Tensor, "B H S D"],
    v: Float[Tensor, "B H S D"],
    e: Float[Tensor, "rank S"],
    f: Float[Tensor, "rank S"],
) -> Float[Tensor, "B H T D"]:
    """Calcule softmax(q (E k)ᵀ / √D) (F v)."""
    return attention(q, e @ k, f @ v)


class Linformer(EfficientAttention):
    """Projette les clés et les valeurs sur ``rank`` résumés appris.

    Args:
        length: la plus grande longueur S ; une phrase plus courte n'emploie que les
            premières colonnes.
        rank: k, le nombre de résumés, au plus ``length``.
        shared: une seule matrice pour les clés et les valeurs, E = F.

    Raises:
        TypeError: ``length`` ou ``rank`` n'est pas un entier.
        ValueError: ``rank`` hors de [1, length], ou, à l'appel, phrase trop longue.
    """

    serves_causal = False

    def __init__(self, length: int, rank: int, *, shared: bool = False):
        super().__init__()
        check_integer("length", length, 1)
        check_integer("rank", rank, 1)
        if rank > length:
            raise ValueError(
                "rank doit être au plus length : plus de résumés que de clés ne "
                f"résume rien ; reçu rank = {rank} et length = {length}"
            )
        scale = 1 / math.sqrt(length)  # un résumé garde la variance d'une clé
        self.e = nn.Parameter(torch.randn(rank, length) * scale)
        self.f = self.e if shared else nn.Parameter(torch.randn(rank, length) * scale)

    def attend(self, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> Tensor:
        """Résume les clés et les valeurs, puis appelle l'attention entière."""
        S, length = k.shape[-2], self.e.shape[1]
        if length < S:
            raise ValueError(
                f"k doit avoir au plus length = {length} clés : E n'a pas de colonne "
                f"pour les autres ; reçu {S}"
            )
        return linformer_attention(q, k, v, self.e[:, :S], self.f[:, :S])
