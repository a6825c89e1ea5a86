"""12.3 : l'exposant d'une loi de puissance, pente de log t contre log n."""

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_12.exponent_mistakes import (
    MISCONCEPTIONS,
    local,
    logs,
    slope,
)
from cours_transformers.exercises.exercise import Exercise, Fact


def _cases(generator: torch.Generator) -> list[tuple]:
    """Des temps bruités, en millisecondes : sans bruit, deux points suffiraient."""
    first = (torch.tensor([128.0, 256.0, 512.0, 2048.0]),
             torch.tensor([1.3, 4.6, 21.0, 247.0]))  # fmt: skip
    laws = (
        (1.0, 0.002, (64, 128, 512, 1024, 1536)),
        (2.0, 3e-5, (100, 200, 300, 1000, 2000, 4000)),
        (1.5, 0.001, (32, 96, 128, 640, 1024)),
        (3.0, 1e-7, (50, 80, 200, 320, 500, 900)),
    )
    return [first, *(_noisy(generator, *law) for law in laws)]


def _noisy(
    generator: torch.Generator, power: float, scale: float, sizes: tuple[int, ...]
) -> tuple[Tensor, Tensor]:
    n = torch.tensor(sizes, dtype=torch.float32)
    noise = (torch.randn(len(n), generator=generator) / 5).exp()
    return n, scale * n**power * noise


def _possible(y: Tensor, sizes: Tensor, times: Tensor) -> bool:
    slopes = logs(local)(sizes, times)
    return bool(((y > slopes.min() - 1e-3) & (y < slopes.max() + 1e-3)).all())


EXPONENT = Exercise(
    number="12.3",
    title="L'exposant d'une courbe",
    arguments=("sizes", "times"),
    reference=logs(slope),
    cases=_cases,
    facts=(
        Fact("entre la plus faible et la plus forte des pentes locales", _possible),
    ),
    misconceptions=MISCONCEPTIONS,
    hints=(
        "si `t = c * n**a`, alors log t = log c + a log n : une droite, de pente a",
        "la pente des moindres carrés est la covariance de x et de y, divisée par la "
        "variance de x",
        "centrez : `x = sizes.log()`, puis `x = x - x.mean()`, de même pour y ; la "
        "pente est la somme des x · y, divisée par celle des x²",
    ),
    takeaway="une puissance est une droite entre deux logarithmes, et tous les points "
    "en votent la pente",
)
