"""10.1 : tirer des extraits, et leurs cibles, un cran plus loin."""

import torch

from cours_transformers.exercises.chapter_10.extracts_mistakes import MISCONCEPTIONS
from cours_transformers.exercises.chapter_10.pairs import both, extracts
from cours_transformers.exercises.exercise import Exercise, Fact


def _cases(generator: torch.Generator) -> list[tuple]:
    # De la place après chaque extrait : une faute y lit d'autres tokens, sans erreur.
    settings = (
        (10, [4, 1], 3),
        (13, [1, 5, 2], 4),
        (14, [3, 1], 5),
        (20, [1, 8, 2, 4], 2),
    )
    return [
        (torch.randperm(40, generator=generator)[:n], torch.tensor(starts), T)
        for n, starts, T in settings
    ]


EXTRACTS = Exercise(
    number="10.1",
    title="Des questions et leurs réponses",
    arguments=("tokens", "debuts", "T"),
    reference=extracts,
    use=lambda answer, *inputs: both(answer(*inputs)),
    cases=_cases,
    facts=(
        Fact(
            "chaque extrait commence où on le demande",
            lambda y, tokens, starts, T: bool((y[0, :, 0] == tokens[starts]).all()),
        ),
        Fact(
            "la cible d'une position est l'entrée de la suivante",
            lambda y, tokens, starts, T: bool((y[1, :, :-1] == y[0, :, 1:]).all()),
        ),
    ),
    misconceptions=MISCONCEPTIONS,
    hints=(
        "T questions et T réponses se recouvrent : ensemble, elles n'occupent que T + "
        "1 tokens du texte",
        "`tokens[i : i + T + 1]` est l'extrait qui commence en i ; `torch.stack` "
        "empile les extraits",
        "l'entrée est l'extrait sans son dernier token, la cible l'extrait sans son "
        "premier",
    ),
    takeaway="T + 1 tokens suffisent à poser T questions ; et la réponse à l'une est "
    "le début de la suivante",
)
