"""12.7 : le masque d'une fenêtre glissante, |i − j| < w."""

from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception
from cours_transformers.layers.efficient.window import Window


def _cases(generator: torch.Generator) -> list[tuple]:
    return [(4, 2), (6, 3), (5, 1), (9, 4), (3, 7), (8, 5), (10, 3)]


def _band(inside: Callable[[Tensor, int, int], Tensor]) -> Callable:
    """Un masque décidé par ``inside(i − j, w, T)``."""

    def mask(T: int, w: int) -> Tensor:
        i = torch.arange(T)
        return inside(i[:, None] - i[None, :], w, T)

    return mask


def _window(T: int, w: int) -> Tensor:
    return Window(w).matrix(T)


def _blocks(T: int, w: int) -> Tensor:
    block = torch.arange(T) // w
    return block[:, None] == block[None, :]


def _additive(T: int, w: int) -> Tensor:
    return torch.zeros(T, T).masked_fill(~_window(T, w), -torch.inf)


WINDOW = Exercise(
    number="12.7",
    title="Une fenêtre sur la phrase",
    arguments=("T", "w"),
    reference=_window,
    cases=_cases,
    facts=(
        Fact(
            "chaque position se voit elle-même",
            lambda m, T, w: bool((m.diagonal() == 1).all()),
        ),
        Fact(
            "si i voit j, j voit i",
            lambda m, T, w: torch.equal(m, m.mT),
        ),
        Fact(
            "personne ne voit plus de 2 w − 1 clés",
            lambda m, T, w: bool(((m == 1).sum(dim=-1) <= 2 * w - 1).all()),
        ),
    ),
    misconceptions=(
        Misconception(
            "une clé de trop",
            _band(lambda gap, w, T: gap.abs() <= w),
            "vous allez jusqu'à la distance w comprise : avec w = 1, combien de clés "
            "chaque requête verrait-elle ?",
        ),
        Misconception(
            "une clé de trop peu",
            _band(lambda gap, w, T: gap.abs() < w - 1),
            "vous vous arrêtez une clé trop tôt : avec w = 1, que reste-t-il à voir ?",
        ),
        Misconception(
            "un seul côté",
            (
                _band(lambda gap, w, T: (gap >= 0) & (gap < w)),
                _band(lambda gap, w, T: (gap <= 0) & (gap > -w)),
                _band(lambda gap, w, T: (gap >= 0) & (gap <= w)),
                _band(lambda gap, w, T: (gap <= 0) & (gap >= -w)),
            ),
            "vos requêtes ne regardent que d'un côté : la fenêtre demandée est-elle "
            "causale ?",
        ),
        Misconception(
            "valeur absolue oubliée",
            (
                _band(lambda gap, w, T: gap < w),
                _band(lambda gap, w, T: gap > -w),
                _band(lambda gap, w, T: gap <= w),
                _band(lambda gap, w, T: gap >= -w),
            ),
            "vous ne bornez la distance que d'un côté, et de l'autre on voit "
            "jusqu'au bout : une distance peut-elle être négative ?",
        ),
        Misconception(
            "côtés dépareillés",
            (
                _band(lambda gap, w, T: (gap >= -w) & (gap < w)),
                _band(lambda gap, w, T: (gap > -w) & (gap <= w)),
            ),
            "vous voyez une clé de plus d'un côté que de l'autre : une de vos bornes "
            "est-elle large, et l'autre stricte ?",
        ),
        Misconception(
            "diagonale absente",
            (
                _band(lambda gap, w, T: (gap != 0) & (gap.abs() < w)),
                _band(lambda gap, w, T: (gap != 0) & (gap.abs() <= w)),
            ),
            "aucune position ne se voit elle-même : que reste-t-il à la ligne quand w "
            "vaut 1 ?",
        ),
        Misconception(
            "w pour toute la fenêtre",
            (
                _band(lambda gap, w, T: gap.abs() <= w // 2),
                _band(lambda gap, w, T: gap.abs() < w // 2),
                _band(lambda gap, w, T: gap.abs() <= (w - 1) // 2),
                _band(lambda gap, w, T: 2 * gap.abs() < w),
                _band(lambda gap, w, T: 2 * gap.abs() <= w),
            ),
            "vous partagez w entre les deux côtés : c'est la convention de certains "
            "articles. Que compte-t-il, dans l'énoncé ?",
        ),
        Misconception(
            "blocs",
            _blocks,
            "vous coupez la phrase en blocs, et deux voisins séparés par une coupure "
            "ne se voient pas : d'où part la fenêtre de chacun ?",
        ),
        Misconception(
            "fenêtre qui fait le tour",
            _band(lambda gap, w, T: (gap % T < w) | (-gap % T < w)),
            "chez vous, la première position voit la dernière : une phrase est-elle "
            "une boucle ?",
        ),
        Misconception(
            "une clé sur w",
            _band(lambda gap, w, T: gap % w == 0),
            "vous prenez des clés régulièrement espacées : c'est un autre motif. Que "
            "veut dire glisser ?",
        ),
        Misconception(
            "masque inversé",
            (
                _band(lambda gap, w, T: gap.abs() >= w),
                _band(lambda gap, w, T: gap.abs() > w),
            ),
            "vous marquez ce qui est hors de la fenêtre : dans ce cours, vrai veut-il "
            "dire permis, ou caché ?",
        ),
        Misconception(
            "masque additif",
            _additive,
            "0 et −∞ s'ajoutent aux scores : c'est l'autre convention. Quel type "
            "l'énoncé demande-t-il ?",
        ),
    ),
    hints=(
        "`i = torch.arange(T)` ; que contient `i[:, None] - i[None, :]` ?",
        "la fenêtre ne dépend que de la distance, des deux côtés : pensez à `.abs()`",
        "avec w = 1, il ne doit rester que la diagonale : la comparaison est stricte",
    ),
    takeaway="T (2 w − 1) couples au plus : à w fixé, doubler T ne fait plus que "
    "doubler le prix",
)
