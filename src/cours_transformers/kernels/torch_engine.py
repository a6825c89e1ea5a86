"""Moteur PyTorch : ``F.scaled_dot_product_attention`` (SDPA), le plus rapide.

Deux pièges, écartés ici. ``is_causal`` de SDPA s'aligne en haut à gauche : dès que
T ≠ S, on lui passe un masque. Son appel public ne renvoie pas le logsumexp.
"""

import torch
from jaxtyping import Bool, Float
from torch import Tensor
from torch.nn import functional as F

from .call import AttentionCall


def torch_attention(
    call: AttentionCall,
) -> tuple[Float[Tensor, "B H T D"], None]:
    """Traduit l'appel pour SDPA ; le masque n'est construit que s'il le faut."""
    is_square = call.offset == 0
    plain = call.mask is None and call.bias is None and call.window is None
    if plain and (is_square or not call.causal):
        return _sdpa(call, None, is_causal=call.causal), None
    if plain and call.queries.stop == 1:  # décodage : le dernier token voit tout
        return _sdpa(call, None), None

    attn_mask, blocked = _mask_for_sdpa(call)
    return _sdpa(call, attn_mask).masked_fill(blocked, 0.0), None


def _sdpa(
    call: AttentionCall, attn_mask: Tensor | None, is_causal: bool = False
) -> Float[Tensor, "B H T D"]:
    return F.scaled_dot_product_attention(
        call.q,
        call.k,
        call.v,
        attn_mask=attn_mask,
        is_causal=is_causal,
        dropout_p=call.dropout,
        scale=call.scale,
        enable_gqa=call.n_repeats > 1,
    )


def _mask_for_sdpa(
    call: AttentionCall,
) -> tuple[Tensor, Bool[Tensor, "... #T 1"]]:
    """Rend le masque (ou le biais, −∞ aux interdits) et les lignes sans clé permise.

    Ces lignes sont ouvertes pour SDPA, puis annulées en sortie : le résultat ne
    dépend ni de la version de PyTorch, ni du noyau qu'elle choisit.
    """
    allowed = call.allowed(call.queries, call.keys)
    bias = call.bias_block(call.queries, call.keys)
    if bias is None:
        blocked = ~allowed.any(dim=-1, keepdim=True)
        return allowed | blocked, blocked
    bias = bias.to(call.q.dtype)
    if allowed is not None:
        shape = torch.broadcast_shapes(bias.shape, allowed.shape)
        bias = bias.expand(shape).masked_fill(~allowed, float("-inf"))
    blocked = bias.isneginf().all(dim=-1, keepdim=True)
    return bias.masked_fill(blocked, 0.0), blocked


def refusal(call: AttentionCall) -> str | None:
    """Refuse ``return_lse`` : SDPA garde son logsumexp pour elle."""
    if call.return_lse:
        return "l'appel public de SDPA ne renvoie pas le logsumexp"
    return None
