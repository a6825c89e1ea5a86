"""10.9 : l'attention causale que le GPT du livre accepte, alignée en bas à droite."""

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_10.causal_mistakes import MISCONCEPTIONS
from cours_transformers.exercises.exercise import Exercise, Fact, draw
from cours_transformers.kernels.attention import attention


def _cases(generator: torch.Generator) -> list[tuple]:
    shapes = (
        (1, 1, 2, 3, 2), (1, 2, 3, 3, 2), (2, 3, 4, 4, 5), (2, 2, 2, 6, 3),
        (1, 2, 1, 4, 3),
    )  # fmt: skip
    return [
        (draw(generator, B, H, T, D), draw(generator, B, H, S, D),
         draw(generator, B, H, S, D))
        for B, H, T, S, D in shapes
    ]  # fmt: skip


def _between(y: Tensor, q: Tensor, k: Tensor, v: Tensor) -> bool:
    low, high = v.amin(dim=-2, keepdim=True), v.amax(dim=-2, keepdim=True)
    return bool(((y >= low - 1e-4) & (y <= high + 1e-4)).all())


def _first_alone(y: Tensor, q: Tensor, k: Tensor, v: Tensor) -> bool:
    T, S = q.shape[-2], k.shape[-2]
    gap = (y[..., 0, :] - v[..., 0, :]).abs().max()
    return T < S or bool(gap < 1e-4)


CAUSAL = Exercise(
    number="10.9",
    title="Votre attention dans le GPT",
    arguments=("q", "k", "v"),
    reference=lambda q, k, v: attention(q, k, v, causal=True),
    cases=_cases,
    facts=(
        Fact("chaque sortie reste entre les valeurs", _between),
        Fact("si T = S, la première requête rend la première valeur", _first_alone),
    ),
    misconceptions=MISCONCEPTIONS,
    hints=(
        "`q @ k.mT` a la forme (B, H, T, S) : `mT` n'échange que les deux derniers "
        "axes",
        "la requête i est à la position i + S − T parmi les clés : elle voit toutes "
        "celles qui ne la dépassent pas",
        "`torch.ones(T, S, dtype=torch.bool).tril(S - T)` est vrai là où c'est permis "
        "; ailleurs, −∞ avant le softmax",
    ),
    takeaway="la dernière requête voit toutes les clés : c'est ce qui permet au cache "
    "de ne relire qu'un token",
)
