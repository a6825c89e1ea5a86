"""Fenêtre glissante, serrée ou dilatée : w clés de chaque côté, au pas a.

    i regarde j   si   |i − j| < a w   et   a divise i − j

Au pas a = 1, c'est la fenêtre de ``kernels.attention`` ; dilatée, elle voit plus loin,
d'un facteur a, au même prix (Beltagy, 2020). Lettres : w largeur, a pas, r reste.
"""

from dataclasses import dataclass

import torch
from einops import rearrange
from jaxtyping import Int
from torch import Tensor

from cours_transformers.layers.positional.checks import check_integer

from .patterns import Groups, Pattern, make_groups, positions_or_void

SMALLEST_BLOCK = 32  # en dessous, des produits trop petits perdent leur temps


@dataclass(frozen=True)
class Window(Pattern):
    """Chaque requête voit ``width`` clés de chaque côté, la sienne comprise.

    Args:
        width: w ≥ 1 ; 1, elle seule. En causal, les w dernières.
        dilation: a ≥ 1, l'écart entre deux clés vues.
    """

    width: int
    dilation: int = 1

    def __post_init__(self) -> None:
        check_integer("width", self.width, 1)
        check_integer("dilation", self.dilation, 1)

    def allows(self, i: Tensor, j: Tensor, T: int) -> Tensor:
        """|i − j| < a w, et a divise i − j."""
        near = (i - j).abs() < self.dilation * self.width
        return near & ((i - j) % self.dilation == 0)

    def count(self, T: int, causal: bool) -> int:
        """Somme les diagonales : T − a m paires à la distance a m, m < w."""
        a, last = self.dilation, min(self.width - 1, (T - 1) // self.dilation)
        below = (last + 1) * T - a * last * (last + 1) // 2
        return below if causal else 2 * below - T

    def parts(self, T: int, causal: bool) -> list[Groups]:
        """Des blocs de requêtes voisines, et la bande de clés autour de chacun.

        Au pas a, les positions de même reste modulo a forment a phrases séparées.
        """
        blocks, bands = self.bands(T, causal)
        allowed = self.allows(blocks[:, :, None], bands[:, None, :], T)
        return [make_groups(blocks, bands, allowed, causal)]

    def bands(
        self, T: int, causal: bool
    ) -> tuple[Int[Tensor, "n b"], Int[Tensor, "n c"]]:
        """Positions des requêtes et des clés : b requêtes, b + w − 1 ou b + 2w − 2."""
        a, w = self.dilation, self.width
        length = -(-T // a)  # rangs r, r + a, r + 2a… d'un même reste
        size = min(max(w, SMALLEST_BLOCK), length)
        starts = torch.arange(0, length, size)
        after = 0 if causal else min(w, length) - 1
        before = min(w, length) - 1
        inside = starts[:, None] + torch.arange(size)
        around = starts[:, None] + torch.arange(-before, size + after)
        return self._positions(inside, T), self._positions(around, T)

    def _positions(self, ranks: Int[Tensor, "n b"], T: int) -> Int[Tensor, "m b"]:
        """Rang dans une phrase de même reste → position, pour les a restes."""
        rests = torch.arange(self.dilation)[:, None, None]
        positions = rests + self.dilation * ranks
        valid = (ranks >= 0) & (positions < T)
        return rearrange(positions_or_void(positions, valid), "a n b -> (a n) b")
