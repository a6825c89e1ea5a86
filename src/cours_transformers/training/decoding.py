"""Écrire une cible : le glouton, par lots, token après token.

Lettres : B lot, S longueur de la source, T longueur écrite.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor

from cours_transformers.models.transformer import Transformer


@dataclass(frozen=True)
class Marks:
    """Les tokens qui ne sont pas du texte : remplissage, début, fin."""

    pad: int = 0
    start: int = 1
    end: int = 2


@torch.no_grad()
def greedy(
    model: Transformer,
    source: Int[Tensor, "B S"],
    *,
    max_length: int,
    marks: Marks | None = None,
) -> Int[Tensor, "B T"]:
    """Écrit à chaque pas le token le plus probable, jusqu'à la fin comprise.

    Une ligne finie ne reçoit que du remplissage ; on s'arrête quand toutes le sont, ou
    à ``max_length`` tokens. Ni début ni remplissage ne sont jamais écrits.

    Raises:
        ValueError: ``max_length`` nul.
    """
    check_length(max_length)
    marks = Marks() if marks is None else marks
    memory, cache = model.encode(source), model.new_cache()
    token = torch.full_like(source[:, :1], marks.start)
    finished = torch.zeros_like(token, dtype=torch.bool)
    written: list[Tensor] = []
    while len(written) < max_length and not finished.all():
        logits = model.decode(token, memory, cache)
        logits[..., [marks.pad, marks.start]] = -torch.inf
        token = logits.argmax(dim=-1).masked_fill(finished, marks.pad)
        finished = finished | (token == marks.end)
        written.append(token)
    return torch.cat(written, dim=1)


def check_length(max_length: int) -> None:
    """Exige d'écrire au moins un token."""
    if max_length < 1:
        raise ValueError(f"max_length doit valoir au moins 1 ; reçu {max_length}")
