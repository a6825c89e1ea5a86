"""10.6 : refroidir une loi, p^(1/τ) / Σ p^(1/τ)."""

from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception


def _cases(generator: torch.Generator) -> list[tuple]:
    laws = (
        ([0.6, 0.3, 0.1], 0.5),
        ([0.5, 0.25, 0.125, 0.125], 2.0),
        ([0.4, 0.35, 0.0, 0.25], 0.7),  # un token exclu le reste
        ([0.05, 0.8, 0.15], 1.0),
        ([0.3, 0.1, 0.2, 0.15, 0.25], 0.2),
    )
    return [(torch.tensor(p), tau) for p, tau in laws]


def _law(weights: Tensor) -> Tensor:
    return weights / weights.sum()


def _power(exponent: Callable[[float], float]) -> Callable:
    """La loi élevée à une autre puissance."""
    return lambda p, tau: _law(p ** exponent(tau))


_cooled = _power(lambda tau: 1 / tau)


COOLING = Exercise(
    number="10.6",
    title="Refroidir une loi",
    arguments=("p", "tau"),
    reference=_cooled,
    cases=_cases,
    facts=(
        Fact("la somme vaut 1", lambda y, p, tau: bool((y.sum() - 1).abs() < 1e-4)),
        Fact(
            "un token exclu reste exclu",
            lambda y, p, tau: bool((y[p == 0].abs() < 1e-6).all()),
        ),
        Fact(
            "à τ = 1, rien ne change",
            lambda y, p, tau: tau != 1 or torch.allclose(y, p.double(), atol=1e-4),
        ),
    ),
    misconceptions=(
        Misconception(
            "puissance à l'envers",
            _power(lambda tau: tau),
            "chez vous, refroidir rend la loi plus plate : un exposant plus grand que "
            "1 creuse-t-il les écarts, ou les comble-t-il ?",
        ),
        Misconception(
            "loi divisée par τ",
            lambda p, tau: p / tau,
            "vous divisez les probabilités : c'étaient les logits que la température "
            "divisait. Que devient la somme ?",
        ),
        Misconception(
            "température sans effet",
            (
                lambda p, tau: _law(p / tau),
                lambda p, tau: p,
            ),
            "vous retrouvez la loi de départ : qu'est-ce que la somme a défait de "
            "votre division ?",
        ),
        Misconception(
            "softmax d'une loi",
            (
                lambda p, tau: (p / tau).softmax(dim=0),
                lambda p, tau: p.softmax(dim=0),
                lambda p, tau: (p ** (1 / tau)).softmax(dim=0),
                lambda p, tau: (p * tau).softmax(dim=0),
            ),
            "le softmax attend des logits, et vous lui donnez des probabilités : que "
            "devient un token dont p vaut zéro ?",
        ),
        Misconception(
            "pas de renormalisation",
            lambda p, tau: p ** (1 / tau),
            "la puissance est la bonne, mais la somme ne vaut plus 1 : par quoi "
            "diviser ?",
        ),
        Misconception(
            "rapporté au maximum",
            lambda p, tau: (p / p.max()) ** (1 / tau),
            "le plus probable vaut 1 à lui seul : que reste-t-il aux autres, si c'est "
            "une loi ?",
        ),
        Misconception(
            "toujours le plus probable",
            lambda p, tau: (p == p.max()).float(),
            "toute la probabilité va au premier : n'est-ce pas ce que l'on n'atteint "
            "qu'à la limite, quand τ tend vers zéro ?",
        ),
        Misconception(
            "logarithme rendu",
            (
                lambda p, tau: p.log() / tau,
                lambda p, tau: (p.log() / tau).log_softmax(dim=0),
            ),
            "vous rendez des logits : quelle fonction en fait une loi ?",
        ),
    ),
    hints=(
        "si p = softmax(s), alors log p vaut s, à une constante près : que devient p "
        "quand on divise s par τ ?",
        "diviser un logarithme par τ, c'est élever à la puissance 1/τ",
        "il reste à diviser par la somme, pour que ce soit une loi",
    ),
    takeaway="la température est un exposant : elle change les rapports, jamais "
    "l'ordre, et ne rend pas la vie à un token exclu",
)
