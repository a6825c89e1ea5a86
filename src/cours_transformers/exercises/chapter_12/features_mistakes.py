"""Confusions de l'exercice 12.9 : la norme, la racine, et leur place."""

from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Misconception
from cours_transformers.layers.efficient.random_features import positive_features


def _half_norm(x: Tensor) -> Tensor:
    return x.square().sum(dim=-1, keepdim=True) / 2


def _written(
    size: Callable[[Tensor], Tensor] = _half_norm,
    by: Callable[[int], float | int] = lambda m: m**0.5,
) -> Callable:
    """La même formule, avec une autre norme, ou divisée par autre chose que √m."""
    return lambda x, w: (x @ w.mT - size(x)).exp() / by(len(w))


def _cosine(x: Tensor, w: Tensor) -> Tensor:
    return _half_norm(x).exp() * (x @ w.mT).cos() / len(w) ** 0.5


def _norm_outside(x: Tensor, w: Tensor) -> Tensor:
    return ((x @ w.mT).exp() - _half_norm(x)) / len(w) ** 0.5


MISCONCEPTIONS = (
    Misconception(
        "signe de la norme",
        _written(lambda x: -_half_norm(x)),
        "vous ajoutez la norme au lieu de la retrancher : la moyenne de exp(w·x) "
        "vaut exp(‖x‖²/2), est-ce à corriger ou à renforcer ?",
    ),
    Misconception(
        "norme oubliée",
        _written(lambda x: torch.zeros(())),
        "sans la norme, votre estimation du noyau est trop grande, et d'autant "
        "plus que x est long : quel terme de l'exposant la ramène ?",
    ),
    Misconception(
        "1/√m oublié",
        _written(by=lambda m: 1),
        "votre produit φ(q)·φ(k) est une somme de m termes, qui grandit avec m : "
        "comment en faire une moyenne ?",
    ),
    Misconception(
        "½ oublié",
        _written(lambda x: 2 * _half_norm(x)),
        "vous retranchez ‖x‖² entier : quelle part de la norme l'énoncé "
        "retranche-t-il ?",
    ),
    Misconception(
        "divisé par m",
        _written(by=lambda m: m),
        "vous divisez par m, et le produit φ(q)·φ(k) le sera deux fois : que doit "
        "valoir chacun des deux facteurs ?",
    ),
    Misconception(
        "racine d'une autre dimension",
        (
            lambda x, w: (x @ w.mT - _half_norm(x)).exp() / x.shape[-1] ** 0.5,
            lambda x, w: (x @ w.mT - _half_norm(x)).exp() / len(x) ** 0.5,
        ),
        "vous prenez bien une racine, mais pas celle du nombre de "
        "caractéristiques : combien de termes φ(q)·φ(k) additionne-t-il ?",
    ),
    Misconception(
        "multiplié par √m",
        _written(by=lambda m: m**-0.5),
        "plus il y a de caractéristiques, plus les vôtres sont grandes : faut-il "
        "multiplier, ou diviser ?",
    ),
    Misconception(
        "√m dans l'exposant",
        (
            lambda x, w: ((x @ w.mT - _half_norm(x)) / len(w) ** 0.5).exp(),
            lambda x, w: (x @ w.mT / len(w) ** 0.5 - _half_norm(x)).exp(),
        ),
        "vous divisez par √m avant l'exponentielle : un exposant divisé "
        "divise-t-il le résultat ?",
    ),
    Misconception(
        "norme sans le carré",
        (
            _written(lambda x: x.norm(dim=-1, keepdim=True) / 2),
            _written(lambda x: x.norm(dim=-1, keepdim=True)),
        ),
        "vous retranchez une longueur, et non son carré : que rend `norm`, ‖x‖ ou "
        "‖x‖² ?",
    ),
    Misconception(
        "norme de tout le tableau",
        (
            _written(lambda x: x.square().sum() / 2),
            _written(lambda x: x.square().mean(dim=-1, keepdim=True) / 2),
            _written(lambda x: x.square() / 2),
            lambda x, w: (x @ w.mT - x.square().sum(dim=-1) / 2).exp() / len(w) ** 0.5,
        ),
        "la norme retranchée n'est pas celle de la ligne qu'elle corrige : sur "
        "quel axe additionner les carrés, et quelle forme doit-il en rester ?",
    ),
    Misconception(
        "norme de w",
        (lambda x, w: (x @ w.mT - w.square().sum(dim=-1) / 2).exp() / len(w) ** 0.5,),
        "vous retranchez la norme des lignes tirées au hasard : laquelle des deux, "
        "x ou w, la moyenne sur w laisse-t-elle à corriger ?",
    ),
    Misconception(
        "norme hors de l'exponentielle",
        _norm_outside,
        "vous retranchez la norme après l'exponentielle, et le résultat peut "
        "devenir négatif : dans quel ordre faut-il les prendre ?",
    ),
    Misconception(
        "échelle comptée deux fois",
        (
            positive_features,
            lambda x, w: positive_features(x / x.shape[-1] ** 0.25, w),
        ),
        "vous divisez x par une puissance de D, comme le fait le paquet : l'énoncé "
        "ne dit-il pas que c'est déjà fait ?",
    ),
    Misconception(
        "exponentielle oubliée",
        lambda x, w: (x @ w.mT - _half_norm(x)) / len(w) ** 0.5,
        "vous rendez l'exposant, qui peut être négatif : qu'est-ce qui rend ces "
        "caractéristiques positives ?",
    ),
    Misconception(
        "cosinus",
        _cosine,
        "ce sont les caractéristiques trigonométriques, qui peuvent être négatives "
        ": que deviendrait un poids d'attention négatif ?",
    ),
    Misconception(
        "softmax",
        lambda x, w: (x @ w.mT - _half_norm(x)).softmax(dim=-1),
        "vos lignes somment à 1, ce que rien ne demande ici : où se fait la "
        "normalisation de l'attention linéaire ?",
    ),
)
