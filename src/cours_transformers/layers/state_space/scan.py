"""Le balayage (scan) : résoudre h_t = a_t h_{t−1} + b_t sans attendre T pas.

Un pas est l'application h ↦ a h + b, notée (a, b). Deux pas de suite en font un seul :
``combine``. Cette opération est associative, mais non commutative : on peut grouper les
pas comme on veut, à condition de garder leur ordre. Chaque forme groupe à sa manière.

| forme | combinaisons | étapes qui s'attendent |
|---|---|---|
| ``sequential_scan`` | T | T |
| ``hillis_steele_scan`` (1986) | T log₂ T | log₂ T |
| ``tree_scan`` (Ladner et Fischer, 1980) | 2 T | 2 log₂ T |
| ``chunked_scan`` | 2 T | c + T/c, pour des morceaux de c pas |

Lettres : B lot, T pas. a et b ont la forme (B, T, …), et h aussi ; h_{−1} = 0.
"""

import math

import torch
from jaxtyping import Float
from torch import Tensor

from .checks import check_count

Steps = Float[Tensor, "B T *state"]
Pair = tuple[Tensor, Tensor]


def combine(first: Pair, then: Pair) -> Pair:
    """Compose deux pas, ``first`` d'abord : h ↦ a₂ (a₁ h + b₁) + b₂."""
    (a1, b1), (a2, b2) = first, then
    return a2 * a1, a2 * b1 + b2


def sequential_scan(a: Steps, b: Steps) -> Steps:
    """La définition : un pas après l'autre.

    ``unbind`` rend la passe arrière linéaire ; indexer a[:, t] la rendrait quadratique,
    car chaque indice remplirait de zéros un gradient de la taille de a.
    """
    h, states = torch.zeros_like(b[:, 0]), []
    for a_t, b_t in zip(a.unbind(1), b.unbind(1), strict=True):
        h = a_t * h + b_t
        states.append(h)
    return torch.stack(states, dim=1)


def hillis_steele_scan(a: Steps, b: Steps) -> Steps:
    """À l'étape k, chaque position se combine avec celle qui la précède de 2ᵏ."""
    distance = 1
    while distance < a.shape[1]:
        past = a[:, :-distance], b[:, :-distance]
        merged = combine(past, (a[:, distance:], b[:, distance:]))
        # Les premières positions ont déjà tout leur passé.
        a = torch.cat([a[:, :distance], merged[0]], dim=1)
        b = torch.cat([b[:, :distance], merged[1]], dim=1)
        distance *= 2
    return b


def tree_scan(a: Steps, b: Steps) -> Steps:
    """Combine les pas deux à deux, résout la moitié, puis remplit l'autre moitié."""
    T = a.shape[1]
    if T == 1:
        return b
    half = T // 2
    first = a[:, : 2 * half : 2], b[:, : 2 * half : 2]
    odd = tree_scan(*combine(first, (a[:, 1::2], b[:, 1::2])))  # h_1, h_3, h_5…
    even = a[:, 2::2] * odd[:, : (T - 1) // 2] + b[:, 2::2]  # h_2, h_4…
    h = torch.empty_like(b)
    h[:, 0], h[:, 1::2], h[:, 2::2] = b[:, 0], odd, even
    return h


def chunked_scan(a: Steps, b: Steps, chunk: int | None = None) -> Steps:
    """Balaie des morceaux de ``chunk`` pas côte à côte, puis transmet leurs états.

    Par défaut, la puissance de 2 proche de √T, qui rend c + T/c minimal. Le dernier
    morceau est complété par des pas que l'on retire à la fin.

    Raises:
        TypeError: ``chunk`` n'est pas un entier.
        ValueError: ``chunk`` nul.
    """
    T = a.shape[1]
    chunk = 2 ** round(math.log2(T) / 2) if chunk is None else chunk
    check_count("chunk", chunk)
    missing = -T % chunk
    if missing:
        nothing = torch.zeros_like(b[:, :1]).repeat_interleave(missing, dim=1)
        a, b = torch.cat([a, nothing], dim=1), torch.cat([b, nothing], dim=1)
    a, b = (x.unflatten(1, (-1, chunk)).unbind(2) for x in (a, b))
    since_start = [(a[0], b[0])]  # le pas équivalent depuis le début du morceau
    for step in zip(a[1:], b[1:], strict=True):
        since_start.append(combine(since_start[-1], step))
    decay, inside = (
        torch.stack(part, dim=2) for part in zip(*since_start, strict=True)
    )
    ends = sequential_scan(decay[:, :, -1], inside[:, :, -1])
    entering = torch.cat([torch.zeros_like(ends[:, :1]), ends[:, :-1]], dim=1)
    return (inside + decay * entering[:, :, None]).flatten(1, 2)[:, :T]
