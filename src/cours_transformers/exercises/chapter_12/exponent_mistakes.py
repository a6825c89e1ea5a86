"""Confusions de l'exercice 12.3 : d'autres droites, et d'autres axes."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Misconception


def slope(x: Tensor, y: Tensor) -> Tensor:
    """Pente des moindres carrés : covariance sur variance de x."""
    x, y = x.double(), y.double()
    x, y = x - x.mean(), y - y.mean()
    return (x @ y) / (x @ x)


def logs(find: Callable[[Tensor, Tensor], Tensor]) -> Callable:
    """Applique ``find`` à (log des tailles, log des temps)."""
    return lambda sizes, times: find(sizes.double().log(), times.double().log())


def _between(first: int, last: int) -> Callable:
    """Pente de la droite qui joint deux points."""
    return logs(lambda x, y: (y[last] - y[first]) / (x[last] - x[first]))


def _bases(up: float, across: float) -> Callable:
    """Pente où les deux logarithmes n'ont pas la même base."""
    factor = math.log(across) / math.log(up)
    return logs(lambda x, y: factor * slope(x, y))


def _intercept(x: Tensor, y: Tensor) -> Tensor:
    return y.mean() - slope(x, y) * x.mean()


def _correlation(x: Tensor, y: Tensor) -> Tensor:
    return torch.corrcoef(torch.stack([x, y]))[0, 1]


def local(x: Tensor, y: Tensor) -> Tensor:
    """Pente entre chaque point et le suivant."""
    return y.diff() / x.diff()


_BASES = [(a, b) for a in (2.0, math.e, 10.0) for b in (2.0, math.e, 10.0) if a != b]

MISCONCEPTIONS = (
    Misconception(
        "logarithmes oubliés",
        slope,
        "c'est la pente des temps eux-mêmes, en millisecondes par unité de taille "
        ": que faut-il prendre des deux côtés pour qu'un exposant devienne une "
        "pente ?",
    ),
    Misconception(
        "deux points seulement",
        (
            _between(0, -1),
            _between(-2, -1),
            _between(0, 1),
            _between(1, -1),
            _between(0, -2),
        ),
        "vous joignez deux mesures, et le bruit de chacune passe tout entier dans "
        "votre pente : que disent les autres ?",
    ),
    Misconception(
        "axes échangés",
        (
            logs(lambda x, y: slope(y, x)),
            logs(lambda x, y: 1 / slope(x, y)),
        ),
        "votre pente dit combien la taille grandit avec le temps : laquelle des "
        "deux est en abscisse ?",
    ),
    Misconception(
        "logarithme d'un seul côté",
        (
            lambda n, t: slope(n, t.double().log()),
            lambda n, t: slope(n.double().log(), t),
        ),
        "un seul de vos axes est logarithmique : une puissance y est-elle encore "
        "une droite ?",
    ),
    Misconception(
        "droite forcée par l'origine",
        (
            logs(lambda x, y: (x @ y) / (x @ x)),
            logs(lambda x, y: (y / x).mean()),
            logs(lambda x, y: y.sum() / x.sum()),
            logs(lambda x, y: y[-1] / x[-1]),
        ),
        "votre droite passe par l'origine : un calcul de taille 1 prend-il "
        "exactement une unité de temps ?",
    ),
    Misconception(
        "ordonnée à l'origine",
        (
            logs(_intercept),
            lambda n, t: _intercept(n.double().log(), t.double().log()).exp(),
        ),
        "vous rendez la hauteur de la droite, que change une machine plus rapide : "
        "dans quel ordre `polyfit` range-t-il ses deux nombres ?",
    ),
    Misconception(
        "pentes locales réunies",
        (
            logs(lambda x, y: local(x, y).mean()),
            logs(lambda x, y: local(x, y).median()),
        ),
        "vous réunissez des pentes prises entre voisins, si bien que deux points "
        "proches pèsent autant que deux points éloignés : quelle droite passe au "
        "plus près de tous à la fois ?",
    ),
    Misconception(
        "deux bases mêlées",
        tuple(_bases(*bases) for bases in _BASES),
        "la base ne compterait pas, si c'était la même des deux côtés : quels sont "
        "vos deux logarithmes ?",
    ),
    Misconception(
        "corrélation",
        (
            logs(_correlation),
            lambda n, t: _correlation(n.double(), t.double()),
            logs(lambda x, y: _correlation(x, y) ** 2),
        ),
        "une corrélation dit si les points sont alignés, et ne dépasse jamais 1 : "
        "dit-elle de combien la droite monte ?",
    ),
    Misconception(
        "n d'un côté, n − 1 de l'autre",
        (
            logs(lambda x, y: slope(x, y) * (1 - 1 / len(x))),
            logs(lambda x, y: slope(x, y) / (1 - 1 / len(x))),
        ),
        "votre pente est bonne, à un facteur proche de 1 : la covariance et la "
        "variance sont-elles divisées par le même nombre ?",
    ),
    Misconception(
        "moyennes oubliées",
        (
            logs(lambda x, y: (x @ y) / ((x - x.mean()) @ (x - x.mean()))),
            logs(lambda x, y: (x @ y).div(len(x)) / x.var()),
            logs(lambda x, y: (x @ y).div(len(x)) / x.var(correction=0)),
        ),
        "en haut de votre quotient, les produits ne sont pas centrés : une "
        "covariance compte les écarts à quoi ?",
    ),
)
