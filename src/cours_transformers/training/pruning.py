"""Élaguer : ce que coûte chaque tête qu'on éteint, seule puis avec d'autres.

Michel (2019) et Voita (2019) le font sur des traducteurs. Rien n'est réappris.
"""

from collections.abc import Sequence

from jaxtyping import Int
from torch import Tensor

from cours_transformers.models.attention_lm import AttentionLanguageModel
from cours_transformers.models.edited_attention import (
    EditedAttention,
    Heads,
    switch_off,
)
from cours_transformers.training.language_model import bits_per_symbol

Head = tuple[int, int]


def all_heads(model: AttentionLanguageModel) -> list[Head]:
    """Les couples (couche, tête) du modèle, comptés depuis 0."""
    return [
        (rank, head)
        for rank, layer in enumerate(model.layers)
        for head in range(layer.n_heads)
    ]


def bits_without(
    model: AttentionLanguageModel,
    tokens: Int[Tensor, " t"],
    heads: Heads,
    context: int = 64,
) -> float:
    """Bits par symbole sur ``tokens``, ces têtes éteintes."""
    edited = EditedAttention(model, switch_off(heads))
    return bits_per_symbol(edited, tokens, context=context)


def head_costs(
    model: AttentionLanguageModel, tokens: Int[Tensor, " t"], context: int = 64
) -> dict[Head, float]:
    """Ce que l'on perd, en bits par symbole, quand chaque tête est éteinte seule."""
    whole = bits_without(model, tokens, [], context)
    return {
        head: bits_without(model, tokens, [head], context) - whole
        for head in all_heads(model)
    }


def prune_in_order(
    model: AttentionLanguageModel,
    tokens: Int[Tensor, " t"],
    order: Sequence[Head],
    context: int = 64,
) -> list[float]:
    """Bits par symbole quand les têtes de ``order`` s'éteignent l'une après l'autre.

    Le premier nombre est celui du modèle entier.
    """
    return [
        bits_without(model, tokens, order[:n], context) for n in range(len(order) + 1)
    ]
