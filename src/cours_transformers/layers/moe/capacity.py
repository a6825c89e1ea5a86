"""La capacité : un expert n'a que C places, et le surplus est abandonné.

Lettres : N tokens, E experts, k experts par token, C places par expert.
"""

import math

from jaxtyping import Bool, Int
from torch import Tensor
from torch.nn import functional as F


def expert_capacity(n_tokens: int, n_experts: int, top_k: int, factor: float) -> int:
    """Calcule C = ⌈facteur × k N / E⌉ : la part de chacun, et une marge.

    Raises:
        ValueError: moins d'une place par expert.
    """
    places = factor * top_k * n_tokens / n_experts
    if not places >= 1:
        raise ValueError(
            "capacity_factor doit laisser à chaque expert au moins une place ; "
            f"reçu {factor} × {top_k} × {n_tokens} tokens / {n_experts} experts "
            f"= {places:.3g}"
        )
    return math.ceil(places - 1e-9)  # 1,1 × 10 vaut 11,000000000000002


def within_capacity(
    experts: Int[Tensor, "N k"], n_experts: int, capacity: int
) -> Bool[Tensor, "N k"]:
    """Dit quels choix trouvent une place : les premiers choix d'abord, dans l'ordre.

    Tous les premiers choix passent avant le moindre second choix (Lepikhin, 2021).
    """
    if capacity < 1:
        raise ValueError(f"capacity doit valoir au moins 1 ; reçu {capacity}")
    queue = experts.T.flatten()
    arrivals = F.one_hot(queue, n_experts).cumsum(dim=0)
    rank = arrivals.gather(1, queue[:, None])[:, 0]  # 1 pour le premier arrivé
    return (rank <= capacity).view(experts.T.shape).T
