"""ALiBi : un biais linéaire en la distance, de pente fixe (Press, 2022).

Lettres : H têtes, T requêtes, S clés, m pente d'une tête, par position. Rien n'est
appris. L'article ne traite que le cas causal ; ici, le futur s'éloigne comme le passé.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from ...kernels.slopes import DistanceBias
from .base import Positional
from .checks import check_heads, check_integer
from .distance import distances


def alibi_slopes(n_heads: int) -> tuple[float, ...]:
    """Donne les pentes m_h = 2^(−8h / H), h de 1 à H : une suite géométrique.

    Si H n'est pas une puissance de deux, on prend les pentes de la puissance P qui
    précède, puis, pour les H − P autres têtes, une sur deux de celles de 2P.
    """
    check_integer("n_heads", n_heads, 1)
    power = 1 << (n_heads.bit_length() - 1)
    slopes = [2 ** (-8 * h / power) for h in range(1, power + 1)]
    between = [2 ** (-8 * h / (2 * power)) for h in range(1, 2 * power + 1, 2)]
    return tuple(slopes + between[: n_heads - power])


class Alibi(Positional):
    """Ajoute −m |p − j| aux scores : chaque tête oublie le lointain à sa vitesse."""

    def __init__(self, n_heads: int):
        super().__init__()
        self.slopes = alibi_slopes(n_heads)

    def bias(self, q: Float[Tensor, "B H T D"], S: int) -> Float[Tensor, "H T S"]:
        """Rend −m |p − j|, en float32 au moins : bfloat16 confond 256 et 257."""
        slopes = self.kernel_bias(q, S).slopes
        return -slopes[:, None, None] * distances(q.shape[-2], S, q.device).abs()

    def kernel_bias(self, q: Float[Tensor, "B H T D"], S: int) -> DistanceBias:
        """Donne au noyau les pentes seules : il calcule les distances au vol."""
        check_heads("q", q, n_heads=len(self.slopes))
        dtype = torch.promote_types(q.dtype, torch.float32)
        return DistanceBias(torch.tensor(self.slopes, dtype=dtype, device=q.device))
