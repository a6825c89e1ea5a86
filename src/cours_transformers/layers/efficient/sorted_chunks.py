"""Le tri de Reformer : à chaque tour, des positions rangées par seau, en morceaux.

Lettres : R tours, n morceaux, c positions par morceau.
"""

import torch
from einops import rearrange
from jaxtyping import Bool, Int
from torch import Tensor
from torch.nn import functional as F

from .patterns import VOID


class SortedChunks:
    """Qui voit qui, à chaque tour, et à combien de tours.

    Rien n'y porte de gradient : seaux, rangs et paires permises sont des entiers.
    """

    def __init__(self, buckets: Int[Tensor, "B H R T"], chunk: int, causal: bool):
        self.buckets, self.chunk, self.causal = buckets, chunk, causal
        self.rank = rank_of(buckets)  # place de chaque position, une fois triée
        self.order = self.rank.argsort(dim=-1)
        self.others = [self._others(r) for r in range(buckets.shape[2])]
        company = [
            unsort(others.any(dim=-1, keepdim=True).flatten(2, 3), rank)
            for others, rank in zip(self.others, self.rank.unbind(2), strict=True)
        ]
        self.alone = ~torch.stack(company).any(dim=0)  # (B, H, T, 1), tous tours réunis

    def round(self, r: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Positions des requêtes et des clés, paires permises, tours où elles le sont.

        Formes : (B, H, n, c), (B, H, n, 2c ou 3c), puis (B, H, n, c, 2c ou 3c).
        """
        i, j = self._positions(r)
        itself = i[..., :, None] == j[..., None, :]
        alone = pick(self.alone, i)
        valid = (i != VOID)[..., :, None]
        allowed = self.others[r] | (itself & alone & valid)
        return i, j, allowed, self._repeats(i, j)

    def _repeats(self, i: Tensor, j: Tensor) -> Int[Tensor, "..."]:
        """Nombre de tours où chaque paire est vue ; un seul tour : 1 pour toutes."""
        R = self.buckets.shape[2]
        if R == 1:
            return torch.ones((), dtype=torch.long, device=i.device)
        return sum(self._same(r, i, j).long() for r in range(R)).clamp_min(1)

    def _positions(self, r: int) -> tuple[Tensor, Tensor]:
        """Morceaux de positions triées, et chacun avec celui d'avant (et d'après)."""
        order = self.order[:, :, r]
        order = F.pad(order, (0, -order.shape[-1] % self.chunk), value=VOID)
        i = rearrange(order, "B H (n c) -> B H n c", c=self.chunk)
        empty = torch.full_like(i[:, :, :1], VOID)
        around = [torch.cat([empty, i[:, :, :-1]], dim=2), i]
        if not self.causal:
            around.append(torch.cat([i[:, :, 1:], empty], dim=2))
        return i, torch.cat(around, dim=-1)

    def _others(self, r: int) -> Bool[Tensor, "B H n c k"]:
        """Les paires vues à ce tour, hors soi-même."""
        i, j = self._positions(r)
        first, second = i[..., :, None], j[..., None, :]
        allowed = self._same(r, i, j) & (first != second)
        return allowed & (second < first) if self.causal else allowed

    def _same(self, r: int, i: Tensor, j: Tensor) -> Bool[Tensor, "B H n c k"]:
        """Même seau, morceaux égaux ou voisins, au tour r ; jamais une place vide."""
        bucket = self.buckets[:, :, r, :, None]
        piece = self.rank[:, :, r, :, None] // self.chunk
        same = pick(bucket, i) == pick(bucket, j).mT
        near = (pick(piece, i) - pick(piece, j).mT).abs() <= 1
        real = (i != VOID)[..., :, None] & (j != VOID)[..., None, :]
        return same & near & real


def rank_of(buckets: Int[Tensor, "... T"]) -> Int[Tensor, "... T"]:
    """Place de chaque position, triée par seau, puis par position."""
    return buckets.argsort(dim=-1, stable=True).argsort(dim=-1)


def pick(x: Tensor, positions: Int[Tensor, "B H n c"]) -> Tensor:
    """Lit x (B, H, T, D) à ces positions : (B, H, n, c, D) ; une place vide lit 0."""
    flat = positions.flatten(2).clamp_min(0)[..., None]
    picked = x.gather(2, flat.expand(-1, -1, -1, x.shape[-1]))
    return picked.unflatten(2, positions.shape[2:])


def unsort(x: Tensor, rank: Int[Tensor, "B H T"]) -> Tensor:
    """Remet dans l'ordre de la phrase ce qui était trié, sans les places ajoutées."""
    return x.gather(2, rank[..., None].expand(-1, -1, -1, x.shape[-1]))
