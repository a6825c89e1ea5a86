"""Scores d'un bloc de la matrice : la définition commune aux moteurs lisibles."""

import torch
from einops import repeat
from jaxtyping import Float
from torch import Tensor

from .call import AttentionCall


def block_scores(
    call: AttentionCall, rows: slice, cols: slice
) -> Float[Tensor, "B H t s"]:
    """Calcule scale · q kᵀ + bias sur un bloc, −∞ là où le masque interdit.

    En demi-précision, le calcul se fait en float32 : une exponentielle en bfloat16
    n'aurait que trois chiffres significatifs.
    """
    q = call.q[..., rows, :].to(working_dtype(call))
    k = per_query_head(call, call.k, cols)
    scores = q @ k.transpose(-2, -1) * call.scale
    bias = call.bias_block(rows, cols)
    if bias is not None:
        scores = scores + bias.to(scores.dtype)
    allowed = call.allowed(rows, cols)
    if allowed is None:
        return scores
    return scores.masked_fill(~allowed, float("-inf"))


def per_query_head(
    call: AttentionCall, x: Float[Tensor, "B G S D"], cols: slice
) -> Float[Tensor, "B H s D"]:
    """Donne à chaque tête de requête h sa tête clé-valeur, la h // (H / G)-ième."""
    block = x[..., cols, :].to(working_dtype(call))
    return repeat(block, "B G s D -> B (G r) s D", r=call.n_repeats)


def working_dtype(call: AttentionCall) -> torch.dtype:
    """Choisit la précision du calcul : float32 au moins, float64 si q l'est."""
    return torch.promote_types(call.q.dtype, torch.float32)
