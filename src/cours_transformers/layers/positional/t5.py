"""Biais scalaire appris par seau de distance (T5 : Raffel, 2020).

Lettres : T requêtes, S clés, H têtes. Les petites distances ont chacune leur seau ;
les grandes se partagent le reste, en progression géométrique jusqu'à ``max_distance``.
"""

import math

import torch
from einops import rearrange
from jaxtyping import Float, Int
from torch import Tensor, nn

from .base import Positional
from .checks import check_heads, check_integer
from .distance import distances


def relative_bucket(
    distance: Int[Tensor, "*shape"],
    n_buckets: int = 32,
    max_distance: int = 128,
    causal: bool = False,
) -> Int[Tensor, "*shape"]:
    """Donne le seau de la distance p − j, en positions.

    Sans ``causal``, la première moitié des seaux sert le passé (et p = j), l'autre le
    futur ; avec, tous servent le passé, et une clé future tombe dans le seau 0.
    """
    if causal:
        first, length = 0, distance.clamp(min=0)
    else:
        n_buckets //= 2
        first, length = (distance < 0) * n_buckets, distance.abs()
    n_exact = n_buckets // 2  # un seau par distance, de 0 à n_exact − 1
    # De 0 à 1 sur l'échelle logarithmique qui va de n_exact à max_distance.
    growth = torch.log(length.clamp(min=n_exact).float() / n_exact) / math.log(
        max_distance / n_exact
    )
    shared = n_exact + (growth * (n_buckets - n_exact)).long()
    shared = shared.clamp(max=n_buckets - 1)
    return first + torch.where(length < n_exact, length, shared)


class T5Bias(Positional):
    """Ajoute aux scores un nombre appris, propre à la tête et au seau de distance.

    T5 le partage entre ses couches, et ne divise pas ses scores par √D ; ici, le noyau
    divise, puis le biais s'ajoute.

    Args:
        causal: aucune clé future ne sera vue ; tous les seaux vont au passé.
        n_buckets: nombre de seaux, pair si le futur a les siens.
        max_distance: distance, en positions, au-delà de laquelle tout se confond.
    """

    def __init__(
        self,
        n_heads: int,
        causal: bool = False,
        n_buckets: int = 32,
        max_distance: int = 128,
    ):
        super().__init__()
        check_integer("n_heads", n_heads, 1)
        check_integer("n_buckets", n_buckets, 2 if causal else 4)
        if not causal and n_buckets % 2:
            raise ValueError(
                "n_buckets doit être pair, une moitié pour le passé et l'autre pour le "
                f"futur ; reçu {n_buckets}"
            )
        n_exact = n_buckets // (2 if causal else 4)
        check_integer("max_distance", max_distance, n_exact + 1)
        self.causal, self.max_distance = causal, max_distance
        # Presque nul : au départ, la distance n'avantage aucune clé.
        self.table = nn.Parameter(0.02 * torch.randn(n_buckets, n_heads))

    def bias(self, q: Float[Tensor, "B H T D"], S: int) -> Float[Tensor, "H T S"]:
        """Rend table[seau(p − j), tête], la même pour tout le lot."""
        check_heads("q", q, n_heads=self.table.shape[1])
        bucket = relative_bucket(
            distances(q.shape[-2], S, q.device),
            len(self.table), self.max_distance, self.causal,
        )  # fmt: skip
        return rearrange(self.table[bucket], "T S H -> H T S")
