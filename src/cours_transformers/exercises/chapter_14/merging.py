"""14.3 : deux attentions partielles, sur deux moitiés des clés, n'en font qu'une."""

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_14.merging_loop import Partial, joined, right
from cours_transformers.exercises.chapter_14.merging_mistakes import MISCONCEPTIONS
from cours_transformers.exercises.exercise import Exercise, Fact, draw


def _partial(scores: Tensor, v: Tensor) -> Partial:
    m = scores.amax(dim=-1, keepdim=True)
    p = (scores - m.masked_fill(m.isneginf(), 0.0)).exp()
    return m, p.sum(dim=-1, keepdim=True), p @ v


def _cases(generator: torch.Generator) -> list[tuple]:
    def half(T: int, S: int, D: int, empty: tuple = (), shift: int = 0) -> Partial:
        scores = draw(generator, T, S) + shift
        scores[list(empty)] = -torch.inf
        return _partial(scores, draw(generator, S, D))

    first = tuple(torch.tensor([row]) for row in ([1.0], [2.0], [4.0, -1.0]))
    then = tuple(torch.tensor([row]) for row in ([3.0], [1.5], [1.0, 2.0]))
    return [
        (first, then),
        (half(3, 4, 2), half(3, 2, 2)),
        (half(2, 3, 2, shift=100), half(2, 3, 2)),  # 100 de plus : exp déborde
        (half(2, 2, 3), half(2, 4, 3, shift=100)),
        (half(3, 2, 2, (0, 2)), half(3, 3, 2, (1, 2))),  # la ligne 2 n'a rien vu
    ]


def _highest(y: Tensor, left: Partial, other: Partial) -> bool:
    return bool((y[:, 0] == torch.maximum(left[0], other[0])[:, 0]).all())


MERGING = Exercise(
    number="14.3",
    title="Deux moitiés d'attention",
    arguments=("gauche", "droite"),
    reference=right,
    use=lambda answer, *halves: joined(answer(*halves)),
    cases=_cases,
    facts=(Fact("m est le plus grand des deux maximums", _highest),),
    misconceptions=MISCONCEPTIONS,
    hints=(
        "chaque moitié est mesurée depuis son propre maximum : choisissez-en un pour "
        "les deux, puis changez d'origine",
        "exp(s − m) = exp(s − m₁) · exp(m₁ − m) : un facteur par moitié, le même pour "
        "sa somme et pour son accumulateur",
        "là où aucune des deux n'a rien vu, m = −∞ : retranchez zéro, par "
        "`m.masked_fill(m.isneginf(), 0.0)`",
    ),
    takeaway="fusionner est associatif : les clés se partagent entre autant de "
    "processeurs qu'on veut, et c'est ainsi que l'on décode un long contexte",
)
