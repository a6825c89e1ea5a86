"""GRU : deux portes et pas de cellule (Cho et coll., 2014), à la manière de PyTorch.

Lettres : r remise à zéro, z conservation, n candidate. Comme chez Cho, z près de 1
conserve l'état ; Bahdanau (2015) écrit l'inverse. Là où l'article calcule W (r ⊙ h),
PyTorch et nous calculons r ⊙ (W h + b) : un seul produit par pas, et un second biais,
que l'on ne peut plus fondre dans le premier. L'état est ``h``.
"""

from jaxtyping import Float
from torch import Tensor, nn

from .base import Hidden, Recurrence


class GRU(Recurrence):
    """Récurrence à deux portes ; matrices empilées dans l'ordre r, z, n."""

    blocks = ("r", "z", "n")
    torch_class = nn.GRU

    def __init__(self, d_in: int, d_hidden: int, *, init: str = "uniform"):
        super().__init__(d_in, d_hidden, init=init, recurrent_bias=True)

    def update(
        self, from_x: Float[Tensor, "B height"], state: Hidden
    ) -> tuple[Hidden, Hidden]:
        """Les quatre équations ; ``from_x`` est W_x x_t + b, pour les trois blocs."""
        x_r, x_z, x_n = from_x.chunk(3, dim=-1)
        h_r, h_z, h_n = self.h_proj(state).chunk(3, dim=-1)
        r = (x_r + h_r).sigmoid()  # remise à zéro : combien du passé entre dans n
        z = (x_z + h_z).sigmoid()  # conservation : combien du passé reste dans h
        n = (x_n + r * h_n).tanh()  # candidate
        h = (1 - z) * n + z * state
        return h, h
