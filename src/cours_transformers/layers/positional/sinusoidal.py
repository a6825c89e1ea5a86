"""Sinusoïdes fixes, ajoutées aux plongements (Vaswani, 2017).

Lettres : p position, ω_i fréquence de la paire i, PE_p vecteur de la position p (une
ligne). L'article écrit ``pos`` pour p.
"""

import torch
from einops import rearrange
from jaxtyping import Float
from torch import Tensor

from .base import Positional
from .checks import check_embeddings, check_integer, check_pairs
from .frequencies import angles, frequencies


class Sinusoidal(Positional):
    """PE_p[2i] = sin(p ω_i), PE_p[2i+1] = cos(p ω_i), avec ω_i = base^(−2i/d_model)."""

    on_embeddings = True

    def __init__(self, d_model: int, base: float = 10_000.0):
        super().__init__()
        check_pairs("d_model", d_model, base)
        self.d_model, self.base = d_model, base

    def embed(
        self, x: Float[Tensor, "B T d_model"], offset: int = 0
    ) -> Float[Tensor, "B T d_model"]:
        """Ajoute PE_p ; l'article multiplie d'abord les plongements par √d_model."""
        check_embeddings(x, self.d_model, offset)
        return x + self.table(x.shape[1], offset, like=x).to(x.dtype)

    def table(
        self, length: int, offset: int = 0, like: Tensor | None = None
    ) -> Float[Tensor, "length d_model"]:
        """Rend PE_p, une ligne par position, à partir de ``offset``."""
        check_integer("length", length, 1)
        check_integer("offset", offset, 0)
        like = torch.empty(0) if like is None else like
        angle = angles(offset, length, self.d_model, self.base, like)
        pairs = torch.stack([angle.sin(), angle.cos()], dim=-1)  # (T, d/2, 2)
        return rearrange(pairs, "T half two -> T (half two)")


def shift_matrix(
    k: int, d_model: int, base: float = 10_000.0, dtype: torch.dtype = torch.float32
) -> Float[Tensor, "d_model d_model"]:
    """Construit M_k telle que PE_{p+k} = PE_p M_k pour tout p : des rotations de k ω_i.

    Chaque bloc 2 × 2 de la diagonale fait passer de (sin a, cos a) à
    (sin(a + k ω_i), cos(a + k ω_i)).
    """
    check_pairs("d_model", d_model, base)
    angle = k * frequencies(d_model, base, dtype=dtype)
    cos, sin = angle.cos(), angle.sin()
    blocks = rearrange(
        torch.stack([cos, -sin, sin, cos]), "(row col) half -> half row col", row=2
    )
    return torch.block_diag(*blocks)
