"""Attention par produit scalaire normalisé, en quatre fonctions faites pour être lues.

Lettres : B lot, T requêtes, S clés, d_k dimension des requêtes et des clés, d_v
celle des valeurs. Q, K, V des formules s'écrivent ici ``q``, ``k``, ``v``. Les modèles
appellent ``kernels.attention``, plus rapide, et un test tient les deux égales.
"""

import math

from jaxtyping import Bool, Float
from torch import Tensor

from cours_transformers.kernels.arguments import check_mask


def attention_scores(
    q: Float[Tensor, "... T d_k"],
    k: Float[Tensor, "... S d_k"],
    scale: float | None = None,
) -> Float[Tensor, "... T S"]:
    """Calcule q kᵀ / √d_k : l'accord de chaque requête avec chaque clé."""
    _check_same_width(q, k)
    # La variance de q · k croît comme d_k : diviser par √d_k la ramène à 1.
    scale = 1 / math.sqrt(q.shape[-1]) if scale is None else scale
    return q @ k.transpose(-2, -1) * scale


def attention_weights(
    q: Float[Tensor, "... T d_k"],
    k: Float[Tensor, "... S d_k"],
    mask: Bool[Tensor, "... #T #S"] | None = None,
    scale: float | None = None,
) -> Float[Tensor, "... T S"]:
    """Calcule softmax(q kᵀ / √d_k) : chaque requête répartit un poids total de 1."""
    scores = attention_scores(q, k, scale)  # (…, T, S) : une note par couple
    return masked_softmax(scores, mask)  # sur les clés : chaque ligne somme à 1


def scaled_dot_product(
    q: Float[Tensor, "... T d_k"],
    k: Float[Tensor, "... S d_k"],
    v: Float[Tensor, "... S d_v"],
    mask: Bool[Tensor, "... #T #S"] | None = None,
) -> Float[Tensor, "... T d_v"]:
    """Calcule softmax(q kᵀ / √d_k) v : une moyenne des valeurs pour chaque requête."""
    weights = attention_weights(q, k, mask)  # (…, T, S) : qui regarde qui
    return weights @ v  # (…, T, d_v) : ce que chacun en retient


def masked_softmax(
    scores: Float[Tensor, "... T S"], mask: Bool[Tensor, "... #T #S"] | None = None
) -> Float[Tensor, "... T S"]:
    """Applique le softmax sur les clés ; ``mask`` vrai : attention permise.

    Une requête à qui tout est interdit reçoit des poids nuls, jamais NaN.
    """
    if mask is None:
        return scores.softmax(dim=-1)
    check_mask(mask, scores.shape, scores.device)
    blocked = ~mask.any(dim=-1, keepdim=True)  # aucune clé permise
    # exp(−∞) = 0 ; mais une ligne entière de −∞ donnerait 0/0 : on l'épargne.
    scores = scores.masked_fill(~mask & ~blocked, float("-inf"))
    return scores.softmax(dim=-1).masked_fill(blocked, 0.0)


def _check_same_width(q: Tensor, k: Tensor) -> None:
    if q.shape[-1] != k.shape[-1]:
        raise ValueError(
            "q et k doivent avoir la même dimension d_k ; "
            f"reçu {q.shape[-1]} et {k.shape[-1]}"
        )
