"""La recherche en faisceau : garder les K débuts les plus probables (Wu, 2016).

Lettres : B lot, K largeur du faisceau, T longueur écrite, V symboles, α exposant de la
pénalité de longueur.
"""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from cours_transformers.models.transformer import Transformer

from .decoding import Marks, check_length


class Hypotheses(NamedTuple):
    """Les K textes de chaque source, du meilleur au moins bon, et leurs scores."""

    tokens: Int[Tensor, "B K T"]
    scores: Float[Tensor, "B K"]


def length_penalty(
    lengths: Int[Tensor, "*shape"], alpha: float
) -> Float[Tensor, "*shape"]:
    """Calcule ((5 + longueur) / 6)^α : vaut 1 à un token, et ne grandit que si α > 0.

    Un texte a pour score log p / pénalité. Sans elle, chaque token écrit coûte, et le
    plus court l'emporte.
    """
    return ((5 + lengths) / 6) ** alpha


@torch.no_grad()
def beam_search(
    model: Transformer,
    source: Int[Tensor, "B S"],
    *,
    beam: int,
    max_length: int,
    alpha: float = 0.6,
    marks: Marks | None = None,
) -> Hypotheses:
    """Écrit ``beam`` textes par source ; avec un seul, c'est le glouton.

    Un texte fini garde sa place et son score, et reste en concurrence ; un texte qui
    atteint ``max_length`` est jugé tel quel. La fin compte dans la longueur.

    Raises:
        ValueError: ``beam`` ou ``max_length`` nul, ou α négatif.
    """
    check_length(max_length)
    if beam < 1 or alpha < 0:
        raise ValueError(f"beam ≥ 1 et alpha ≥ 0 attendus ; reçu {beam=}, {alpha=}")
    marks, B = Marks() if marks is None else marks, len(source)
    first_rows = torch.arange(B, device=source.device)[:, None] * beam
    # Le même encodage sert aux K hypothèses d'une source : on la lit une fois.
    memory = model.encode(source).select(
        torch.arange(B, device=source.device).repeat_interleave(beam)
    )
    cache = model.new_cache()
    tokens = torch.full((B, beam, 1), marks.start, device=source.device)
    finished = torch.zeros(B, beam, dtype=torch.bool, device=source.device)
    lengths = torch.zeros(B, beam, dtype=torch.long, device=source.device)
    # Au départ, K copies du même début : une seule compte, sinon elles resteraient K.
    log_p = torch.full((B, beam), -torch.inf, device=source.device)
    log_p[:, 0] = scores = 0.0
    for _ in range(max_length):
        logits = model.decode(tokens[:, :, -1].reshape(-1, 1), memory, cache)[:, -1]
        extended = log_p[..., None] + _next(logits, finished, marks)  # (B, K, V)
        lengths = lengths + ~finished
        normal = extended / length_penalty(lengths, alpha)[..., None]
        scores, best = normal.flatten(1).topk(beam)
        parent, token = best // logits.shape[-1], best % logits.shape[-1]
        log_p = extended.flatten(1).gather(1, best)
        lengths = lengths.gather(1, parent)
        finished = finished.gather(1, parent) | (token == marks.end)
        tokens = tokens.gather(1, parent[..., None].expand_as(tokens))
        tokens = torch.cat([tokens, token[..., None]], dim=-1)
        cache.select((first_rows + parent).flatten())
        if finished.all():
            break
    return Hypotheses(tokens[..., 1:], scores)


def _next(
    logits: Float[Tensor, "BK V"], finished: Bool[Tensor, "B K"], marks: Marks
) -> Float[Tensor, "B K V"]:
    """Calcule log p du token suivant ; un texte fini n'ajoute que du remplissage."""
    log_p = logits.log_softmax(dim=-1).view(*finished.shape, -1)
    log_p[..., [marks.pad, marks.start]] = -torch.inf
    log_p = log_p.masked_fill(finished[..., None], -torch.inf)
    log_p[..., marks.pad] = log_p[..., marks.pad].masked_fill(finished, 0.0)
    return log_p
