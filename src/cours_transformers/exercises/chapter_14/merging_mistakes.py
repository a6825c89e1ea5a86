"""Confusions de l'exercice 14.3 : facteurs oubliés, échangés, ou mal placés."""

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_14.merging_loop import (
    Partial,
    bare,
    either,
    guarded,
    merge,
    shifted,
)
from cours_transformers.exercises.exercise import Misconception


def _alone(*_: Tensor) -> tuple[float, float]:
    return 1.0, 1.0


def _divided(m: Tensor, total: Tensor, acc: Tensor) -> Partial:
    return m, total, acc / total


def _divided_if_seen(m: Tensor, total: Tensor, acc: Tensor) -> Partial:
    return m, total, acc / total.masked_fill(total == 0, 1.0)


def _weighted(m: Tensor, total: Tensor, acc: Tensor) -> Partial:
    return m, total, total * acc


def _half(m: Tensor, total: Tensor, acc: Tensor) -> Partial:
    return m, total / 2, acc / 2


MISCONCEPTIONS = (
    Misconception(
        "correction oubliée",
        (merge(factors=_alone), *either(on_sum=_alone), *either(on_acc=_alone)),
        "vous additionnez telles quelles deux sommes, ou deux accumulateurs, mesurés "
        "depuis des maximums différents : qu'est-ce qui les ramène à la même origine ?",
    ),
    Misconception(
        "−∞ moins −∞",
        merge(origin=bare),
        "là où aucune moitié n'a rien vu, vos trois maximums valent −∞, et leur "
        "différence NaN : depuis quelle origine mesurer, quand il n'y a rien à "
        "mesurer ?",
    ),
    Misconception(
        "un seul côté corrigé",
        (
            *either(factors=lambda m1, m2, m: (shifted(m1, m2, m)[0], 1.0)),
            *either(factors=lambda m1, m2, m: (1.0, shifted(m1, m2, m)[1])),
        ),
        "un seul des deux côtés change d'origine : et quand c'est lui qui a le plus "
        "grand maximum ?",
    ),
    Misconception(
        "facteurs échangés",
        either(factors=lambda m1, m2, m: shifted(m2, m1, m)),
        "chaque côté reçoit le facteur de l'autre : lequel des deux faut-il réduire, "
        "celui dont le maximum est le plus petit, ou le plus grand ?",
    ),
    Misconception(
        "sens de l'exponentielle",
        (
            merge(factors=lambda m1, m2, m: ((m - m1).exp(), (m - m2).exp())),
            merge(
                factors=lambda m1, m2, m: (
                    (m - guarded(m1)).exp(),
                    (m - guarded(m2)).exp(),
                )
            ),
        ),
        "vos facteurs dépassent 1 : vu d'un maximum plus haut, un terme grandit-il ?",
    ),
    Misconception(
        "facteur entre les deux maximums",
        merge(factors=lambda m1, m2, m: ((m1 - m2).exp(), 1.0)),
        "vous ramenez la gauche à l'origine de la droite, et non au maximum que vous "
        "rendez : que vaut ce facteur, quand la gauche domine de 100 ?",
    ),
    Misconception(
        "accumulateur déjà divisé",
        (
            *either(finish=_divided_if_seen),
            *either(finish=_divided),
            *either(start=_weighted, finish=_divided),
            merge(factors=_alone, start=_weighted, finish=_divided),
        ),
        "vous rendez une moyenne : pour la fusionner encore, ne faudrait-il pas la "
        "multiplier de nouveau par ℓ ?",
    ),
    Misconception(
        "ℓ compté deux fois",
        either(start=_weighted),
        "vous multipliez chaque accumulateur par sa somme : est-il déjà divisé, "
        "d'après l'énoncé ?",
    ),
    Misconception(
        "maximum d'un seul côté",
        (
            *either(maximum=lambda m1, m2: m1),
            *either(maximum=lambda m1, m2: m2),
        ),
        "votre m est celui d'un côté, toujours le même : que devient l'exponentielle, "
        "quand l'autre est plus haut de 100 ?",
    ),
    Misconception(
        "un maximum pour toutes les requêtes",
        merge(
            maximum=lambda m1, m2: torch.maximum(m1, m2).max().expand_as(m1),
        ),
        "toutes vos requêtes ont le même maximum : une requête qui n'a que de petits "
        "scores y garde-t-elle quelque chose ?",
    ),
    Misconception(
        "moyenne des deux",
        either(finish=_half),
        "vous divisez par deux : réunir des clés, est-ce en faire la moyenne ?",
    ),
    Misconception(
        "accumulateurs oubliés",
        (
            *either(finish=lambda m, total, acc: (m, total, total)),
            *either(finish=lambda m, total, acc: total),
            *either(finish=lambda m, total, acc: acc),
        ),
        "il ne sort qu'une partie de l'état : les trois pièces ne servent-elles pas à "
        "fusionner encore ?",
    ),
)
