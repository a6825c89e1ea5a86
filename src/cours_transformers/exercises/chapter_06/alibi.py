"""06.4 : le biais d'ALiBi, −m_h |p − j|, avec m_h = 2^(−8h / H)."""

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception
from cours_transformers.layers.positional import alibi_slopes, distances


def _cases(generator: torch.Generator) -> list[tuple]:
    return [(3, 2), (4, 4), (5, 1), (2, 8), (6, 2)]


def _slopes(n_heads: int) -> Tensor:
    return torch.tensor(alibi_slopes(n_heads))[:, None, None]


def _bias(T: int, n_heads: int) -> Tensor:
    return -_slopes(n_heads) * distances(T, T).abs()


def _with_slopes(slope_of):
    """Le même biais, pour d'autres pentes : ``slope_of(h, H)``, h de 1 à H."""

    def wrong(T: int, n_heads: int) -> Tensor:
        slopes = [slope_of(h, n_heads) for h in range(1, n_heads + 1)]
        return -torch.tensor(slopes)[:, None, None] * distances(T, T).abs()

    return wrong


ALIBI = Exercise(
    number="06.4",
    title="Une pente par tête",
    arguments=("T", "n_heads"),
    reference=_bias,
    cases=_cases,
    facts=(
        Fact(
            "un mot ne perd rien à se regarder lui-même",
            lambda b, T, H: bool((b.diagonal(dim1=-2, dim2=-1).abs() < 1e-6).all()),
        ),
        Fact("aucun biais n'est positif", lambda b, T, H: bool((b <= 0).all())),
    ),
    misconceptions=(
        Misconception(
            "signe de la pente",
            lambda T, n_heads: -_bias(T, n_heads),
            "chez vous, le score grandit avec la distance : qui, du voisin ou du "
            "lointain, faut-il pénaliser ?",
        ),
        Misconception(
            "huit oublié",
            _with_slopes(lambda h, H: 2.0**-h),
            "vos pentes sont celles de huit têtes, quel que soit leur nombre : que "
            "devient l'exposant quand H change ?",
        ),
        Misconception(
            "têtes comptées à partir de zéro",
            _with_slopes(lambda h, H: 2 ** (-8 * (h - 1) / H)),
            "votre première tête a une pente de 1 : dans la formule, h commence-t-il à "
            "0 ou à 1 ?",
        ),
        Misconception(
            "exposant positif",
            (
                _with_slopes(lambda h, H: 2 ** (8 * h / H)),
                lambda T, n_heads: -distances(T, T).abs() / _slopes(n_heads),
            ),
            "vos pentes dépassent 1 et atteignent 256 : à cette allure, que voit "
            "encore une tête à deux mots de distance ?",
        ),
        Misconception(
            "distance signée",
            (
                lambda T, n_heads: -_slopes(n_heads) * distances(T, T),
                lambda T, n_heads: _slopes(n_heads) * distances(T, T),
            ),
            "d'un côté du mot vous pénalisez, de l'autre vous récompensez : une "
            "distance peut-elle être négative ?",
        ),
        Misconception(
            "même pente pour toutes les têtes",
            (
                lambda T, n_heads: (
                    -_slopes(n_heads)[:1].expand(n_heads, T, T) * distances(T, T).abs()
                ),
                lambda T, n_heads: -distances(T, T).abs().expand(n_heads, T, T).float(),
            ),
            "toutes vos têtes oublient à la même vitesse : à quoi sert d'en avoir "
            "plusieurs ?",
        ),
        Misconception(
            "distance décalée d'un",
            lambda T, n_heads: -_slopes(n_heads) * (distances(T, T).abs() + 1),
            "un mot est chez vous à distance 1 de lui-même. La formule le voit, le "
            "softmax non : pourquoi ?",
        ),
        Misconception(
            "passé seul",
            (
                lambda T, n_heads: _bias(T, n_heads).masked_fill(
                    distances(T, T) < 0, -torch.inf
                ),
                lambda T, n_heads: _bias(T, n_heads).tril(),
            ),
            "vous traitez l'avenir à part, comme ferait un masque : l'énoncé demande-t-"
            "il le masque, ou le biais seul ?",
        ),
        Misconception(
            "pentes régulières",
            _with_slopes(lambda h, H: h / H),
            "vos pentes sont également espacées : comment passe-t-on de l'une à la "
            "suivante dans une suite géométrique ?",
        ),
    ),
    hints=(
        "les distances d'abord : un tableau (T, T), zéro sur la diagonale",
        "les pentes ensuite : H nombres, `2 ** (-8 * h / H)` pour h de 1 à H",
        "un axe de taille 1 de chaque côté, (H, 1, 1) fois (T, T), donne (H, T, T)",
    ),
    takeaway="des pentes fixes, qu'aucun gradient ne touche : pas un paramètre, et une "
    "règle qui vaut à toutes les longueurs",
)
