"""09.2 : ce que lit le décodeur pendant l'apprentissage, la cible décalée d'un pas."""

import torch
from torch import Tensor
from torch.nn import functional as F

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception


def _cases(generator: torch.Generator) -> list[tuple]:
    shapes = ((1, 4), (3, 5), (2, 6), (4, 2))
    return [
        (torch.randint(3, 13, shape, generator=generator), start)
        for shape, start in zip(shapes, (1, 1, 2, 1), strict=True)
    ]


def _shift(target: Tensor, start: int) -> Tensor:
    return F.pad(target, (1, 0), value=start)[:, :-1]


SHIFT = Exercise(
    number="09.2",
    title="Ce que souffle le professeur",
    arguments=("target", "start"),
    reference=_shift,
    cases=_cases,
    facts=(
        Fact(
            "la première colonne est le signe de début",
            lambda y, target, start: bool((y[:, 0] == start).all()),
        ),
        Fact(
            "aucune position ne lit ce qu'elle doit écrire",
            lambda y, target, start: bool((y[:, 1:] == target[:, :-1]).all()),
        ),
    ),
    misconceptions=(
        Misconception(
            "pas de décalage",
            lambda target, start: target,
            "la position t lit exactement ce qu'elle doit écrire : que lui reste-t-il "
            "à apprendre, sinon à recopier ?",
        ),
        Misconception(
            "début ajouté, rien retiré",
            lambda target, start: F.pad(target, (1, 0), value=start),
            "votre résultat a une colonne de plus que la cible : combien de tokens le "
            "décodeur doit-il écrire, et donc combien en lire ?",
        ),
        Misconception(
            "premier token écrasé",
            lambda target, start: torch.cat(
                [torch.full_like(target[:, :1], start), target[:, 1:]], dim=1
            ),
            "vous avez posé le début à la place du premier token, sans pousser les "
            "autres : où est passé ce premier token ?",
        ),
        Misconception(
            "décalage dans l'autre sens",
            lambda target, start: F.pad(target, (0, 1), value=start)[:, 1:],
            "chaque position lit le token d'après : qui connaît l'avenir, au moment "
            "d'écrire ?",
        ),
        Misconception(
            "un tour de manège",
            lambda target, start: target.roll(1, dims=1),
            "le dernier token est revenu en tête : que lit le décodeur quand il n'a "
            "encore rien écrit ?",
        ),
        Misconception(
            "lignes décalées",
            lambda target, start: torch.cat(
                [torch.full_like(target[:1], start), target[:-1]]
            ),
            "vous avez décalé les lignes, c'est-à-dire les exemples du lot : quel axe "
            "porte le temps ?",
        ),
        Misconception(
            "zéro au lieu du début",
            lambda target, start: F.pad(target, (1, 0))[:, :-1],
            "la première colonne est faite de remplissage : quel signe dit au décodeur "
            "de commencer ?",
        ),
    ),
    hints=(
        "le résultat a la forme de `target` : une colonne entre, une colonne sort",
        "`torch.full_like(target[:, :1], start)` est la colonne qui entre",
        "`target[:, :-1]` est ce qui reste quand la dernière colonne sort",
    ),
    takeaway="pendant l'apprentissage, toutes les positions lisent le passé exact, et "
    "apprennent en même temps ; c'est le masque causal qui les empêche de tricher",
)
