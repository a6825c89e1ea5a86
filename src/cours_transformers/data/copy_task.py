"""Recopier ou retourner une suite : de quoi voir ce que retient un seul vecteur.

Tokens : 0 remplissage, 1 début, 2 fin ; les symboles viennent ensuite, tirés au
hasard, de sorte que rien ne se devine et que tout doit être transmis.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor

PAD, START, END = 0, 1, 2
N_SPECIAL = 3


@dataclass(frozen=True)
class CopyBatch:
    """Un lot : source, longueurs, et cible qui finit par ``END``, remplie de ``PAD``.

    ``decoder_inputs`` est la cible décalée d'un pas, derrière ``START``.
    """

    source: Int[Tensor, "B S"]
    lengths: Int[Tensor, " B"]
    targets: Int[Tensor, "B T"]

    @property
    def decoder_inputs(self) -> Int[Tensor, "B T"]:
        """Ce que lit le décodeur pendant l'apprentissage : le passé exact."""
        start = torch.full_like(self.targets[:, :1], START)
        return torch.cat([start, self.targets[:, :-1]], dim=1)


def copy_batch(
    lengths: Int[Tensor, " B"],
    n_symbols: int,
    generator: torch.Generator,
    *,
    reverse: bool = False,
) -> CopyBatch:
    """Tire une suite par longueur demandée ; la cible la recopie, ou la retourne.

    Raises:
        ValueError: longueur nulle, lot vide, ou moins de deux symboles.
    """
    if lengths.ndim != 1 or not len(lengths) or lengths.min() < 1 or n_symbols < 2:
        raise ValueError(
            "lengths ≥ 1 (une par suite) et n_symbols ≥ 2 attendus ; "
            f"reçu {lengths.tolist()}, {n_symbols=}"
        )
    S = int(lengths.max())
    high = N_SPECIAL + n_symbols
    source = torch.randint(N_SPECIAL, high, (len(lengths), S), generator=generator)
    position = torch.arange(S)
    inside = position < lengths[:, None]
    source = source.masked_fill(~inside, PAD)
    # Retourner : la position j lit longueur − 1 − j ; le remplissage reste à droite.
    order = (lengths[:, None] - 1 - position).clamp(min=0) if reverse else position
    copied = source.gather(1, order.expand(len(lengths), S)).masked_fill(~inside, PAD)
    targets = torch.cat([copied, torch.full_like(copied[:, :1], PAD)], dim=1)
    targets[torch.arange(len(lengths)), lengths] = END
    return CopyBatch(source, lengths, targets)
