"""Intervenir dans l'attention d'un modèle : changer ses poids, et voir ce qui change.

Lettres : B lot, T positions, S clés, V symboles, H têtes. Une retouche est une fonction
(rang de la couche, poids) → poids : elle voit passer chaque matrice, avant les valeurs.
"""

from collections.abc import Callable, Collection

import torch
from einops import rearrange, repeat
from jaxtyping import Float, Int
from torch import Tensor, nn

from cours_transformers.layers.attention import MultiHeadAttention
from cours_transformers.models.attention_lm import AttentionLanguageModel

Heads = Collection[tuple[int, int]]  # des couples (couche, tête), comptées depuis 0
Edit = Callable[[int, Float[Tensor, "B H T S"]], Float[Tensor, "B H T S"]]


class EditedAttention(nn.Module):
    """Le même modèle, mêmes paramètres, dont les poids passent d'abord par ``edit``."""

    def __init__(self, model: AttentionLanguageModel, edit: Edit):
        super().__init__()
        self.model, self.edit = model, edit

    def forward(self, tokens: Int[Tensor, "B T"]) -> Float[Tensor, "B T V"]:
        """Logits du symbole suivant, avec les poids retouchés."""
        x = self.model.embed(tokens)
        for rank, layer in enumerate(self.model.layers):
            weights = self.edit(rank, layer.weights(x, causal=True))
            x = x + read_with(layer, weights, x)
        return self.model.head(x)


def read_with(
    layer: MultiHeadAttention,
    weights: Float[Tensor, "B H T S"],
    x: Float[Tensor, "B S d_model"],
) -> Float[Tensor, "B T d_model"]:
    """La sortie de ``layer`` quand ses têtes lisent ``x`` avec ces poids-là."""
    v = rearrange(layer.v_proj(x), "B S (G d) -> B G S d", d=layer.d_head)
    v = repeat(v, "B G S d -> B (G r) S d", r=layer.n_heads // layer.n_kv_heads)
    heads = weights @ v
    if layer.position.on_values:
        heads = heads + layer.position.read(weights)
    return layer.out_proj(rearrange(heads, "B H T d -> B T (H d)"))


def switch_off(heads: Heads) -> Edit:
    """Éteint ces têtes : leurs poids sont nuls, elles ne lisent rien."""
    return _on(heads, torch.zeros_like)


def flatten(heads: Heads) -> Edit:
    """Rend ces têtes sans préférence : le même poids pour toute clé permise."""

    def uniform(weights: Tensor) -> Tensor:
        seen = torch.ones_like(weights).tril()
        return seen / seen.sum(dim=-1, keepdim=True)

    return _on(heads, uniform)


def shuffle(heads: Heads, seed: int = 0) -> Edit:
    """Redistribue au hasard, dans chaque ligne, les poids de ces têtes.

    Chaque requête garde les mêmes poids, sur d'autres clés permises.
    """
    generator = torch.Generator().manual_seed(seed)

    def permuted(weights: Tensor) -> Tensor:
        future = torch.ones_like(weights, dtype=torch.bool).triu(1)
        keys = torch.rand(weights.shape, generator=generator)
        order = keys.masked_fill(future, 2.0).argsort(dim=-1)  # le futur reste au bout
        return weights.gather(-1, order)

    return _on(heads, permuted)


def _on(heads: Heads, change: Callable[[Tensor], Tensor]) -> Edit:
    """Applique ``change`` aux seules têtes nommées.

    Raises:
        ValueError: une tête que la couche n'a pas.
    """

    def edit(rank: int, weights: Tensor) -> Tensor:
        mine = sorted(head for layer, head in heads if layer == rank)
        if not mine:
            return weights
        if mine[0] < 0 or mine[-1] >= weights.shape[1]:
            raise ValueError(
                f"heads : la couche {rank} a des têtes de 0 à {weights.shape[1] - 1} ; "
                f"reçu {mine}"
            )
        changed = weights.clone()
        changed[:, mine] = change(weights[:, mine])
        return changed

    return edit
