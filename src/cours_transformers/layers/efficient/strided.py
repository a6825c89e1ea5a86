"""Motif « strided » : les s voisines, et une clé sur s au-delà (Child, 2019).

    i regarde j   si   |i − j| < s   ou   s divise i − j

Deux couches suffisent à relier deux positions quelconques ; avec s ≈ √T, chacune ne
coûte que T √T. Lettre : s l'écart.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from cours_transformers.layers.positional.checks import check_integer

from .patterns import Groups, Pattern, make_groups, positions_or_void
from .window import Window


@dataclass(frozen=True)
class Strided(Pattern):
    """Une fenêtre de ``stride`` clés de chaque côté, et les colonnes i − j = m s."""

    stride: int

    def __post_init__(self) -> None:
        check_integer("stride", self.stride, 1)

    def allows(self, i: Tensor, j: Tensor, T: int) -> Tensor:
        """|i − j| < s, ou s divise i − j."""
        return ((i - j).abs() < self.stride) | ((i - j) % self.stride == 0)

    def count(self, T: int, causal: bool) -> int:
        """La fenêtre, plus T − m s paires à la distance m s, m ≥ 1."""
        s, last = self.stride, (T - 1) // self.stride
        far = last * T - s * last * (last + 1) // 2
        return Window(s).count(T, causal) + (far if causal else 2 * far)

    def parts(self, T: int, causal: bool) -> list[Groups]:
        """La fenêtre, puis les colonnes, dont la diagonale est déjà dans la fenêtre."""
        s = self.stride
        positions = torch.arange(s)[:, None] + s * torch.arange(-(-T // s))
        columns = positions_or_void(positions, positions < T)
        columns = columns[columns[:, 0] >= 0]  # si s > T, des colonnes sont vides
        other = columns[:, :, None] != columns[:, None, :]
        far = make_groups(columns, columns, other, causal)
        return [*Window(s).parts(T, causal), far]
