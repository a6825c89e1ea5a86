"""Cinq façons de noter une clé pour une requête, toutes derrière le même appel.

    score(x, y) : (B, T, d_model), (B, S, d_model) → (B, T, S)

Elles servent à comparer ; les modèles du livre passent par ``kernels.attention``.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from .additive_attention import AdditiveAttention

Scores = Float[Tensor, "B T S"]


class DotScore(nn.Module):
    """Produit scalaire de deux projections, (x W_q)(y W_k)ᵀ, divisé par √d_k ou non."""

    def __init__(self, d_model: int, d_k: int, scaled: bool = True):
        super().__init__()
        self.q_proj = nn.Linear(d_model, d_k, bias=False)
        self.k_proj = nn.Linear(d_model, d_k, bias=False)
        for projection in (self.q_proj, self.k_proj):  # composantes de variance 1
            nn.init.normal_(projection.weight, std=1 / math.sqrt(d_model))
        self.scale = 1 / math.sqrt(d_k) if scaled else 1.0

    def forward(
        self, x: Float[Tensor, "B T d_model"], y: Float[Tensor, "B S d_model"]
    ) -> Scores:
        """Note chaque paire ; ``scaled=False`` oublie la racine, pour voir."""
        return self.q_proj(x) @ self.k_proj(y).mT * self.scale


class BilinearScore(nn.Module):
    """Une seule matrice M à la place de W_q W_kᵀ : x M yᵀ / √d_model."""

    def __init__(self, d_model: int):
        super().__init__()
        self.matrix = nn.Parameter(torch.randn(d_model, d_model) / math.sqrt(d_model))
        self.scale = 1 / math.sqrt(d_model)

    def forward(
        self, x: Float[Tensor, "B T d_model"], y: Float[Tensor, "B S d_model"]
    ) -> Scores:
        """Note chaque paire ; le rang de M peut monter jusqu'à d_model."""
        return x @ self.matrix @ y.mT * self.scale


class ConstantScore(nn.Module):
    """Une table apprise S[i, j] : les notes dépendent des places, jamais des mots."""

    def __init__(self, max_len: int):
        super().__init__()
        self.table = nn.Parameter(torch.zeros(max_len, max_len))

    def forward(
        self, x: Float[Tensor, "B T d_model"], y: Float[Tensor, "B S d_model"]
    ) -> Scores:
        """Lit le coin de la table ; erreur si la séquence la dépasse."""
        T, S, longest = x.shape[1], y.shape[1], len(self.table)
        if max(T, S) > longest:
            raise ValueError(f"la table va jusqu'à {longest} places ; reçu {T} et {S}")
        return self.table[:T, :S].expand(len(x), T, S)


class NonlinearScore(nn.Module):
    """Requêtes et clés produites par un petit réseau au lieu d'une matrice."""

    def __init__(self, d_model: int, d_k: int):
        super().__init__()
        self.query = nn.Sequential(
            nn.Linear(d_model, d_model), nn.GELU(), nn.Linear(d_model, d_k)
        )
        self.key = nn.Sequential(
            nn.Linear(d_model, d_model), nn.GELU(), nn.Linear(d_model, d_k)
        )
        self.scale = 1 / math.sqrt(d_k)

    def forward(
        self, x: Float[Tensor, "B T d_model"], y: Float[Tensor, "B S d_model"]
    ) -> Scores:
        """Note chaque paire, d_model² paramètres de plus de chaque côté."""
        return self.query(x) @ self.key(y).mT * self.scale


class AdditiveScore(AdditiveAttention):
    """Score de Bahdanau et al. (2015), v · tanh(x W_q + y W_k), seul."""

    def forward(
        self, x: Float[Tensor, "B T d_model"], y: Float[Tensor, "B S d_model"]
    ) -> Scores:
        """Note chaque paire au prix d'un tanh par paire et par unité cachée."""
        return self.scores(x, y)
