"""Fréquences et angles : ce que les sinusoïdes et RoPE ont en commun.

Lettres : d nombre de dimensions (d_model pour les sinusoïdes, d_head pour RoPE), p
position, ω_i fréquence de la paire i, pour i de 0 à d/2 − 1.
"""

import torch
from jaxtyping import Float
from torch import Tensor


def frequencies(
    width: int,
    base: float = 10_000.0,
    *,
    dtype: torch.dtype = torch.float32,
    device: torch.device | str | None = None,
) -> Float[Tensor, " half"]:
    """Calcule ω_i = base^(−2i / d), en radians par position : de 1 à presque 1/base."""
    pair = torch.arange(0, width, 2, dtype=dtype, device=device)
    return base ** (-pair / width)


def angles(
    start: int, length: int, width: int, base: float, like: Tensor
) -> Float[Tensor, "length half"]:
    """Calcule p ω_i, en radians, pour p de ``start`` à ``start + length − 1``.

    L'appareil est celui de ``like`` ; la précision, float32 au moins : en bfloat16,
    les positions 256 et 257 seraient la même.
    """
    dtype = torch.promote_types(like.dtype, torch.float32)
    p = torch.arange(start, start + length, dtype=dtype, device=like.device)
    return p[:, None] * frequencies(width, base, dtype=dtype, device=like.device)
