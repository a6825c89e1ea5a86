"""13.2 : le bloqueur d'ordre zéro, Ā = exp(Δa) et B̄ = (exp(Δa) − 1) b / a."""

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_13.discretization_mistakes import (
    MISCONCEPTIONS,
)
from cours_transformers.exercises.chapter_13.pairs import pair
from cours_transformers.exercises.exercise import Exercise, Fact
from cours_transformers.layers.state_space import discretize


def _cases(generator: torch.Generator) -> list[tuple]:
    return [
        (0.5, -2.0, 3.0),
        (0.1, -16.0, 1.5),  # la vitesse la plus grande de Mamba
        (2.0, 0.0, 0.4),
        (0.25, -1e-17, 4.0),  # exp(Δa) s'arrondit à 1
        (1.5, -0.6, -2.0),
        (0.3, 0.8, 1.2),
    ]


def _reference(delta: float, a: float, b: float) -> Tensor:
    """Ā et B̄, (2,) : un canal, un état."""
    step, rate, gain = (torch.tensor(n, dtype=torch.float64) for n in (delta, a, b))
    rules = discretize(step[None], rate[None, None], gain[None, None], "zoh")
    return torch.cat(rules).flatten()


DISCRETIZATION = Exercise(
    number="13.2",
    title="Un pas de temps",
    arguments=("delta", "a", "b"),
    reference=_reference,
    use=lambda answer, *inputs: pair(answer(*inputs)),
    cases=_cases,
    facts=(
        Fact(
            "si a est négatif, l'état oublie sans changer de signe",
            lambda y, delta, a, b: a > 0 or bool(0 < y[0] <= 1),
        ),
        Fact(
            "l'entrée pousse l'état dans le sens de b",
            lambda y, d, a, b: bool(y[1] * b > 0),
        ),
        Fact(
            "une entrée constante mène l'état au même repos qu'en temps continu",
            lambda y, d, a, b: bool((a * y[1] - (y[0] - 1) * b).abs() < 1e-5),
        ),
    ),
    misconceptions=MISCONCEPTIONS,
    hints=(
        "au bout du pas, ce qui était dans l'état a été multiplié par exp(Δa) : c'est "
        "Ā. L'entrée, elle, s'écrit pendant tout le pas, et ce qu'elle écrit au début "
        "a le temps de fuir",
        "B̄ est b, multiplié par l'intégrale de exp(s a) quand s va de 0 à Δ ; cela "
        "fait b (exp(Δa) − 1) / a. Et quand a est nul, que vaut cette intégrale ?",
        "`math.expm1(z)` rend exp(z) − 1 sans perdre les chiffres d'un petit z ; il ne "
        "reste à part que `a == 0`",
    ),
    takeaway="Δ règle à la fois ce que l'on oublie et ce que l'on écrit ; et deux "
    "demi-pas en valent un",
)
