"""Faire écrire un GPT avec son cache, un texte ou plusieurs de front.

Lettres : B lot, t symboles de l'invite, n symboles écrits.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Int
from torch import Tensor

from cours_transformers.models.gpt import GPT

from .sampling import Filter, sample


@torch.no_grad()
def generate_batch(
    model: GPT,
    prompts: Int[Tensor, "B t"],
    n: int,
    filters: Sequence[Filter] = (),
    generator: torch.Generator | None = None,
) -> Int[Tensor, "B total"]:
    """Prolonge chaque ligne de ``prompts`` de ``n`` symboles, en une lecture par pas.

    Quand le contexte C est plein, le modèle oublie la moitié la plus ancienne : il
    relit les ⌈C/2⌉ derniers symboles dans un cache neuf. Glisser d'un seul symbole
    changerait la position de tous les autres, donc leurs clés : il faudrait tout relire
    à chaque pas. D'une invite plus longue que C, seule la fin est lue.

    Args:
        filters: fonctions logits → logits, de ``training.sampling``, dans l'ordre.

    Raises:
        ValueError: invite vide, ou ``n`` négatif.
    """
    if not prompts.numel() or n < 0:
        raise ValueError(
            "prompts doit avoir au moins un symbole par ligne, et n valoir au moins 0 "
            f"; reçu la forme {tuple(prompts.shape)}, {n=}"
        )
    context, training = model.config.context, model.training
    text, unread, caches = prompts, prompts[:, -context:], model.new_caches()
    model.eval()
    try:
        for _ in range(n):
            if caches[0].own.length + unread.shape[1] > context:
                unread, caches = text[:, -((context + 1) // 2) :], model.new_caches()
            logits = model(unread, caches)[:, -1]
            unread = sample(logits, filters, generator)
            text = torch.cat([text, unread], dim=1)
    finally:
        model.train(training)
    return text


def generate(
    model: GPT,
    prompt: Int[Tensor, " t"],
    n: int,
    filters: Sequence[Filter] = (),
    generator: torch.Generator | None = None,
) -> Int[Tensor, " total"]:
    """Prolonge une seule invite ; voir ``generate_batch``."""
    return generate_batch(model, prompt[None], n, filters, generator)[0]
