"""14.2 : maximum et somme des exponentielles d'une suite, lue une seule fois."""

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_13.pairs import pair
from cours_transformers.exercises.chapter_14.online_mistakes import MISCONCEPTIONS
from cours_transformers.exercises.chapter_14.stream import read_once
from cours_transformers.exercises.exercise import Exercise, Fact, draw

INF = torch.inf


def _cases(generator: torch.Generator) -> list[tuple]:
    rows = (
        [[1.0, 3.0], [2.0, 4.0]],
        [[5.0, 1.0], [2.0, 3.0, 3.0], [0.5]],
        [[-3.0, -2.0], [-5.0], [-1.0, -4.0], [-2.5]],
        [[100.0, 120.0], [30.0], [200.0], [150.0, 199.0]],  # exp(120) déborde
        [[-INF, -INF], [0.5, -INF, -1.0], [-INF], [1.5, 0.0]],
        [[-INF], [-INF, -INF]],
    )
    cases = [[torch.tensor(block) for block in blocks] for blocks in rows]
    cases.append([draw(generator, size) for size in (3, 1, 4, 2, 5)])
    return [(blocks,) for blocks in cases]


def _reference(blocks: list[Tensor]) -> Tensor:
    scores = torch.cat(blocks)
    m = scores.max()
    return torch.stack([m, (scores - m.masked_fill(m.isneginf(), 0.0)).exp().sum()])


ONLINE = Exercise(
    number="14.2",
    title="Un softmax qui lit une seule fois",
    arguments=("blocs",),
    reference=_reference,
    use=lambda answer, blocks: pair(read_once(answer)(blocks)),
    cases=_cases,
    facts=(
        Fact(
            "m est le plus grand score",
            lambda y, blocks: bool(y[0] == torch.cat(blocks).max()),
        ),
        Fact(
            "ℓ vaut 1 au moins, ou 0 si rien n'est permis",
            lambda y, blocks: bool(y[1] == 0 if y[0] == -INF else y[1] > 0.999),
        ),
    ),
    misconceptions=MISCONCEPTIONS,
    hints=(
        "à chaque bloc, le maximum peut monter : les exponentielles déjà ajoutées "
        "étaient mesurées depuis l'ancien",
        "exp(s − m') = exp(s − m) · exp(m − m') : un seul facteur corrige toute "
        "l'ancienne somme",
        "tant que tout vaut −∞, le maximum aussi, et −∞ − (−∞) donne NaN : retranchez "
        "alors zéro, par `torch.where(m.isneginf(), 0.0, m)`",
    ),
    takeaway="deux nombres suffisent, quelle que soit la longueur : ainsi peut-on "
    "ne jamais écrire une ligne de scores",
)
