"""12.4 : l'attention linéaire, φ(q) (φ(k)ᵀ v) divisé par φ(q) (φ(k)ᵀ 1)."""

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_12.linear_mistakes import MISCONCEPTIONS
from cours_transformers.exercises.chapter_12.traffic import positive, use_frugally
from cours_transformers.exercises.exercise import Exercise, Fact, draw
from cours_transformers.layers.efficient.linear_forms import chunked


def _cases(generator: torch.Generator) -> list[tuple]:
    # La dernière entrée est longue : la matrice des poids y aurait 262 144 nombres.
    shapes = ((2, 3, 2, 2), (4, 4, 3, 2), (3, 5, 2, 3), (5, 2, 4, 4), (512, 512, 3, 2))
    return [
        (positive(generator, T, F), positive(generator, S, F), draw(generator, S, D))
        for T, S, F, D in shapes
    ]


def _linear(phi_q: Tensor, phi_k: Tensor, v: Tensor) -> Tensor:
    return chunked(phi_q[None, None], phi_k[None, None], v[None, None])[0, 0]


def _between(y: Tensor, phi_q: Tensor, phi_k: Tensor, v: Tensor) -> bool:
    low, high = v.amin(dim=0), v.amax(dim=0)
    return bool(((y >= low - 1e-4) & (y <= high + 1e-4)).all())


LINEAR = Exercise(
    number="12.4",
    title="Déplacer une parenthèse",
    arguments=("phi_q", "phi_k", "v"),
    reference=_linear,
    cases=_cases,
    use=use_frugally,
    facts=(Fact("chaque sortie reste entre les valeurs", _between),),
    misconceptions=MISCONCEPTIONS,
    hints=(
        "trois matrices, (T, F), (F, S) et (S, D) : (AB)C et A(BC) donnent les mêmes "
        "nombres, mais pas au même prix",
        "`phi_k.T @ v` a la forme (F, D) : elle résume toute la phrase, quelle que "
        "soit sa longueur",
        "le dénominateur est le même calcul, avec des 1 à la place des valeurs : "
        "`phi_q @ phi_k.sum(dim=0)`",
    ),
    takeaway="une parenthèse déplacée, et T² devient T : le softmax l'interdisait, "
    "faute de pouvoir se couper en deux facteurs",
)
