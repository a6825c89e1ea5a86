"""LSTM : une cellule c que des portes protègent (Hochreiter et Schmidhuber, 1997).

La porte d'oubli f est de Gers, Schmidhuber et Cummins (2000). Les matrices des portes
sont empilées dans l'ordre i, f, g, o, celui de PyTorch, pour un seul produit par pas ;
un seul biais, là où PyTorch en a deux. L'état est le couple ``(h, c)``.
"""

from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn

from .base import Hidden, Recurrence
from .checks import check_input

Pair = tuple[Hidden, Hidden]


class Gates(NamedTuple):
    """Tout ce que calcule une LSTM, à un pas (B, d) ou le long d'une phrase (B, T, d).

    Les portes ``i`` (entrée), ``f`` (oubli), ``o`` (sortie) sont entre 0 et 1, la
    candidate ``g`` et l'état caché ``h`` entre −1 et 1 ; la cellule ``c`` est libre.
    """

    i: Tensor
    f: Tensor
    o: Tensor
    g: Tensor
    c: Tensor
    h: Tensor


class LSTM(Recurrence):
    """Récurrence à mémoire protégée ; ``forget_bias`` est le biais de départ de f.

    Il ouvre d'abord la porte d'oubli : σ(0) = 0,5, σ(1) = 0,73, σ(3) = 0,95. Les autres
    arguments sont ceux de ``Recurrence``.
    """

    blocks = ("i", "f", "g", "o")
    state_names = ("h", "c")
    torch_class = nn.LSTM

    def __init__(
        self,
        d_in: int,
        d_hidden: int,
        *,
        init: str = "uniform",
        forget_bias: float = 0.0,
    ):
        super().__init__(d_in, d_hidden, init=init)
        with torch.no_grad():
            bias = self.x_proj.bias.view(len(self.blocks), d_hidden)
            bias[self.blocks.index("f")] = forget_bias

    def equations(self, from_x: Float[Tensor, "B height"], state: Pair) -> Gates:
        """Les six équations ; ``from_x`` est W_x x_t + b, pour les quatre blocs."""
        h, c = state
        i, f, g, o = (from_x + self.h_proj(h)).chunk(4, dim=-1)
        i = i.sigmoid()  # porte d'entrée : ce que l'on écrit
        f = f.sigmoid()  # porte d'oubli : ce que l'on garde
        o = o.sigmoid()  # porte de sortie : ce que l'on montre
        g = g.tanh()  # candidate : ce que l'on pourrait écrire
        c = f * c + i * g  # la cellule : une somme, et non un produit de matrices
        h = o * c.tanh()  # l'état caché : ce que voient les autres
        return Gates(i, f, o, g, c, h)

    def update(
        self, from_x: Float[Tensor, "B height"], state: Pair
    ) -> tuple[Hidden, Pair]:
        """Fait un pas ; la sortie est h, le nouvel état (h, c)."""
        now = self.equations(from_x, state)
        return now.h, (now.h, now.c)

    def gates(self, x: Float[Tensor, "B T d_in"], state: Pair | None = None) -> Gates:
        """Portes, candidate, cellule et état caché à chaque pas, à tracer."""
        check_input(x, self.d_in)
        state = self._start(x[:, 0], state)
        steps = []
        for from_x in self.x_proj(x).unbind(1):
            steps.append(self.equations(from_x, state))
            state = (steps[-1].h, steps[-1].c)
        return Gates(*(torch.stack(part, dim=1) for part in zip(*steps, strict=True)))
