"""13.8 : le masque de SSD, L[t, s] = a_t … a_{s+1}, l'oubli entre s et t."""

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_13.segments_mistakes import MISCONCEPTIONS
from cours_transformers.exercises.exercise import Exercise, Fact
from cours_transformers.layers.state_space import ssd_matrix


def _cases(generator: torch.Generator) -> list[tuple]:
    drawn = -torch.randint(1, 21, (5,), generator=generator) / 10
    chosen = (
        [-0.5, -1.0, -0.2],
        [-0.4, -2.0, -0.1, -0.7],
        [-0.5, -150.0, -0.3, -0.2],  # un oubli total : exp(150) déborde en float32
    )
    return [*((torch.tensor(log_a),) for log_a in chosen), (drawn,)]


def _reference(log_a: Tensor) -> Tensor:
    """La matrice du paquet, dont on neutralise les durées et les produits C · B.

    Avec A = −1, Δ = −log a est l'oubli ; B_s = 1 / Δ_s rend à chaque pas un poids 1.
    """
    delta = -log_a[None, :, None]
    B = (1 / delta)[..., None]
    return ssd_matrix(delta, -torch.ones(1), B, torch.ones_like(B))[0, 0]


SEGMENTS = Exercise(
    number="13.8",
    title="Le masque qui s'use",
    arguments=("log_a",),
    reference=_reference,
    cases=_cases,
    facts=(
        Fact(
            "chaque pas se voit entier lui-même",
            lambda y, log_a: bool(((y.diagonal() - 1).abs() < 1e-4).all()),
        ),
        Fact("le futur est nul", lambda y, log_a: bool((y.triu(1) == 0).all())),
        Fact(
            "aucun poids ne dépasse 1, ni n'est négatif",
            lambda y, log_a: bool(((y >= 0) & (y <= 1 + 1e-4)).all()),
        ),
    ),
    misconceptions=MISCONCEPTIONS,
    hints=(
        "de s à t, l'état traverse les pas s + 1, s + 2, …, t : leurs logarithmes "
        "s'ajoutent. Et de t à t, combien y en a-t-il ?",
        "une somme par segment est la différence de deux sommes cumulées : "
        "`somme[:, None] - somme[None, :]`",
        "dans le futur, mettez −∞ **avant** l'exponentielle : "
        "`masked_fill(~permis, -torch.inf)`",
    ),
    takeaway="un masque causal dont les 1 s'usent : avec lui, la récurrence est une "
    "attention sans softmax",
)
