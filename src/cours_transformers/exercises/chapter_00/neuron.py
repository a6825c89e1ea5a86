"""00.4 : le gradient d'un neurone, ∂(tanh(w·x + b) − y)²/∂w, à la main."""

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Misconception, draw


def _cases(generator: torch.Generator) -> list[tuple]:
    def case(d: int) -> tuple:
        w, x = draw(generator, d) / 2, draw(generator, d)
        b, y = (draw(generator, 1).item() for _ in range(2))
        return w, b, x, y

    simple = (torch.tensor([0.5, -0.5]), 0.5, torch.tensor([1.0, 2.0]), 1.0)
    return [simple, *map(case, (2, 3, 5, 1))]


def _activation(w: Tensor, b: float, x: Tensor) -> Tensor:
    return torch.tanh(w @ x + b)


def _slope(w: Tensor, b: float, x: Tensor, y: float) -> Tensor:
    """∂L/∂z, où z = w · x + b."""
    a = _activation(w, b, x)
    return 2 * (a - y) * (1 - a**2)


def _gradient(w: Tensor, b: float, x: Tensor, y: float) -> Tensor:
    return _slope(w, b, x, y) * x


NEURON = Exercise(
    number="00.4",
    title="Le gradient d'un neurone",
    arguments=("w", "b", "x", "y"),
    reference=_gradient,
    cases=_cases,
    misconceptions=(
        Misconception(
            "dérivée de la tanh oubliée",
            lambda w, b, x, y: 2 * (_activation(w, b, x) - y) * x,
            "votre gradient traverse la tanh comme si elle n'était pas là : que vaut "
            "sa dérivée au point où elle est prise ?",
        ),
        Misconception(
            "facteur 2 oublié",
            lambda w, b, x, y: _gradient(w, b, x, y) / 2,
            "il vous manque un facteur, le même partout : quelle est la dérivée de e² "
            "par rapport à e ?",
        ),
        Misconception(
            "entrée oubliée",
            lambda w, b, x, y: _slope(w, b, x, y) * torch.ones_like(x),
            "toutes les composantes sont égales : le poids w₁ multiplie x₁. Où x "
            "intervient-il dans la dérivée ?",
        ),
        Misconception(
            "signe opposé",
            lambda w, b, x, y: -_gradient(w, b, x, y),
            "c'est la direction où l'on descend ; l'énoncé demande le gradient. "
            "Lequel des deux monte ?",
        ),
        Misconception(
            "tanh et son carré",
            lambda w, b, x, y: (
                2 * (_activation(w, b, x) - y) * (1 - _activation(w, b, x)) * x
            ),
            "la dérivée de tanh contient un carré : lequel ?",
        ),
        Misconception(
            "dérivée prise au mauvais endroit",
            lambda w, b, x, y: (
                2 * (_activation(w, b, x) - y) * (1 - (w @ x + b) ** 2) * x
            ),
            "vous écrivez 1 − z², avec z avant la tanh : la dérivée s'exprime-t-elle "
            "avec l'entrée de la tanh ou avec sa sortie ?",
        ),
        Misconception(
            "biais oublié",
            lambda w, b, x, y: _gradient(w, 0.0, x, y),
            "vous calculez le neurone sans b : la dérivée de la tanh dépend-elle du "
            "point où elle est prise ?",
        ),
        Misconception(
            "gradient du biais",
            _slope,
            "c'est la dérivée par rapport à b, un seul nombre : combien de poids y "
            "a-t-il dans w ?",
        ),
        Misconception(
            "gradient de l'entrée",
            lambda w, b, x, y: _slope(w, b, x, y) * w,
            "c'est la dérivée par rapport à x : dans w · x, qui multiplie w ?",
        ),
        Misconception(
            "perte au lieu du gradient",
            lambda w, b, x, y: (_activation(w, b, x) - y) ** 2,
            "vous rendez la perte : de combien change-t-elle quand w bouge un peu ?",
        ),
    ),
    hints=(
        "trois étages : z = w · x + b, puis a = tanh(z), puis L = (a − y)². Dérivez-"
        "les un par un",
        "∂L/∂a = 2(a − y) ; ∂a/∂z = 1 − a² ; et ∂z/∂w ?",
        "le gradient est le produit des trois, et il a la forme de w",
    ),
    takeaway="c'est la rétropropagation d'un réseau à un seul neurone : un produit de "
    "dérivées locales, de la perte vers les poids",
)
