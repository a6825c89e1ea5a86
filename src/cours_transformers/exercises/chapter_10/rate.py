"""10.3 : monter droit, puis descendre en cosinus jusqu'à un plancher."""

import torch

from cours_transformers.exercises.chapter_10.rate_mistakes import MISCONCEPTIONS
from cours_transformers.exercises.exercise import Exercise
from cours_transformers.training.cosine import cosine_factor


def _cases(generator: torch.Generator) -> list[tuple]:
    return [
        (2, 10, 4, 0.6, 0.1),
        (1, 20, 5, 1.0, 0.2),
        (6, 10, 4, 0.6, 0.1),
        (15, 20, 5, 2.0, 0.25),
        (10, 10, 4, 0.6, 0.1),
        (5, 20, 5, 1.5, 0.3),
        (390, 700, 40, 0.005, 0.02),
    ]


def _rate(step: int, total: int, warmup: int, peak: float, floor: float) -> float:
    return peak * cosine_factor(step, total, warmup, floor)


RATE = Exercise(
    number="10.3",
    title="Le taux, de la montée au plancher",
    arguments=("pas", "duree", "montee", "sommet", "plancher"),
    reference=_rate,
    cases=_cases,
    atol=1e-7,
    misconceptions=MISCONCEPTIONS,
    hints=(
        "deux cas : jusqu'au pas `montee`, une droite, de `sommet / montee` au sommet",
        "ensuite, la part de la descente déjà faite : r = (pas − montee) / (duree − "
        "montee)",
        "(1 + cos(πr)) / 2 va de 1 à 0 ; le plancher n'en laisse que 1 − plancher",
    ),
    takeaway="une droite pour se mettre en route, une demi-onde pour se poser : "
    "presque plate en haut, presque plate en bas",
)
