"""13.3 : le noyau de convolution d'un modèle d'état à réglages fixes."""

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_13.kernel_mistakes import MISCONCEPTIONS
from cours_transformers.exercises.exercise import Exercise, Fact, draw
from cours_transformers.layers.state_space import lti_kernel


def _cases(generator: torch.Generator) -> list[tuple]:
    def case(N: int, T: int) -> tuple:
        decay = torch.randint(1, 10, (N,), generator=generator) / 10
        return decay, draw(generator, N), draw(generator, N), T

    small = torch.tensor([0.5, 0.9]), torch.tensor([2.0, 1.0]), torch.tensor([1.0, -1])
    return [(*small, 4), case(3, 5), case(2, 6), case(4, 3), case(5, 8)]


def _reference(a_bar: Tensor, b_bar: Tensor, c: Tensor, T: int) -> Tensor:
    return lti_kernel(a_bar[None], b_bar[None], c[None], T)[0]


def _read(y: Tensor, a: Tensor, b: Tensor, c: Tensor, age: int) -> bool:
    return bool((y[age] - (c * a**age * b).sum()).abs() < 1e-4)


KERNEL = Exercise(
    number="13.3",
    title="La récurrence en une convolution",
    arguments=("a_bar", "b_bar", "c", "T"),
    reference=_reference,
    cases=_cases,
    facts=(
        Fact(
            "une impulsion se lit dès le pas où elle arrive",
            lambda y, a, b, c, T: _read(y, a, b, c, 0),
        ),
        Fact(
            "un pas plus tard, chaque état s'est usé une fois",
            lambda y, a, b, c, T: _read(y, a, b, c, 1),
        ),
    ),
    misconceptions=MISCONCEPTIONS,
    hints=(
        "envoyez une impulsion dans la récurrence, x = 1, 0, 0, 0… : les sorties sont "
        "le noyau",
        "après k pas, l'état vaut Āᵏ B̄, et Ā est diagonale : une puissance par état. "
        "`torch.arange(T)` donne tous les k",
        "`a_bar[:, None] ** torch.arange(T)` a la forme (N, T) ; il reste à peser "
        "chaque ligne par ce qu'elle écrit et par ce qu'on en lit, puis à les réunir",
    ),
    takeaway="le noyau est une somme d'oublis à plusieurs vitesses ; mais il suppose "
    "que chaque pas ressemble au précédent, ce que la sélection abandonne",
)
