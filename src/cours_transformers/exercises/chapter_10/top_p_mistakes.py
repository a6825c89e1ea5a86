"""Confusions de l'exercice 10.7 : ce que l'on garde à la place du noyau."""

from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_10.ranking import by_rank, enough, law, top_p
from cours_transformers.exercises.exercise import Misconception


def _one_more(before: Tensor, reached: Tensor, threshold: float) -> Tensor:
    count = int((before < threshold).sum()) + 1
    return torch.arange(len(before)) < count


def _still_sorted(p: Tensor, threshold: float) -> Tensor:
    return top_p(p.sort(descending=True).values, threshold)


def _unsorted(keep: Callable[[Tensor, Tensor, float], Tensor]) -> Callable:
    """La somme faite dans l'ordre du vocabulaire."""

    def wrong(p: Tensor, threshold: float) -> Tensor:
        reached = p.cumsum(dim=0)
        return law(p * keep(reached - p, reached, threshold))

    return wrong


def _masked_softmax(p: Tensor, threshold: float) -> Tensor:
    return p.masked_fill(top_p(p, threshold) == 0, -torch.inf).softmax(dim=0)


MISCONCEPTIONS = (
    Misconception(
        "token du seuil exclu",
        (
            by_rank(lambda before, reached, s: reached <= s),
            by_rank(lambda before, reached, s: reached < s),
            by_rank(lambda before, reached, s: (reached <= s) | (before == 0)),
            by_rank(lambda before, reached, s: (reached < s) | (before == 0)),
        ),
        "vous vous arrêtez juste avant le seuil : que reste-t-il si le plus probable "
        "le dépasse à lui seul ?",
    ),
    Misconception(
        "un token de trop",
        (
            by_rank(_one_more),
            by_rank(lambda before, reached, s: before <= s),
        ),
        "la somme avait atteint le seuil, et vous en prenez un de plus : quelle somme "
        "faut-il comparer au seuil, celle d'avant ce token, ou celle d'après ?",
    ),
    Misconception(
        "pas de renormalisation",
        by_rank(enough, finish=lambda kept: kept),
        "vous gardez les bons tokens, mais leur somme ne vaut plus 1 : à qui va la "
        "part de ceux que vous avez exclus ?",
    ),
    Misconception(
        "tri à l'envers",
        by_rank(enough, descending=False),
        "vous réunissez le seuil en commençant par les moins probables : dans quel "
        "sens `sort` range-t-il, si on ne lui dit rien ?",
    ),
    Misconception(
        "ordre du tri",
        _still_sorted,
        "vos probabilités sont justes, mais rangées de la plus grande à la plus petite "
        ": de quel token la première est-elle ?",
    ),
    Misconception(
        "tri oublié",
        (
            _unsorted(enough),
            _unsorted(lambda before, reached, s: reached <= s),
        ),
        "vous additionnez dans l'ordre du vocabulaire : les plus probables "
        "viennent-ils en premier ?",
    ),
    Misconception(
        "seuil pour chacun",
        (
            lambda p, s: law(p * (p >= s)),
            lambda p, s: p * (p >= s),
        ),
        "vous comparez au seuil chaque probabilité, et non leur somme : combien de "
        "tokens peuvent dépasser 0,6 ?",
    ),
    Misconception(
        "min-p",
        lambda p, s: law(p * (p >= s * p.max())),
        "vous comparez chacun au plus probable : c'est min-p. Que faut-il ajouter pour "
        "savoir quand s'arrêter ?",
    ),
    Misconception(
        "toujours un seul token",
        lambda p, s: (p == p.max()).float(),
        "vous ne gardez que le plus probable : à quoi sert le seuil ?",
    ),
    Misconception(
        "softmax d'une loi",
        (
            _masked_softmax,
            by_rank(enough, finish=lambda kept: kept.softmax(dim=0)),
        ),
        "vous passez des probabilités dans un softmax, qui attend des logits : 0,5 et "
        "0,25 y garderont-ils leur rapport ?",
    ),
    Misconception(
        "part rendue au premier",
        by_rank(
            enough,
            finish=lambda kept: kept + (1 - kept.sum()) * (kept == kept.max()),
        ),
        "le plus probable prend toute la part des exclus : comment la partager sans "
        "changer le rapport entre ceux qui restent ?",
    ),
)
