"""12.9 : les caractéristiques positives du Performer, exp(w·x − ‖x‖²/2) / √m."""

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_12.features_mistakes import MISCONCEPTIONS
from cours_transformers.exercises.exercise import Exercise, Fact, draw
from cours_transformers.layers.efficient.random_features import positive_features


def _cases(generator: torch.Generator) -> list[tuple]:
    shapes = ((2, 3, 2), (4, 4, 3), (3, 6, 6), (1, 5, 4), (5, 2, 8))
    cases = [(draw(generator, T, D), draw(generator, m, D)) for T, D, m in shapes]
    cases[1][0][2] = 0.0  # un vecteur nul
    return cases


def _features(x: Tensor, w: Tensor) -> Tensor:
    """Celles du paquet, qui divise lui-même par D^¼ : ici, x l'est déjà."""
    return positive_features(x * x.shape[-1] ** 0.25, w)


def _zero_is_flat(y: Tensor, x: Tensor, w: Tensor) -> bool:
    gap = y[(x == 0).all(dim=-1)] - len(w) ** -0.5
    return bool((gap.abs() < 1e-4).all())


FEATURES = Exercise(
    number="12.9",
    title="Des caractéristiques positives",
    arguments=("x", "w"),
    reference=_features,
    cases=_cases,
    facts=(
        Fact("tout est positif", lambda y, x, w: bool((y >= 0).all())),
        Fact("un vecteur nul donne partout 1/√m", _zero_is_flat),
    ),
    misconceptions=MISCONCEPTIONS,
    hints=(
        "`x @ w.T` a la forme (T, m) : une ligne par vecteur, une colonne par tirage",
        "`x.square().sum(dim=-1, keepdim=True)` a la forme (T, 1), et s'étend",
        "l'exponentielle porte sur la différence entière ; la division par √m vient "
        "après",
    ),
    takeaway="deux vecteurs de m nombres positifs, dont le produit vaut en moyenne "
    "exp(q·k) : l'exponentielle est coupée en deux",
)
