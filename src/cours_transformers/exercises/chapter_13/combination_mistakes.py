"""Confusions de l'exercice 13.4 : d'autres façons de réunir deux pas."""

from collections.abc import Callable

from torch import Tensor

from cours_transformers.exercises.chapter_13.pairs import pair
from cours_transformers.exercises.exercise import Misconception

Number = Tensor | float
Step = tuple[Number, Number]


def _from(a: Callable, b: Callable) -> Callable:
    """Un couple, chacun calculé depuis (a₁, b₁, a₂, b₂)."""

    def wrong(first: Step, then: Step) -> Tensor:
        four = (*first, *then)
        return pair((a(*four), b(*four)))

    return wrong


def _product(a1: Number, b1: Number, a2: Number, b2: Number) -> Number:
    return a2 * a1


def _written(a1: Number, b1: Number, a2: Number, b2: Number) -> Number:
    return a2 * b1 + b2


MISCONCEPTIONS = (
    Misconception(
        "ordre inversé",
        _from(_product, lambda a1, b1, a2, b2: a1 * b2 + b1),
        "vous faites le second pas avant le premier : ce qui s'écrit en dernier "
        "a-t-il eu le temps de s'user ?",
    ),
    Misconception(
        "a du premier",
        _from(_product, lambda a1, b1, a2, b2: a1 * b1 + b2),
        "vous usez b₁ par le pas qui l'a écrit : lequel des deux pas vient après lui ?",
    ),
    Misconception(
        "second écrit usé",
        _from(_product, lambda a1, b1, a2, b2: b1 + a2 * b2),
        "vous usez le plus récent et gardez l'ancien intact : lequel des deux est "
        "dans l'état quand le second pas commence ?",
    ),
    Misconception(
        "produit des b",
        _from(_product, lambda a1, b1, a2, b2: b1 * b2),
        "vous multipliez ce que les deux pas écrivent : si le second n'écrit rien, "
        "que reste-t-il du premier ?",
    ),
    Misconception(
        "somme des b",
        _from(_product, lambda a1, b1, a2, b2: b1 + b2),
        "vous ajoutez ce que les deux pas écrivent : qu'arrive-t-il à ce qu'a "
        "écrit le premier pendant le second ?",
    ),
    Misconception(
        "somme des a",
        _from(lambda a1, b1, a2, b2: a1 + a2, _written),
        "vous additionnez les oublis : garder la moitié, puis la moitié, est-ce "
        "tout garder ?",
    ),
    Misconception(
        "un seul a",
        (
            _from(lambda a1, b1, a2, b2: a2, _written),
            _from(lambda a1, b1, a2, b2: a1, _written),
        ),
        "votre pas n'use l'état reçu qu'une fois : combien de pas a-t-il traversés ?",
    ),
    Misconception(
        "tout terme à terme",
        (
            _from(lambda a1, b1, a2, b2: a1 + a2, lambda a1, b1, a2, b2: b1 + b2),
            _from(lambda a1, b1, a2, b2: a1 + a2, lambda a1, b1, a2, b2: b1 * b2),
        ),
        "vous combinez les a entre eux et les b entre eux : en développant le "
        "second pas appliqué au premier, quel terme mélange les deux ?",
    ),
    Misconception(
        "couple échangé",
        _from(_written, _product),
        "les deux nombres y sont, mais dans l'autre ordre : dans un pas (a, b), "
        "lequel multiplie l'état ?",
    ),
    Misconception(
        "un seul résultat",
        (
            lambda first, then: _written(*first, *then),
            lambda first, then: _product(*first, *then),
        ),
        "vous ne rendez qu'un nombre : pour être combiné à son tour, que doit "
        "porter un pas ?",
    ),
)
