"""14.4 : l'attention d'une tête, bloc de clés par bloc de clés."""

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_14.footprint import in_tiles
from cours_transformers.exercises.chapter_14.tiles_mistakes import MISCONCEPTIONS
from cours_transformers.exercises.exercise import Exercise, Fact, draw
from cours_transformers.kernels.attention import attention


def _cases(generator: torch.Generator) -> list[tuple]:
    def case(T: int, S: int, D: int, block_k: int) -> tuple:
        q, k, v = (draw(generator, size, D) for size in (T, S, S))
        return q, k, v, block_k

    rows = (
        [[1.0, 0.0], [0.0, 2.0], [1.0, 1.0]],
        [[0.0, 1.0], [1.0, 0.0], [3.0, 1.0], [1.0, 2.0]],  # le maximum monte
        [[1.0, -1.0], [0.0, 2.0], [3.0, 1.0], [-2.0, 0.5]],
    )
    first = map(torch.tensor, rows)
    # De grands scores, qui baissent d'un bloc à l'autre, et une requête discrète.
    high = case(4, 6, 2, 2)
    high[0][:, 0] = torch.tensor([0.1, 20.0, 24.0, 28.0])
    high[1][:, 0] = torch.tensor([10.0, 9.0, 4.0, 3.0, 2.0, 1.0])
    low = case(3, 5, 2, 2)  # de grands scores, tous négatifs
    low[0][:, 0], low[1][:, 0] = 20.0, -20.0
    # La dernière est longue : on y regarde la taille de ce qui est gardé.
    return [
        (*first, 2),
        case(3, 5, 2, 2),
        case(4, 7, 3, 3),
        case(2, 3, 4, 8),
        high,
        low,
        case(64, 512, 5, 32),
    ]


def _attention(q: Tensor, k: Tensor, v: Tensor, block_k: int) -> Tensor:
    return attention(q[None, None], k[None, None], v[None, None], engine="explicit")[
        0, 0
    ]


def _between(y: Tensor, q: Tensor, k: Tensor, v: Tensor, block_k: int) -> bool:
    low, high = v.amin(dim=0), v.amax(dim=0)
    return bool(((y >= low - 1e-4) & (y <= high + 1e-4)).all())


TILES = Exercise(
    number="14.4",
    title="L'attention, tuile par tuile",
    arguments=("q", "k", "v", "block_k"),
    reference=_attention,
    use=lambda answer, *inputs: in_tiles(answer)(*inputs),
    cases=_cases,
    facts=(Fact("chaque sortie reste entre les valeurs", _between),),
    misconceptions=MISCONCEPTIONS,
    hints=(
        "trois choses survivent d'un bloc à l'autre : m et ℓ, de forme (T, 1), et "
        "l'accumulateur, de forme (T, D) ; m part de −∞, les deux autres de zéro",
        "à chaque bloc : les scores, le nouveau maximum, α = exp(m − m'), les poids "
        "exp(s − m') ; puis ℓ et l'accumulateur, chacun multiplié par α d'abord",
        "`k.split(block_k)` donne les blocs, le dernier plus court s'il le faut ; on "
        "ne divise par ℓ qu'après la boucle",
    ),
    takeaway="les mêmes nombres, à l'arrondi près, et jamais plus de `block_k` scores "
    "par requête : c'est FlashAttention, à l'échelle d'une tête",
)
