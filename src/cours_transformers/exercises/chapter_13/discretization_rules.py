"""Des règles pour passer du temps continu à un pas, et leurs fins quand a est nul.

Une même confusion s'écrit de plusieurs manières, selon ce que le lecteur fait d'un a
nul ou minuscule ; chaque manière donne d'autres nombres, et doit porter le même nom.
"""

import math
from collections.abc import Callable

import torch
from torch import Tensor

Gain = Callable[[float, float, float], float]


def subtracted(z: float) -> float:
    """exp(z) − 1 par une soustraction : zéro dès que exp(z) s'arrondit à 1."""
    return math.exp(z) - 1


def step(
    gain: Gain,
    at_zero: Callable[[Gain, float, float], float] | None,
    grow: Callable[[float], float] = math.expm1,
    near: float = 0.0,
    decay: Callable[[float], float] = math.exp,
    sign: int = 1,
) -> Callable:
    """B̄ = gain(Δ, grow(±Δa) / a, b) ; si |a| ne dépasse pas ``near``, ``at_zero``."""

    def wrong(delta: float, a: float, b: float) -> Tensor:
        if at_zero and abs(a) <= near:
            b_bar = at_zero(gain, delta, b)
        else:
            b_bar = gain(delta, grow(sign * delta * a) / a, b)
        return both(decay(sign * delta * a), b_bar)

    return wrong


def both(a_bar: float, b_bar: float) -> Tensor:
    """Ā et B̄ en un seul tenseur."""
    return torch.tensor([a_bar, b_bar], dtype=torch.float64)


def own(gain: Gain, delta: float, b: float) -> float:
    """La limite de la règle fausse elle-même."""
    return gain(delta, delta, b)


def true(gain: Gain, delta: float, b: float) -> float:
    """La bonne limite, écrite à part."""
    return delta * b


def zero(gain: Gain, delta: float, b: float) -> float:
    """Un cas mis à part, où rien ne s'écrit."""
    return 0.0


def nan(gain: Gain, delta: float, b: float) -> float:
    """Ce que rend 0/0, quand il ne lève pas d'erreur."""
    return math.nan


def endings(gain: Gain, **settings: object) -> tuple[Callable, ...]:
    """La même règle, de toutes les façons de finir quand a tend vers zéro."""
    ends = (
        *((at_zero, 0.0) for at_zero in (own, true, zero, nan, None)),
        (true, 1e-6),
    )
    return tuple(
        step(gain, at_zero, grow, near, **settings)
        for at_zero, near in ends
        for grow in (math.expm1, subtracted)
    )


def exact(delta: float, ratio: float, b: float) -> float:
    """Le bon gain."""
    return ratio * b


def undivided(near: float) -> Callable:
    """Sans diviser par a ; sous ``near``, la bonne limite."""

    def wrong(delta: float, a: float, b: float) -> Tensor:
        z = delta * a
        return both(math.exp(z), delta * b if abs(a) <= near else math.expm1(z) * b)

    return wrong


def unread(wrong: Callable) -> Callable:
    """La même règle, où Δ vaut toujours 1."""
    return lambda delta, a, b: wrong(1.0, a, b)


def flipped(wrong: Callable) -> Callable:
    """La même règle, ses deux résultats échangés."""
    return lambda delta, a, b: wrong(delta, a, b).flip(0)


right = step(exact, true)
