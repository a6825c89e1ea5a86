"""Confusions de l'exercice 13.3 : âges, poids et sommes."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from cours_transformers.exercises.exercise import Misconception


def _powers(a: Tensor, T: int, start: int = 0) -> Tensor:
    """Āᵏ pour T âges, (N, T)."""
    return a[:, None] ** torch.arange(start, start + T)


def _kernel(
    powers: Callable[[Tensor, int], Tensor] = _powers,
    weight: Callable[[Tensor, Tensor], Tensor] = lambda b, c: b * c,
    gather: Callable[[Tensor], Tensor] = lambda terms: terms.sum(dim=0),
) -> Callable:
    """Un noyau, juste par défaut, dont on remplace une pièce."""

    def wrong(a: Tensor, b: Tensor, c: Tensor, T: int) -> Tensor:
        return gather(weight(b, c)[:, None] * powers(a, T))

    return wrong


_right = _kernel()


def _then(change: Callable[[Tensor], Tensor]) -> Callable:
    """Le bon noyau, que l'on change ensuite."""
    return lambda a, b, c, T: change(_right(a, b, c, T))


MISCONCEPTIONS = (
    Misconception(
        "décalé d'un pas",
        _kernel(powers=lambda a, T: _powers(a, T, start=1)),
        "votre impulsion s'est déjà usée au pas où elle arrive : quel âge a l'entrée "
        "présente quand on lit l'état ?",
    ),
    Misconception(
        "premier coefficient nul",
        _then(lambda kernel: F.pad(kernel[:-1], (1, 0))),
        "votre noyau ignore l'entrée présente, comme si l'on lisait l'état avant de "
        "l'écrire : dans la récurrence, y_t est-il tiré de h_t ou de h_{t−1} ?",
    ),
    Misconception(
        "B̄ oublié",
        _kernel(weight=lambda b, c: c),
        "vous lisez une impulsion que rien n'a écrite : qui décide de ce qui entre "
        "dans chaque état ?",
    ),
    Misconception(
        "C oublié",
        _kernel(weight=lambda b, c: b),
        "vous additionnez les états tels quels : avec quels poids la sortie les "
        "lit-elle ?",
    ),
    Misconception(
        "somme oubliée",
        (_kernel(gather=lambda terms: terms), _kernel(gather=lambda terms: terms.T)),
        "vous rendez un noyau par état, N en tout : combien de nombres la sortie "
        "a-t-elle à chaque pas ?",
    ),
    Misconception(
        "moyenne sur l'état",
        _kernel(gather=lambda terms: terms.mean(dim=0)),
        "vous faites la moyenne des N états : C y fait un produit scalaire. Est-il "
        "divisé par N ?",
    ),
    Misconception(
        "cumul au lieu de puissances",
        (
            _kernel(powers=lambda a, T: a[:, None] * torch.arange(T)),
            _kernel(powers=lambda a, T: a[:, None] * torch.arange(1, T + 1)),
        ),
        "votre souvenir grandit avec l'âge, par additions : à chaque pas, la "
        "récurrence ajoute-t-elle Ā à l'état, ou le multiplie-t-elle ?",
    ),
    Misconception(
        "âges à l'envers",
        _then(lambda kernel: kernel.flip(0)),
        "votre noyau commence par l'entrée la plus ancienne : K_0 doit-il peser le "
        "présent ou le passé ?",
    ),
    Misconception(
        "réponse à un échelon",
        _then(lambda kernel: kernel.cumsum(dim=0)),
        "c'est la sortie pour une entrée qui vaut toujours 1 : quelle entrée ne dure "
        "qu'un pas ?",
    ),
    Misconception(
        "somme faite trop tôt",
        (
            lambda a, b, c, T: (b * c).sum() * _powers(a, T).sum(dim=0),
            lambda a, b, c, T: (b * c).sum() * a.sum() ** torch.arange(T),
            lambda a, b, c, T: b.sum() * c.sum() * _powers(a, T).sum(dim=0),
            lambda a, b, c, T: c.sum() * (b[:, None] * _powers(a, T)).sum(dim=0),
            lambda a, b, c, T: b.sum() * (c[:, None] * _powers(a, T)).sum(dim=0),
        ),
        "vous additionnez les états avant de les avoir pesés : deux états qui oublient "
        "à des vitesses différentes peuvent-ils se fondre en un seul ?",
    ),
    Misconception(
        "une longueur voisine",
        (
            lambda a, b, c, T: _right(a, b, c, T + 1),
            lambda a, b, c, T: _right(a, b, c, T - 1),
        ),
        "les coefficients sont bons, mais leur nombre est à un près : combien d'âges y "
        "a-t-il de 0 à T − 1 ?",
    ),
    Misconception(
        "Ā pris pour A",
        (
            _kernel(powers=lambda a, T: (a[:, None] * torch.arange(T)).exp()),
            _kernel(powers=lambda a, T: (-a[:, None] * torch.arange(T)).exp()),
        ),
        "vous prenez l'exponentielle de Ā : à quel moment la discrétisation "
        "l'avait-elle déjà fait ?",
    ),
    Misconception(
        "B̄ dans la puissance",
        (
            lambda a, b, c, T: (c[:, None] * _powers(a * b, T)).sum(dim=0),
            lambda a, b, c, T: _powers(a * b * c, T).sum(dim=0),
        ),
        "chez vous, l'impulsion est écrite de nouveau à chaque pas : combien de fois "
        "entre-t-elle dans l'état ?",
    ),
)
