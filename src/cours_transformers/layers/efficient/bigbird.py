"""BigBird : fenêtre, blocs globaux, blocs au hasard (Zaheer, 2020).

La phrase est coupée en M blocs de b positions. Un bloc de requêtes regarde

    les g premiers blocs, globaux ; les a blocs de chaque côté du sien, et le sien ;
    r autres blocs, tirés au sort une fois pour toutes.

Les g premiers blocs regardent tout. Le nombre de scores est de l'ordre de
T b (g + 2a + 1 + r) : il suit T, et non son carré.
"""

from dataclasses import dataclass

import torch
from einops import rearrange
from jaxtyping import Int
from torch import Tensor

from cours_transformers.layers.positional.checks import check_integer

from .patterns import VOID, Groups, Pattern, make_groups, positions_or_void


@dataclass(frozen=True)
class BigBird(Pattern):
    """Le motif de BigBird, en blocs de ``block`` positions.

    Args:
        window: a, blocs voisins de chaque côté.
        global_blocks: g, blocs que tous voient, et qui voient tout.
        random_blocks: r, blocs tirés au sort ; moins s'il n'en reste pas tant.
        seed: graine du tirage, qui ne dépend que d'elle et de M.
    """

    block: int
    window: int = 1
    global_blocks: int = 1
    random_blocks: int = 2
    seed: int = 0

    serves_causal = False

    def __post_init__(self) -> None:
        check_integer("block", self.block, 1)
        for name in ("window", "global_blocks", "random_blocks"):
            check_integer(name, getattr(self, name), 0)

    def check(self, T: int, causal: bool) -> None:
        """Refuse aussi une longueur que les blocs ne divisent pas."""
        super().check(T, causal)
        if T % self.block:
            raise ValueError(
                f"T doit être un multiple de block = {self.block} ; reçu {T} "
                "(complétez la phrase)"
            )

    def allows(self, i: Tensor, j: Tensor, T: int) -> Tensor:
        """Le bloc de i regarde-t-il le bloc de j ?"""
        M = T // self.block
        seen = torch.zeros(M, M + 1, dtype=torch.bool)  # la colonne M reçoit les vides
        seen[: self._n_global(M)] = True
        seen[self._n_global(M) :].scatter_(1, self._key_blocks(M) % (M + 1), True)
        return seen[i // self.block, j // self.block]

    def count(self, T: int, causal: bool) -> int:
        """b² (g M + Σ_n (g + voisins de n + hasard)), n parmi les autres blocs."""
        M, g = T // self.block, self._n_global(T // self.block)
        total = g * M
        for n in range(g, M):
            seen = g + min(n + self.window, M - 1) - max(n - self.window, g) + 1
            total += seen + min(self.random_blocks, M - seen)
        return total * self.block**2

    def parts(self, T: int, causal: bool) -> list[Groups]:
        """Les blocs ordinaires avec leurs blocs de clés ; les globaux, qui lisent tout.

        Les clés d'un bloc ordinaire sont sans double : rien n'y est compté deux fois.
        """
        M, b = T // self.block, self.block
        g, inside, everyone = self._n_global(M), torch.arange(b), torch.arange(T)
        parts, anything = [], torch.ones(1, 1, 1, dtype=torch.bool)
        if g < M:
            blocks = self._key_blocks(M)[:, :, None]
            keys = positions_or_void(b * blocks + inside, blocks != VOID)
            queries = everyone.view(M, b)[g:]
            keys = rearrange(keys, "n k b -> n (k b)")
            parts.append(make_groups(queries, keys, anything, causal))
        if g > 0:
            first = everyone[None, : g * b]
            parts.append(make_groups(first, everyone[None], anything, causal))
        return parts

    def _n_global(self, M: int) -> int:
        return min(self.global_blocks, M)

    def _key_blocks(self, M: int) -> Int[Tensor, "n k"]:
        """Blocs que lit chaque bloc ordinaire, sans double, complétés par ``VOID``."""
        generator = torch.Generator().manual_seed(self.seed)
        g, rows = self._n_global(M), []
        for n in range(g, M):
            near = range(max(n - self.window, g), min(n + self.window, M - 1) + 1)
            others = torch.ones(M, dtype=torch.bool)
            others[:g], others[near.start : near.stop] = False, False
            others = others.nonzero()[:, 0]
            drawn = torch.randperm(len(others), generator=generator)
            drawn = others[drawn[: self.random_blocks]].tolist()
            rows.append([*range(g), *near, *drawn])
        width = max(map(len, rows), default=0)
        padded = [row + [VOID] * (width - len(row)) for row in rows]
        return torch.tensor(padded, dtype=torch.long).view(len(rows), width)
