"""13.4 : deux pas h ↦ a h + b n'en font qu'un."""

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_13.combination_mistakes import (
    MISCONCEPTIONS,
    Step,
)
from cours_transformers.exercises.chapter_13.pairs import pair
from cours_transformers.exercises.exercise import Exercise, Fact, draw
from cours_transformers.layers.state_space import combine


def _cases(generator: torch.Generator) -> list[tuple]:
    def step(*shape: int) -> Step:
        decay = torch.randint(1, 10, shape, generator=generator) / 10
        return decay, draw(generator, *shape)

    return [
        ((0.5, 4.0), (0.25, 3.0)),
        ((0.9, -1.0), (1.0, 0.0)),  # un second pas qui ne fait rien
        ((0.0, 1.5), (0.6, 2.0)),  # un premier pas qui oublie tout
        (step(3), step(3)),
        (step(2, 4), step(2, 4)),
    ]


def _reference(first: Step, then: Step) -> Tensor:
    steps = (tuple(map(torch.as_tensor, step)) for step in (first, then))
    return pair(combine(*steps))


def _leads(y: Tensor, first: Step, then: Step, h: float) -> bool:
    """Le pas rendu mène h là où mènent les deux pas de suite."""
    (a1, b1), (a2, b2) = first, then
    expected = a2 * (a1 * h + b1) + b2
    return bool((torch.as_tensor(y[0] * h + y[1] - expected).abs() < 1e-4).all())


COMBINATION = Exercise(
    number="13.4",
    title="Deux pas en un",
    arguments=("premier", "suivant"),
    reference=_reference,
    use=lambda answer, *inputs: pair(answer(*inputs)),
    cases=_cases,
    facts=(
        Fact(
            "d'un état nul, il mène où mènent les deux pas",
            lambda y, first, then: _leads(y, first, then, 0.0),
        ),
        Fact(
            "de l'état 1, il mène où mènent les deux pas",
            lambda y, first, then: _leads(y, first, then, 1.0),
        ),
    ),
    misconceptions=MISCONCEPTIONS,
    hints=(
        "faites les deux pas de suite, à partir d'un état h que vous ne connaissez pas",
        "le premier donne a₁ h + b₁ ; le second le multiplie par a₂, puis ajoute b₂",
        "développez : ce qui multiplie h est le nouveau a, le reste est le nouveau b",
    ),
    takeaway="deux pas en font un, et l'on peut donc les grouper comme on veut ; mais "
    "jamais changer leur ordre",
)
