"""Confusions de l'exercice 14.2 : la correction, le maximum, la seconde lecture."""

from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_13.pairs import pair
from cours_transformers.exercises.chapter_14.online_loop import (
    MINUS,
    Blocks,
    bare,
    either,
    guarded,
    loop,
)
from cours_transformers.exercises.chapter_14.stream import read_once
from cours_transformers.exercises.exercise import Misconception


def _unmoved(total: Tensor, m: Tensor, origin: Tensor, scores: Tensor) -> Tensor:
    return total + (scores - origin).exp().sum()


def _backwards(total: Tensor, m: Tensor, origin: Tensor, scores: Tensor) -> Tensor:
    return total * (origin - m).exp() + (scores - origin).exp().sum()


def _backwards_once(total: Tensor, m: Tensor, origin: Tensor, s: Tensor) -> Tensor:
    """La même, chez qui ne corrige que s'il y a de quoi."""
    grown = total * (origin - guarded(m)).exp() if total > 0 else total
    return grown + (s - origin).exp().sum()


def _both(total: Tensor, m: Tensor, origin: Tensor, scores: Tensor) -> Tensor:
    return (total + (scores - origin).exp().sum()) * (m - origin).exp()


def _late(total: Tensor, m: Tensor, origin: Tensor, scores: Tensor) -> Tensor:
    """Le bloc est encore mesuré depuis l'ancien maximum."""
    return total * (m - origin).exp() + (scores - guarded(m)).exp().sum()


def _raw(total: Tensor, m: Tensor, origin: Tensor, scores: Tensor) -> Tensor:
    return total + scores.exp().sum()


def _own(m: Tensor, scores: Tensor) -> Tensor:
    return scores.max()


def _first(m: Tensor, scores: Tensor) -> Tensor:
    return scores.max() if m.isneginf() else m


def _twice(origin: Callable) -> Callable:
    def wrong(blocks: Blocks) -> object:
        blocks = list(blocks)
        m = torch.cat(blocks).max()
        return pair((m, sum((scores - origin(m)).exp().sum() for scores in blocks)))

    return read_once(wrong)


def _invented(y: Tensor, blocks: list[Tensor]) -> bool:
    """Le bon maximum, ou un nombre énorme et négatif quand il n'y en a pas."""
    m = torch.cat(blocks).max()
    return y.shape == (2,) and bool(MINUS < y[0] < -1e3 if m == MINUS else y[0] == m)


MISCONCEPTIONS = (
    Misconception(
        "correction oubliée",
        either(_unmoved),
        "quand le maximum monte, votre ancienne somme reste mesurée depuis l'ancien : "
        "peut-on ajouter des exponentielles qui n'ont pas la même origine ?",
    ),
    Misconception(
        "−∞ moins −∞",
        loop(origin=bare),
        "tant que tous les scores valent −∞, le maximum aussi, et leur différence "
        "donne NaN : quelle autre origine laisserait ces exponentielles nulles ?",
    ),
    Misconception(
        "deux lectures",
        (_twice(guarded), _twice(bare)),
        "vous relisez les blocs, ou vous les gardez tous : que deviendrait ce calcul, "
        "s'ils ne tenaient pas en mémoire ?",
    ),
    Misconception(
        "sens de la correction",
        (*either(_backwards), *either(_backwards_once)),
        "votre correction grandit quand le maximum monte : vu d'un maximum plus haut, "
        "un même terme pèse-t-il plus, ou moins ?",
    ),
    Misconception(
        "maximum du dernier bloc",
        (*either(raised=_own), *either(_unmoved, raised=_own)),
        "votre m est celui du dernier bloc, même s'il redescend : lequel des deux, "
        "l'ancien ou le nouveau, faut-il garder ?",
    ),
    Misconception(
        "maximum non soustrait",
        (
            loop(_raw),
            loop(_raw, finish=lambda m, total: (m, total / guarded(m).exp())),
            loop(_raw, finish=lambda m, total: (m, total * (-guarded(m)).exp())),
        ),
        "vous prenez l'exponentielle des scores eux-mêmes : que vaut exp(120) en "
        "simple précision ?",
    ),
    Misconception(
        "bloc mesuré trop tôt",
        either(_late),
        "les scores du bloc sont comparés au maximum d'avant, et l'ancienne somme au "
        "nouveau : les deux ont-ils la même origine ?",
    ),
    Misconception(
        "maximum nul au départ",
        loop(start=0.0),
        "votre maximum part de zéro : que devient-il, si tous les scores sont "
        "négatifs ?",
    ),
    Misconception(
        "−∞ remplacé par un nombre",
        loop(start=-1e9),
        "votre maximum part d'un nombre très négatif : et si aucun score n'est permis, "
        "que devrait-il rester ?",
        _invented,
    ),
    Misconception(
        "premier maximum gardé",
        (*either(raised=_first), *either(_unmoved, raised=_first)),
        "votre m ne bouge plus après le premier bloc : que vaut exp(s − m) quand un "
        "score le dépasse de beaucoup ?",
    ),
    Misconception(
        "nouveau bloc corrigé aussi",
        either(_both),
        "vous corrigez aussi les termes du bloc présent : depuis quel maximum "
        "étaient-ils mesurés ?",
    ),
    Misconception(
        "logarithme rendu",
        (
            *either(finish=lambda m, total: (m, m + total.log())),
            *either(finish=lambda m, total: (m, total.log())),
        ),
        "votre second nombre est un logarithme : l'énoncé demande-t-il la somme, ou le "
        "logsumexp ?",
    ),
    Misconception(
        "couple échangé",
        either(finish=lambda m, total: (total, m)),
        "vos deux nombres sont justes, mais dans l'autre ordre : lequel l'énoncé "
        "donne-t-il en premier ?",
    ),
    Misconception(
        "un seul résultat",
        (
            loop(finish=lambda m, total: m),
            *either(finish=lambda m, total: total),
            *either(finish=lambda m, total: m + total.log()),
        ),
        "vous rendez un seul nombre : avec lui seul, pourrait-on lire encore un bloc ?",
    ),
)
