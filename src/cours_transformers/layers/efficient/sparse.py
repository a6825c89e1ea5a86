"""Attention sur un motif, sans former la matrice : seuls ses groupes sont calculés.

Chaque partie du motif donne, pour chaque requête, une sortie et un logsumexp. Comme
dans l'attention par tuiles, deux morceaux d'un même softmax se recollent :

    sortie = Σ_p softmax_p(lse_p) sortie_p

Lettres : p partie, n groupes de b requêtes et c clés.
"""

from functools import lru_cache

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from .base import EfficientAttention
from .patterns import Groups, Pattern

Part = tuple[Float[Tensor, "B H T D"], Float[Tensor, "B H T"]]


class SparseAttention(EfficientAttention):
    """softmax(q kᵀ / √D) v restreint aux paires d'un motif (``patterns``).

    La mémoire suit ``pattern.n_scores(T)``, et non T². Les groupes d'une longueur sont
    gardés d'un appel à l'autre.
    """

    self_only = True

    def __init__(self, pattern: Pattern):
        super().__init__()
        if not isinstance(pattern, Pattern):
            raise TypeError(
                f"pattern doit être un motif (Pattern) ; reçu {type(pattern).__name__}"
            )
        self.pattern = pattern

    def attend(self, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> Tensor:
        """Calcule chaque partie du motif, et recolle."""
        groups = _groups(self.pattern, q.shape[-2], causal, q.device)
        return merge([attend_groups(q, k, v, part) for part in groups])


@lru_cache(maxsize=8)
def _groups(
    pattern: Pattern, T: int, causal: bool, device: torch.device
) -> tuple[Groups, ...]:
    return tuple(
        Groups(*(x.to(device) for x in (part.queries, part.keys, part.allowed)))
        for part in pattern.groups(T, causal)
    )


def attend_groups(
    q: Float[Tensor, "B H T D"],
    k: Float[Tensor, "B H T D"],
    v: Float[Tensor, "B H T D"],
    part: Groups,
) -> Part:
    """Calcule une partie : B H n b c scores ; logsumexp −∞ pour qui n'en est pas."""
    q_groups = q[:, :, part.queries.clamp_min(0)]  # (B, H, n, b, D)
    keys = part.keys.clamp_min(0)
    scores = q_groups @ k[:, :, keys].mT * q.shape[-1] ** -0.5
    weights, lse = softmax_and_lse(scores, part.allowed)
    out = weights @ v[:, :, keys]
    present = part.queries.flatten() >= 0
    positions = part.queries.flatten()[present]
    out = out.flatten(2, 3)[:, :, present]
    lse = lse.flatten(2, 3)[:, :, present]
    everywhere = torch.full_like(q[..., 0], float("-inf"))
    return (
        torch.zeros_like(q).index_copy(2, positions, out),
        everywhere.index_copy(2, positions, lse),
    )


def softmax_and_lse(
    scores: Float[Tensor, "... b c"], allowed: Bool[Tensor, "... #b #c"]
) -> tuple[Float[Tensor, "... b c"], Float[Tensor, "... b"]]:
    """Rend les poids et le logsumexp ; une ligne tout interdite : 0 et −∞."""
    blocked = ~allowed.any(dim=-1, keepdim=True)
    # Une ligne entière de −∞ donnerait NaN, et un gradient NaN : on l'épargne.
    scores = scores.masked_fill(~allowed & ~blocked, float("-inf"))
    lse = scores.logsumexp(dim=-1, keepdim=True)
    weights = (scores - lse.masked_fill(blocked, float("inf"))).exp()
    return weights, lse.masked_fill(blocked, float("-inf"))[..., 0]


def merge(parts: list[Part]) -> Float[Tensor, "B H T D"]:
    """Recolle des parties disjointes d'un softmax, chacune pesée par exp(lse)."""
    if len(parts) == 1:
        return parts[0][0]
    outs, lses = zip(*parts, strict=True)
    shares = torch.stack(lses).softmax(dim=0)
    return (shares[..., None] * torch.stack(outs)).sum(dim=0)
