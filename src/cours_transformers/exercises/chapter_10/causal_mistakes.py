"""Confusions de l'exercice 10.9 : masques, échelles et axes."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Misconception
from cours_transformers.kernels.attention import attention


def _allowed(T: int, S: int, offset: int) -> Tensor:
    """Vrai si la clé j ne dépasse pas i + ``offset``."""
    return torch.ones(T, S, dtype=torch.bool).tril(offset)


def _past(T: int, S: int) -> Tensor:
    return _allowed(T, S, S - T)


def _scores(q: Tensor, k: Tensor) -> Tensor:
    return q @ k.mT / math.sqrt(q.shape[-1])


def _weights(
    q: Tensor, k: Tensor, allowed: Callable[[int, int], Tensor] = _past, dim: int = -1
) -> Tensor:
    hidden = ~allowed(q.shape[-2], k.shape[-2])
    return _scores(q, k).masked_fill(hidden, -torch.inf).softmax(dim=dim)


def _masked(allowed: Callable[[int, int], Tensor]) -> Callable:
    """La bonne attention, sous un autre masque : ``allowed(T, S)``."""
    return lambda q, k, v: _weights(q, k, allowed) @ v


def _over(dim: int) -> Callable:
    """La bonne attention, au softmax pris sur un autre axe."""
    return lambda q, k, v: _weights(q, k, dim=dim) @ v


def _scaled(scale: Callable[[Tensor, Tensor], float]) -> Callable:
    """La bonne attention, à une autre échelle."""
    return lambda q, k, v: attention(q, k, v, causal=True, scale=scale(q, k))


def _late_mask(fill: float) -> Callable:
    """Le masque posé sur les poids, après le softmax."""

    def wrong(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        hidden = ~_past(q.shape[-2], k.shape[-2])
        return _scores(q, k).softmax(dim=-1).masked_fill(hidden, fill) @ v

    return wrong


def _zeroed(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return (_scores(q, k) * _past(q.shape[-2], k.shape[-2])).softmax(dim=-1) @ v


MISCONCEPTIONS = (
    Misconception(
        "masque en haut à gauche",
        _masked(lambda T, S: _allowed(T, S, 0)),
        "votre première requête ne voit que la première clé, même si d'autres sont "
        "déjà dans le cache : de quelle clé la **dernière** requête est-elle la "
        "voisine ?",
    ),
    Misconception(
        "pas de masque",
        _masked(lambda T, S: torch.ones(T, S, dtype=torch.bool)),
        "chaque requête lit aussi les clés qui la suivent : que lui reste-t-il à "
        "prédire ?",
    ),
    Misconception(
        "masque inversé",
        (
            _masked(lambda T, S: ~_past(T, S)),
            _masked(lambda T, S: ~_allowed(T, S, S - T - 1)),
        ),
        "vos requêtes ne voient que l'avenir : vrai veut-il dire permis, ou caché ?",
    ),
    Misconception(
        "strictement causal",
        _masked(lambda T, S: _allowed(T, S, S - T - 1)),
        "aucune requête ne voit sa propre clé : que reste-t-il à la première, si rien "
        "ne la précède ?",
    ),
    Misconception(
        "décalage à contresens",
        _masked(lambda T, S: _allowed(T, S, T - S)),
        "votre diagonale s'est déplacée du mauvais côté : quand S dépasse T, les "
        "requêtes voient-elles plus de clés, ou moins ?",
    ),
    Misconception(
        "échelle oubliée",
        _scaled(lambda q, k: 1.0),
        "vos scores ne sont pas divisés : que vaut leur variance quand D grandit ?",
    ),
    Misconception(
        "divisé par D",
        _scaled(lambda q, k: 1 / q.shape[-1]),
        "vous divisez par D : la variance d'une somme de D termes vaut D, que vaut "
        "leur écart type ?",
    ),
    Misconception(
        "échelle d'un autre axe",
        (
            _scaled(lambda q, k: q.shape[-2] ** -0.5),
            _scaled(lambda q, k: k.shape[-2] ** -0.5),
            _scaled(lambda q, k: (q.shape[1] * q.shape[-1]) ** -0.5),
        ),
        "vous prenez la racine, mais pas de la dimension d'une tête : combien de "
        "termes le produit d'une requête et d'une clé additionne-t-il ?",
    ),
    Misconception(
        "multiplié par la racine",
        _scaled(lambda q, k: q.shape[-1] ** 0.5),
        "vous multipliez par √D : vos poids deviennent-ils plus doux, ou plus tranchés "
        "?",
    ),
    Misconception(
        "masque après le softmax",
        (_late_mask(0.0), _late_mask(-torch.inf)),
        "vous masquez des poids déjà partagés : ceux qui restent somment-ils encore à "
        "1 ?",
    ),
    Misconception(
        "scores mis à zéro",
        _zeroed,
        "un score nul n'est pas une absence : combien vaut exp(0) ?",
    ),
    Misconception(
        "softmax sur le mauvais axe",
        (_over(-2), _over(1)),
        "vos poids ne somment pas à 1 pour chaque requête : sur quel axe sont les clés "
        "qu'elle se partage ?",
    ),
    Misconception(
        "poids rendus",
        lambda q, k, v: _weights(q, k),
        "vous rendez les poids : que reste-t-il à en faire, et où sont les valeurs ?",
    ),
    Misconception(
        "clés à la place des valeurs",
        lambda q, k, v: attention(q, k, k, causal=True),
        "vous moyennez les clés : qui porte ce qu'il faut lire ?",
    ),
)
