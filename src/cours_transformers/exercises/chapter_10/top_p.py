"""10.7 : garder les plus probables, jusqu'à ce que leur somme atteigne le seuil."""

import torch

from cours_transformers.exercises.chapter_10.ranking import top_p
from cours_transformers.exercises.chapter_10.top_p_mistakes import MISCONCEPTIONS
from cours_transformers.exercises.exercise import Exercise, Fact


def _cases(generator: torch.Generator) -> list[tuple]:
    laws = (
        ([0.1, 0.5, 0.05, 0.35], 0.6),
        ([0.05, 0.2, 0.4, 0.25, 0.1], 0.7),
        ([0.125, 0.5, 0.125, 0.25], 0.75),  # le seuil est atteint exactement
        ([0.02, 0.9, 0.05, 0.03], 0.8),
        ([0.07, 0.22, 0.03, 0.16, 0.3, 0.08, 0.14], 0.2),
        ([0.06, 0.11, 0.02, 0.24, 0.09, 0.31, 0.17], 0.9),
    )
    return [(torch.tensor(p), threshold) for p, threshold in laws]


TOP_P = Exercise(
    number="10.7",
    title="Un noyau de probabilité",
    arguments=("p", "seuil"),
    reference=top_p,
    cases=_cases,
    facts=(
        Fact(
            "la somme vaut 1", lambda y, p, threshold: bool((y.sum() - 1).abs() < 1e-4)
        ),
        Fact(
            "le plus probable est resté le plus probable",
            lambda y, p, threshold: bool(y.argmax() == p.argmax()),
        ),
        Fact(
            "ceux qui restent réunissent au moins le seuil",
            lambda y, p, threshold: bool(p[y > 0].sum() > threshold - 1e-4),
        ),
    ),
    misconceptions=MISCONCEPTIONS,
    hints=(
        "`valeurs, ordre = p.sort(descending=True)`, puis `valeurs.cumsum(dim=0)`",
        "on garde un token si la somme de ceux qui le **précèdent** n'a pas encore "
        "atteint le seuil",
        "`gardes = torch.zeros_like(p)`, puis `gardes[ordre] = …` remet chacun à sa "
        "place ; il reste à diviser par la somme",
    ),
    takeaway="on s'arrête dès que le seuil est atteint, et celui qui l'atteint reste : "
    "il y a toujours quelqu'un à tirer",
)
