"""Lire une longue suite par tranches, pour que les états tiennent dans le cache.

Le balayage sélectif ne lit et n'écrit que T d nombres, mais fait naître T d N états.
Tranche par tranche, le processeur les garde près de lui ; avec ``recompute``, la passe
arrière les refait au lieu de les garder. C'est l'idée du noyau GPU de Mamba, et celle
de FlashAttention.
"""

import torch
from jaxtyping import Float
from torch import Tensor
from torch.utils.checkpoint import checkpoint

from .checks import check_count
from .selective import Channels, Shared, State, check_selective, selective_scan

CACHED_STATES = 2**20  # 4 Mio en float32 : le mieux mesuré, du cache L2 au cache L3


def slice_length(batch: int, d: int, N: int) -> int:
    """Pas d'une tranche dont les états tiennent dans ``CACHED_STATES`` nombres."""
    return max(16, CACHED_STATES // (batch * d * N))


def sliced_scan(
    x: Channels,
    delta: Channels,
    A: Float[Tensor, "d N"],
    B: Shared,
    C: Shared,
    D: Float[Tensor, " d"] | None = None,
    state: State | None = None,
    *,
    method: str = "mamba",
    form: str = "tree",
    length: int | None = None,
    recompute: bool = False,
) -> tuple[Channels, State]:
    """Rend la même chose que ``selective_scan``, par tranches de ``length`` pas.

    Args:
        length: pas d'une tranche ; par défaut, selon ``slice_length``. La dernière
            peut être plus courte.
        recompute: ne garde pour la passe arrière que l'état d'entrée de chaque tranche.

    Raises:
        TypeError: ``length`` n'est pas un entier, ou un argument n'est pas un tenseur.
        ValueError: ``length`` nul, ou comme ``selective_scan``.
    """
    check_selective(x, delta, A, B, C, D, state)
    length = slice_length(len(x), *A.shape) if length is None else length
    check_count("length", length)
    slices = zip(*(part.split(length, dim=1) for part in (x, delta, B, C)), strict=True)
    outputs = []
    for x_s, delta_s, B_s, C_s in slices:
        arguments = (x_s, delta_s, A, B_s, C_s, D, state)
        options = {"method": method, "form": form}
        if recompute:
            options |= {"use_reentrant": False, "preserve_rng_state": False}
            y, state = checkpoint(selective_scan, *arguments, **options)
        else:
            y, state = selective_scan(*arguments, **options)
        outputs.append(y)
    return torch.cat(outputs, dim=1), state
