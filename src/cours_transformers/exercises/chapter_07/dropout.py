"""07.7 : le dropout d'une branche, dont le masque est donné d'avance."""

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Misconception, draw


def _cases(generator: torch.Generator) -> list[tuple]:
    cases = []
    for T, d, p in ((2, 3, 0.5), (3, 4, 0.2), (2, 5, 0.25), (4, 3, 0.1)):
        kept = torch.rand(T, d, generator=generator) > 0.4
        kept[0, 0], kept[-1, -1] = True, False  # au moins un gardé, un perdu
        cases.append((draw(generator, T, d), draw(generator, T, d), kept, p))
    return cases


def _drop(x: Tensor, branch: Tensor, kept: Tensor, p: float) -> Tensor:
    return x + branch * kept / (1 - p)


DROPOUT = Exercise(
    number="07.7",
    title="Le dropout d'une branche",
    arguments=("x", "branche", "gardes", "p"),
    reference=_drop,
    cases=_cases,
    misconceptions=(
        Misconception(
            "échelle oubliée",
            lambda x, b, k, p: x + b * k,
            "ce qui survit garde sa taille : en moyenne, que devient alors l'écriture "
            "de la branche ?",
        ),
        Misconception(
            "flux touché",
            (
                lambda x, b, k, p: (x + b) * k / (1 - p),
                lambda x, b, k, p: x * k / (1 - p) + b,
            ),
            "le dropout atteint le flux lui-même : qu'est-ce qui doit arriver intact "
            "en haut de la tour ?",
        ),
        Misconception(
            "échelle de la part perdue",
            lambda x, b, k, p: x + b * k / p,
            "vous divisez par p, la part perdue : quelle part reste-t-il ?",
        ),
        Misconception(
            "multiplié au lieu de divisé",
            lambda x, b, k, p: x + b * k * (1 - p),
            "vous réduisez encore ce qui survit : faut-il compenser les absents, ou "
            "les imiter ?",
        ),
        Misconception(
            "masque inversé",
            (
                lambda x, b, k, p: x + b * ~k / (1 - p),
                lambda x, b, k, p: x + b * ~k,
            ),
            "vous gardez ce que le masque perd : que veut dire `True` dans `gardes` ?",
        ),
        Misconception(
            "flux agrandi",
            lambda x, b, k, p: (x + b * k) / (1 - p),
            "votre échelle multiplie aussi le flux : qui a perdu des composantes, lui "
            "ou la branche ?",
        ),
        Misconception(
            "flux oublié",
            lambda x, b, k, p: b * k / (1 - p),
            "vous ne rendez que la branche : où est le résidu ?",
        ),
        Misconception(
            "dropout sans effet",
            lambda x, b, k, p: x + b,
            "rien n'est perdu : à quoi sert le masque ?",
        ),
    ),
    hints=(
        "`branche * gardes` met à zéro ce qui est perdu",
        "si l'on garde une part 1 − p, par quoi diviser pour que la moyenne reste ?",
        "le flux s'ajoute après, intact",
    ),
    takeaway="le bruit ne touche que ce que l'on ajoute ; le flux, lui, passe toujours",
)
