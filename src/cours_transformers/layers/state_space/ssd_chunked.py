"""SSD par morceaux : des produits de matrices, là où la récurrence fait T pas.

Lettres : B lot, T pas, H têtes de largeur P, G groupes, N état, K morceaux de c pas.
Dans un morceau, l'attention, en c² ; entre les morceaux, la récurrence, en T / c pas.
Aucun des T états P × N n'est formé : seuls K le sont.
"""

import torch
from einops import rearrange
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F

from .checks import check_count
from .ssd import Groups, Heads, Rates, State, Times, direct, per_head, segment_sums
from .ssd_checks import check_ssd


def ssd_chunked(
    x: Heads,
    delta: Times,
    A: Rates,
    B: Groups,
    C: Groups,
    D: Rates | None = None,
    state: State | None = None,
    *,
    chunk: int = 64,
) -> tuple[Heads, State]:
    """Attention dans les morceaux, récurrence entre eux ; rend (y, dernier état).

    Le dernier morceau est complété par des pas de durée nulle, qui ne changent rien.

    Raises:
        TypeError: ``chunk`` n'est pas un entier, ou un argument n'est pas un tenseur.
        ValueError: ``chunk`` nul, ou comme ``ssd_recurrence``.
    """
    check_ssd(x, delta, A, B, C, D, state)
    check_count("chunk", chunk)
    T, heads = x.shape[1:3]
    u, rates = x * delta[..., None], (delta * A)[..., None]
    parts = (u, rates, per_head(B, heads), per_head(C, heads))
    parts = (F.pad(part, (0, 0, 0, 0, 0, -T % chunk)) for part in parts)
    u, rates, B, C = (
        rearrange(part, "b (k c) h z -> b k h c z", c=chunk) for part in parts
    )
    rates = rates.squeeze(-1)  # (b, k, h, c)
    decay = segment_sums(rates).exp()
    inside = (decay * (C @ B.mT)) @ u
    # Dernière ligne : ce qui reste de chaque pas à la fin du morceau.
    left = (u * decay[..., -1, :, None]).mT @ B  # (b, k, h, p, n)
    since_start = rates.cumsum(dim=-1).exp()
    entering, state = _carry(left, since_start[..., -1], state)
    received = since_start[..., None] * (C @ entering.mT)
    y = rearrange(inside + received, "b k h c p -> b (k c) h p")[:, :T]
    return direct(y, x, D), state


def _carry(
    left: Float[Tensor, "B K H P N"],
    decay: Float[Tensor, "B K H"],
    state: State | None,
) -> tuple[Float[Tensor, "B K H P N"], State]:
    """Rend l'état qui entre dans chaque morceau, puis celui qui sort du dernier."""
    state = torch.zeros_like(left[:, 0]) if state is None else state
    entering = []
    for left_k, decay_k in zip(left.unbind(1), decay.unbind(1), strict=True):
        entering.append(state)
        state = decay_k[..., None, None] * state + left_k
    return torch.stack(entering, dim=1), state
