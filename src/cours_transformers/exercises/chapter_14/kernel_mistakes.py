"""Confusions de l'exercice 14.9 : ce qu'écrit un noyau fautif.

PyTorch calcule cet effet, pour qu'une réponse lui soit comparée sans relancer Triton ;
les noyaux eux-mêmes sont parmi les réponses d'essai des tests.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Misconception


class OverrunError(Exception):
    """L'accès hors du tableau que la garde du processus arrêterait."""


def _logsumexp(x: Tensor) -> Tensor:
    return x.logsumexp(dim=0)


def _loaded(flat: Tensor, start: int, count: int) -> Tensor:
    if start + count > len(flat):
        raise OverrunError
    return flat[start : start + count]


def lse(
    reduce: Callable[[Tensor], Tensor] = _logsumexp,
    start: Callable[[int, int, int], int] = lambda row, stride, n_cols: row * stride,
    count: Callable[[int, int], int] = lambda n_cols, BLOCK: n_cols,
    outside: float | None = None,
    place: Callable[[int, int], int] = lambda row, stride: row,
) -> Callable:
    """L'effet du noyau, juste par défaut, dont on remplace une pièce.

    ``outside`` : ce que reçoivent les colonnes de trop ; ``None`` les ignore.
    """

    def effect(x: Tensor, out: Tensor, n_cols: int, stride: int, BLOCK: int) -> Tensor:
        result = out.clone()
        for row in range(len(x)):
            first = start(row, stride, n_cols)
            read = _loaded(x.flatten(), first, count(n_cols, BLOCK))
            if outside is not None:
                read = torch.cat([read, torch.full((BLOCK - n_cols,), outside)])
            where = place(row, stride)
            _loaded(result, where, 1)[0] = reduce(read)
        return result

    return effect


def _log2(x: Tensor) -> Tensor:
    return x.max() + (x - x.max()).exp().sum().log2()


def _all_base_two(x: Tensor) -> Tensor:
    return x.max() + (x - x.max()).exp2().sum().log2()


def _unshifted(x: Tensor) -> Tensor:
    return x.exp().sum().log()


def _whole(n_cols: int, BLOCK: int) -> int:
    return BLOCK


def _first_only(x: Tensor, out: Tensor, *sizes: int) -> Tensor:
    """Seule la ligne 0 est lue, et rangée."""
    return torch.cat([lse()(x, out, *sizes)[:1], out[1:]])


MISCONCEPTIONS = (
    Misconception(
        "masque oublié",
        (lse(count=_whole), lse(_unshifted, count=_whole)),
        "votre noyau lit `BLOCK` nombres par ligne, y compris ceux d'à côté, ou "
        "d'après la fin du tableau : lesquels lui appartiennent ?",
    ),
    Misconception(
        "valeur de remplissage",
        (lse(outside=0.0), lse(_unshifted, outside=0.0)),
        "les colonnes masquées comptent pour zéro, et exp(0) vaut 1 : quelle valeur "
        "n'y ajouterait rien ?",
    ),
    Misconception(
        "maximum non soustrait",
        lse(_unshifted),
        "vous prenez l'exponentielle des nombres eux-mêmes : que vaut-elle en simple "
        "précision, pour 200 et pour −200 ?",
    ),
    Misconception(
        "maximum non rendu",
        lse(lambda x: (x - x.max()).exp().sum().log()),
        "vous retranchez le maximum sans le rendre : que devient le résultat, si l'on "
        "ajoute 10 à toute la ligne ?",
    ),
    Misconception(
        "logarithme en base 2",
        (lse(_log2), lse(_all_base_two)),
        "votre logarithme, ou votre exponentielle, est en base 2 : quelle base "
        "l'énoncé emploie-t-il, et que coûte le passage de l'une à l'autre ?",
    ),
    Misconception(
        "toujours la ligne 0",
        (
            lse(start=lambda row, stride, n_cols: 0),
            lse(place=lambda row, stride: 0),
            _first_only,
        ),
        "tous vos programmes lisent la ligne 0, ou écrivent à la place 0 : comment "
        "chacun sait-il lequel il est ?",
    ),
    Misconception(
        "pas entre les lignes",
        (
            lse(start=lambda row, stride, n_cols: row * n_cols),
            lse(start=lambda row, stride, n_cols: row),
        ),
        "vos lignes ne commencent pas où il faut : d'une ligne à la suivante, combien "
        "de nombres y a-t-il dans la mémoire ?",
    ),
    Misconception(
        "masque d'une colonne de trop",
        lse(count=lambda n_cols, BLOCK: min(n_cols + 1, BLOCK)),
        "votre masque laisse passer une colonne de plus : les rangs commencent-ils à "
        "zéro, ou à un ?",
    ),
    Misconception(
        "sortie rangée comme l'entrée",
        lse(place=lambda row, stride: row * stride),
        "vous écrivez à la place `ligne * stride` : combien de nombres la sortie "
        "a-t-elle par ligne ?",
    ),
    Misconception(
        "logarithme oublié",
        (
            lse(lambda x: (x - x.max()).exp().sum()),
            lse(lambda x: x.max() + (x - x.max()).exp().sum()),
        ),
        "vous écrivez une somme d'exponentielles, sans en revenir : que faut-il en "
        "prendre, pour retrouver l'échelle des nombres ?",
    ),
    Misconception(
        "maximum seul",
        lse(torch.max),
        "vous écrivez le maximum de la ligne : les autres ne comptent-ils pas ?",
    ),
    Misconception(
        "rien n'est écrit",
        lambda x, out, *sizes: out,
        "la sortie est restée telle quelle : un noyau ne renvoie rien, par quoi son "
        "résultat en sort-il ?",
    ),
)
