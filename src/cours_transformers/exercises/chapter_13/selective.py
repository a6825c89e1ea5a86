"""13.5 : le balayage sélectif, en une boucle honnête."""

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_13.selective_mistakes import MISCONCEPTIONS
from cours_transformers.exercises.exercise import Exercise, Fact, draw
from cours_transformers.layers.state_space import selective_scan


def _cases(generator: torch.Generator) -> list[tuple]:
    def case(T: int, d: int, N: int, pause: int = 0) -> tuple:
        # La moitié : un grand état déborderait chez qui en tire A.
        x, B, C = (draw(generator, T, size) / 2 for size in (d, N, N))
        delta = torch.randint(1, 13, (T, d), generator=generator) / 10
        A = -torch.randint(2, 13, (d, N), generator=generator) / 10
        if pause:  # une durée nulle, et la même lecture qu'au pas d'avant
            delta[pause], C[pause] = 0, C[pause - 1]
        return x, delta, A, B, C

    return [
        case(3, 2, 2, pause=1),
        case(4, 1, 3),
        case(5, 3, 2, pause=3),
        case(6, 2, 4),
    ]


def _reference(x: Tensor, delta: Tensor, A: Tensor, B: Tensor, C: Tensor) -> Tensor:
    """Le balayage du paquet, pour un lot d'une suite."""
    return selective_scan(x[None], delta[None], A, B[None], C[None])[0][0]


def _reads_at_once(
    y: Tensor, x: Tensor, delta: Tensor, A: Tensor, B: Tensor, C: Tensor
) -> bool:
    return torch.allclose(
        y[0], (delta[0] * x[0] * (B[0] @ C[0])).double(), atol=1e-4, rtol=1e-3
    )


def _pauses(
    y: Tensor, x: Tensor, delta: Tensor, A: Tensor, B: Tensor, C: Tensor
) -> bool:
    still = (delta[1:] == 0).all(dim=1)  # C y est celui du pas d'avant : voir _cases
    return torch.allclose(y[1:][still], y[:-1][still], atol=1e-4, rtol=1e-3)


SELECTIVE = Exercise(
    number="13.5",
    title="Un balayage qui choisit",
    arguments=("x", "delta", "A", "B", "C"),
    reference=_reference,
    cases=_cases,
    facts=(
        Fact("au premier pas, on lit ce que l'on vient d'écrire", _reads_at_once),
        Fact("un pas de durée nulle laisse l'état tel quel", _pauses),
    ),
    misconceptions=MISCONCEPTIONS,
    hints=(
        "l'état `h` a la forme (d, N) et part de zéros ; chaque pas en use une part, y "
        "écrit l'entrée, puis le lit",
        "`delta[t][:, None]` a la forme (d, 1), et se diffuse sur A, de forme (d, N) ; "
        "`B[t]` et `C[t]`, de forme (N,), sont communs à tous les canaux",
        "h = exp(Δ_t A) h + Δ_t x_t B_t, puis `h @ C[t]`, de forme (d,) : "
        "`torch.stack` réunit les T sorties",
    ),
    takeaway="Δ, B et C sont tirés de l'entrée, jamais de l'état : c'est ce qui laisse "
    "grouper les pas, et donc paralléliser",
)
