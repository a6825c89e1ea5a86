"""FlashAttention en Triton, avant et arrière : l'opérateur enregistré et son gradient.

L'opérateur est déclaré à PyTorch : ``torch.compile`` le traverse sans s'arrêter, et
sait la forme de ce qu'il rend sans l'exécuter. Lettres : celles de ``forward.py``.
"""

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from .launch import launch_backward, launch_forward


@torch.library.custom_op("cours_transformers::flash_forward", mutates_args=())
def flash_forward(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    slopes: Tensor | None,
    key_mask: Tensor | None,
    low: int,
    high: int,
    scale: float,
    interpreted: bool,
) -> tuple[Tensor, Tensor]:
    """Rend la sortie (B, H, T, D) et le logsumexp (B, H, T), en base 2 et en float32.

    Celui-ci compte les distances comme ``distances`` de ``common.py``. La requête de
    position p voit la clé j si low ≤ p − j ≤ high et si ``key_mask[b, j]`` n'est pas
    nul.
    """
    return launch_forward(q, k, v, slopes, key_mask, low, high, scale, interpreted)


@flash_forward.register_fake
def _(q, k, v, slopes, key_mask, low, high, scale, interpreted):
    return torch.empty_like(q), q.new_empty(q.shape[:3], dtype=torch.float32)


@torch.library.custom_op("cours_transformers::flash_backward", mutates_args=())
def flash_backward(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    out: Tensor,
    lse: Tensor,
    d_out: Tensor,
    d_lse: Tensor | None,
    slopes: Tensor | None,
    key_mask: Tensor | None,
    low: int,
    high: int,
    scale: float,
    interpreted: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    """Rend les gradients de q, k et v, depuis ceux de la sortie et du logsumexp."""
    return launch_backward(
        q, k, v, out, lse, d_out, d_lse, slopes, key_mask,
        low, high, scale, interpreted,
    )  # fmt: skip


@flash_backward.register_fake
def _(q, k, v, out, lse, d_out, d_lse, slopes, key_mask, low, high, scale, interpreted):
    return torch.empty_like(q), torch.empty_like(k), torch.empty_like(v)


class FlashAttention(torch.autograd.Function):
    """Relie les deux opérateurs : ne garde que q, k, v, la sortie et le logsumexp."""

    @staticmethod
    def forward(ctx, q, k, v, slopes, key_mask, low, high, scale, interpreted):
        """Calcule la sortie et le logsumexp, tous deux dérivables."""
        settings = (low, high, scale, interpreted)
        out, lse = flash_forward(q, k, v, slopes, key_mask, *settings)
        ctx.save_for_backward(q, k, v, out, lse, slopes, key_mask)
        ctx.settings = settings
        ctx.set_materialize_grads(False)
        return out, lse

    @staticmethod
    @once_differentiable
    def backward(ctx, d_out, d_lse):
        """Calcule dQ, dK, dV ; les pentes et les réglages n'en ont pas."""
        q, k, v, out, lse, slopes, key_mask = ctx.saved_tensors
        if d_out is None:
            if d_lse is None:
                return (None,) * 9
            d_out = torch.zeros_like(out)
        grads = flash_backward(
            q, k, v, out, lse, d_out, d_lse, slopes, key_mask, *ctx.settings
        )
        return *grads, *(None,) * 6
