"""09.7 : noter des hypothèses de longueurs différentes, log p / ((5 + n) / 6)^α."""

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Misconception


def _cases(generator: torch.Generator) -> list[tuple]:
    cases = []
    for n, T, alpha in ((2, 3, 1.0), (3, 5, 0.6), (4, 6, 2.0), (2, 4, 0.5)):
        log_p = -torch.rand(n, T, generator=generator).mul(20).round() / 10 - 0.1
        lengths = torch.randint(1, T + 1, (n,), generator=generator)
        lengths[0] = T
        cases.append((log_p, lengths, alpha))
    return cases


def _total(log_p: Tensor, lengths: Tensor) -> Tensor:
    """Somme de log p sur les vrais tokens."""
    real = torch.arange(log_p.shape[1]) < lengths[:, None]
    return log_p.masked_fill(~real, 0.0).sum(dim=1)


def _score(log_p: Tensor, lengths: Tensor, alpha: float) -> Tensor:
    return _total(log_p, lengths) / ((5 + lengths) / 6) ** alpha


BEAM_SCORE = Exercise(
    number="09.7",
    title="Noter sans préférer le plus court",
    arguments=("log_p", "lengths", "alpha"),
    reference=_score,
    cases=_cases,
    misconceptions=(
        Misconception(
            "score non normalisé",
            lambda log_p, n, a: _total(log_p, n),
            "vous rendez log p seul : que devient-il à chaque token de plus, et quelle "
            "hypothèse gagne alors ?",
        ),
        Misconception(
            "remplissage compté",
            lambda log_p, n, a: log_p.sum(dim=1) / ((5 + n) / 6) ** a,
            "vous additionnez toute la ligne : au-delà de sa longueur, une hypothèse "
            "a-t-elle encore écrit quelque chose ?",
        ),
        Misconception(
            "pénalité multipliée",
            lambda log_p, n, a: _total(log_p, n) * ((5 + n) / 6) ** a,
            "log p est négatif : le multiplier par un nombre plus grand que 1 aide-t-"
            "il les longues hypothèses, ou les enfonce-t-il ?",
        ),
        Misconception(
            "moyenne par token",
            lambda log_p, n, a: _total(log_p, n) / n,
            "vous divisez par la longueur, sans α : que deviendrait votre score pour "
            "α = 0 ?",
        ),
        Misconception(
            "longueur nue",
            lambda log_p, n, a: _total(log_p, n) / n**a,
            "vous divisez par longueur^α. D'autres le font ; mais qu'est-ce que le 5 "
            "de la formule fait aux hypothèses très courtes ?",
        ),
        Misconception(
            "probabilités multipliées",
            lambda log_p, n, a: _total(log_p, n).exp() / ((5 + n) / 6) ** a,
            "vous êtes revenu aux probabilités : que vaut leur produit pour cent "
            "tokens, et qui, alors, est pénalisé par la division ?",
        ),
        Misconception(
            "six oublié",
            lambda log_p, n, a: _total(log_p, n) / (5.0 + n) ** a,
            "à un seul token, la pénalité doit valoir 1 : que vaut la vôtre ?",
        ),
    ),
    hints=(
        "la somme de log p ne porte que sur les `lengths` premiers tokens de la ligne",
        "`torch.arange(T) < lengths[:, None]` est vrai sur les vrais tokens",
        "la pénalité est `((5 + lengths) / 6) ** alpha` ; on divise par elle",
    ),
    takeaway="log p est une dette qui grandit à chaque token ; la diviser rend les "
    "longueurs comparables, et α règle la générosité",
)
