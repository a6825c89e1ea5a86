"""08.4 : servir les tokens par groupes d'experts, puis les remettre à leur place."""

from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception, draw


def _cases(generator: torch.Generator) -> list[tuple]:
    choices = ([2, 0, 1], [1, 2, 0, 1, 0], [3, 0, 0, 2, 3, 1, 0], [1, 1, 0, 1])
    cases = []
    for d, chosen in zip((2, 3, 3, 3), choices, strict=True):
        E, n = max(chosen) + 1, len(chosen)
        weights = torch.linspace(0.3, 0.9, n)
        cases.append(
            (draw(generator, n, d), torch.tensor(chosen), weights,
             draw(generator, E, d, d))
        )  # fmt: skip
    return cases


def _mixture(x: Tensor, choices: Tensor, weights: Tensor, W: Tensor) -> Tensor:
    return weights[:, None] * (x[:, None] @ W[choices])[:, 0]


def _sorted(finish: Callable[..., Tensor]):
    """Les réponses dans l'ordre du tri, puis ``finish(réponses, ordre, poids)``."""

    def run(x: Tensor, choices: Tensor, weights: Tensor, W: Tensor) -> Tensor:
        order = choices.argsort(stable=True)
        answers = (x[order, None] @ W[choices[order]])[:, 0]
        return finish(answers, order, weights[:, None])

    return run


def _with_experts(change: Callable[[Tensor, Tensor], Tensor]):
    """Le bon calcul, pour d'autres choix : ``change(choices, W)``."""
    return lambda x, choices, weights, W: _mixture(x, change(choices, W), weights, W)


GROUPS = Exercise(
    number="08.4",
    title="Trier, servir, remettre en place",
    arguments=("x", "choices", "weights", "W"),
    reference=_mixture,
    cases=_cases,
    facts=(
        Fact(
            "la première ligne est bien celle du premier token",
            lambda y, x, c, w, W: torch.allclose(
                y[0], (w[0] * (x[0] @ W[c[0]])).to(y.dtype), atol=1e-4
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "jamais remis en place",
            _sorted(lambda a, order, w: a * w[order]),
            "vos réponses sont justes, mais restées dans l'ordre des experts : à qui "
            "va la première ?",
        ),
        Misconception(
            "tri appliqué deux fois",
            _sorted(lambda a, order, w: (a * w[order])[order]),
            "vous rangez par `order` ce que `order` avait déjà rangé : trier deux fois "
            "défait-il un tri ?",
        ),
        Misconception(
            "poids d'un autre",
            _sorted(lambda a, order, w: (a * w)[order.argsort()]),
            "les réponses étaient triées, les poids non : de qui est le poids qui "
            "multiplie la première ?",
        ),
        Misconception(
            "poids oubliés",
            lambda x, choices, weights, W: (x[:, None] @ W[choices])[:, 0],
            "aucun poids n'entre dans le résultat : par où le routeur recevrait-il un "
            "gradient ?",
        ),
        Misconception(
            "le premier expert pour tous",
            _with_experts(lambda c, W: torch.zeros_like(c)),
            "le premier expert sert tout le monde : que faites-vous de `choices` ?",
        ),
        Misconception(
            "l'expert d'à côté",
            (
                _with_experts(lambda c, W: (c + 1) % len(W)),
                _with_experts(lambda c, W: c - 1),
            ),
            "chacun est servi par l'expert voisin du sien : vos groupes commencent-ils "
            "au bon endroit ?",
        ),
        Misconception(
            "tous les experts à la fois",
            lambda x, choices, weights, W: weights[:, None] * (x @ W.sum(dim=0)),
            "tous les experts répondent à tous : combien chaque token en a-t-il "
            "choisi ?",
        ),
        Misconception(
            "matrices transposées",
            lambda x, choices, weights, W: _mixture(x, choices, weights, W.mT),
            "vos experts multiplient par leur transposée : un token est-il une ligne "
            "ou une colonne ?",
        ),
    ),
    hints=(
        "`order = choices.argsort()` met les tokens de l'expert 0 d'abord, puis ceux "
        "de l'expert 1, et ainsi de suite",
        "`choices.bincount(minlength=len(W))` compte les tokens de chacun, et `split` "
        "découpe d'après ces nombres",
        "pour remettre en place : `y = torch.empty_like(x)`, puis `y[order] = …`",
    ),
    takeaway="écrire à la place `order` défait le tri ; c'est l'inverse, obtenu sans "
    "le calculer",
)
