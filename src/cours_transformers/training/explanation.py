"""L'attention est-elle une explication ? Comparer ce qu'elle dit à ce qui agit.

Lettres : B textes, T positions, H têtes, V symboles. La différence de deux prédictions
est leur distance de variation totale, Σ |p − q| / 2, entre 0 et 1. Jain (2019) compare
ainsi poids et effets ; Wiegreffe (2019) demande à quoi on les compare.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cours_transformers.models.attention_lm import AttentionLanguageModel
from cours_transformers.models.edited_attention import Edit, EditedAttention


def total_variation(
    p: Float[Tensor, "*B V"], q: Float[Tensor, "*B V"]
) -> Float[Tensor, "*B"]:
    """Σ |p − q| / 2 : la part de probabilité qui change de symbole."""
    return (p - q).abs().sum(dim=-1) / 2


@torch.no_grad()
def prediction_change(
    model: AttentionLanguageModel, edit: Edit, tokens: Int[Tensor, "B T"]
) -> float:
    """Part moyenne de probabilité que déplace une retouche des poids."""
    before = model(tokens).softmax(dim=-1)
    after = EditedAttention(model, edit)(tokens).softmax(dim=-1)
    return total_variation(before, after).mean().item()


def hide(word: int) -> Edit:
    """Cache un mot à tous les suivants ; chaque ligne somme encore à 1."""

    def edit(rank: int, weights: Tensor) -> Tensor:
        kept = weights.clone()
        kept[..., word + 1 :, word] = 0.0
        return kept / kept.sum(dim=-1, keepdim=True)

    return edit


@torch.no_grad()
def weights_and_effects(
    model: AttentionLanguageModel, tokens: Int[Tensor, "B T"]
) -> tuple[Float[Tensor, "B before"], Float[Tensor, "B before"]]:
    """Pour chaque mot lu avant le dernier : son poids, et l'effet de le cacher.

    Le poids est la moyenne de ceux que lui donne la dernière position, sur toutes les
    têtes ; l'effet, ce que change à sa prédiction l'absence de ce mot.
    """
    before = tokens.shape[1] - 1
    maps = torch.stack(model.attention_maps(tokens))  # (L, B, H, T, T)
    weights = maps[:, :, :, -1, :before].mean(dim=(0, 2))
    whole = model(tokens)[:, -1].softmax(dim=-1)
    effects = [
        total_variation(
            whole, EditedAttention(model, hide(word))(tokens)[:, -1].softmax(dim=-1)
        )
        for word in range(before)
    ]
    return weights, torch.stack(effects, dim=1)


def rank_correlation(
    a: Float[Tensor, "B n"], b: Float[Tensor, "B n"]
) -> Float[Tensor, " B"]:
    """Corrélation de Spearman de chaque ligne : 1, même classement ; 0, aucun lien."""
    ranks = [x.argsort(dim=-1).argsort(dim=-1).double() for x in (a, b)]
    left, right = (r - r.mean(dim=-1, keepdim=True) for r in ranks)
    cosine = torch.nn.functional.cosine_similarity(left, right, dim=-1)
    return cosine.to(a.dtype)
