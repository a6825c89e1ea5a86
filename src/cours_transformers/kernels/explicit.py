"""Moteur explicite : la matrice entière, ligne à ligne comme dans la formule.

Il sert tous les arguments et juge les autres moteurs ; mémoire O(T S).
"""

from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from .call import AttentionCall
from .scores import block_scores, per_query_head


def explicit_attention(
    call: AttentionCall,
) -> tuple[Float[Tensor, "B H T D"], Float[Tensor, "B H T"]]:
    """Calcule softmax(scores) v et le logsumexp de chaque ligne de scores."""
    scores = block_scores(call, call.queries, call.keys)  # (B, H, T, S)
    # Une ligne tout entière à −∞ donnerait 0/0 : on la met à zéro avant le softmax,
    # puis on annule ses poids. Le gradient n'y rencontre aucun infini.
    blocked = scores.isneginf().all(dim=-1, keepdim=True)
    scores = scores.masked_fill(blocked, 0.0)
    weights = scores.softmax(dim=-1).masked_fill(blocked, 0.0)
    lse = scores.logsumexp(dim=-1).masked_fill(blocked[..., 0], float("-inf"))
    weights = F.dropout(weights, call.dropout)
    out = weights @ per_query_head(call, call.v, call.keys)
    return out.to(call.q.dtype), lse.float()


def refusal(call: AttentionCall) -> str | None:
    """Ne refuse rien : ce moteur est le dernier recours."""
    return None
