"""01.4 : un pas de LSTM, c = f ⊙ c + i ⊙ g, puis h = o ⊙ tanh(c)."""

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_01.lstm_mistakes import MISCONCEPTIONS
from cours_transformers.exercises.chapter_01.package_step import package_step
from cours_transformers.exercises.chapter_01.several import pair
from cours_transformers.exercises.exercise import Exercise, Fact, draw
from cours_transformers.layers.recurrent import LSTM


def _cases(generator: torch.Generator) -> list[tuple]:
    def case(B: int, d_in: int, d: int) -> tuple:
        states = (B, d_in), (B, d), (B, d)
        weights = (4 * d, d_in), (4 * d, d), (4 * d,)
        return (
            *(draw(generator, *shape) for shape in states),
            # La moitié : une porte saturée cacherait les erreurs.
            *(draw(generator, *shape) / 2 for shape in weights),
        )

    shapes = ((1, 1, 1), (2, 3, 2), (3, 2, 4), (1, 4, 4), (3, 3, 3))
    return [case(*shape) for shape in shapes]


def _step(
    x_t: Tensor, h: Tensor, c: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor
) -> Tensor:
    """Empile h et c, (2, B, d)."""
    return torch.stack(package_step(LSTM, x_t, (h, c), W_x, W_h, b))


LSTM_STEP = Exercise(
    number="01.4",
    title="Un pas de LSTM",
    arguments=("x_t", "h", "c", "W_x", "W_h", "b"),
    reference=_step,
    use=lambda answer, *inputs: pair(answer(*inputs)),
    cases=_cases,
    facts=(
        Fact(
            "chaque composante de h est entre −1 et 1",
            lambda new, *inputs: bool((new[0].abs() <= 1).all()),
        ),
        Fact(
            "h et c sont partout de même signe",
            lambda new, *inputs: bool((new[0] * new[1] >= 0).all()),
        ),
        Fact(
            "aucune composante de c ne grandit de plus de 1 en un pas",
            lambda new, x_t, h, c, *weights: bool((new[1].abs() <= c.abs() + 1).all()),
        ),
    ),
    misconceptions=MISCONCEPTIONS,
    hints=(
        "commencez comme pour un RNN, sans la tangente : `x_t @ W_x.T + h @ W_h.T + b` "
        "est de forme (B, 4d). Comment la couper en quatre blocs de d colonnes ?",
        "`.chunk(4, dim=-1)` donne les blocs dans l'ordre i, f, g, o ; trois d'entre "
        "eux sont des proportions, entre 0 et 1, et le quatrième un contenu, entre −1 "
        "et 1. Lequel ?",
        "il reste deux équations : la cellule additionne ce qu'elle garde et ce "
        "qu'elle écrit ; l'état caché montre une part de la nouvelle cellule, bornée "
        "par une tangente",
    ),
    takeaway="la cellule avance par une somme, où seule la porte d'oubli multiplie le "
    "passé : c'est par là que le gradient remonte loin",
)
