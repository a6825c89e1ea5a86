"""05.2 : séparer les têtes, (B, T, d_model) → (B, H, T, d_head)."""

import torch
from einops import rearrange
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception, draw


def _cases(generator: torch.Generator) -> list[tuple]:
    shapes = ((1, 3, 4, 2), (2, 3, 6, 2), (2, 5, 8, 4), (3, 2, 12, 3), (1, 4, 6, 3))
    return [(draw(generator, B, T, d), H) for B, T, d, H in shapes]


def _split(y: Tensor, n_heads: int) -> Tensor:
    return rearrange(y, "B T (H d) -> B H T d", H=n_heads)


def _untransposed(y: Tensor, n_heads: int) -> Tensor:
    return y.reshape(len(y), n_heads, y.shape[1], -1)


SPLIT = Exercise(
    number="05.2",
    title="Séparer les têtes",
    arguments=("y", "n_heads"),
    reference=_split,
    cases=_cases,
    facts=(
        Fact(
            "aucun nombre n'est perdu ni répété",
            lambda heads, y, n_heads: torch.allclose(
                heads.flatten().sort().values, y.double().flatten().sort().values
            ),
        ),
        Fact(
            "la tête 0 du premier mot est le début de son vecteur",
            lambda heads, y, n_heads: torch.allclose(
                heads[0, 0, 0], y[0, 0, : y.shape[-1] // n_heads].double()
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "têtes séparées sans transposition",
            _untransposed,
            "la forme est la bonne, et pourtant la tête 0 du premier mot contient des "
            "nombres d'un autre mot : `view` et `reshape` lisent la mémoire dans "
            "l'ordre ; dans quel ordre sont T et H avant que vous ne les échangiez ?",
        ),
        Misconception(
            "transposition oubliée",
            lambda y, n_heads: rearrange(y, "B T (H d) -> B T H d", H=n_heads),
            "les têtes sont bien séparées, mais l'axe des mots est resté devant celui "
            "des têtes : sur quels deux derniers axes doit porter q kᵀ ?",
        ),
        Misconception(
            "têtes entrelacées",
            lambda y, n_heads: rearrange(y, "B T (d H) -> B H T d", H=n_heads),
            "vous prenez une dimension sur H pour faire une tête : celles d'une même "
            "tête sont-elles éloignées dans le vecteur, ou côte à côte ?",
        ),
        Misconception(
            "têtes et dimensions échangées",
            (
                lambda y, n_heads: rearrange(y, "B T (H d) -> B H T d", d=n_heads),
                lambda y, n_heads: rearrange(y, "B T (d H) -> B H T d", d=n_heads),
            ),
            "`n_heads` est devenu la taille d'une tête : combien de têtes l'énoncé "
            "demande-t-il, et de quelle largeur ?",
        ),
        Misconception(
            "têtes empilées dans le lot",
            lambda y, n_heads: rearrange(y, "B T (H d) -> (B H) T d", H=n_heads),
            "le lot et les têtes ne font plus qu'un axe : comment saura-t-on, ensuite, "
            "à quelle phrase appartient une tête ?",
        ),
        Misconception(
            "mots et dimensions échangés",
            lambda y, n_heads: rearrange(y, "B T (H d) -> B H d T", H=n_heads),
            "les deux derniers axes sont retournés : chaque tête doit-elle avoir une "
            "ligne par mot, ou une ligne par dimension ?",
        ),
    ),
    hints=(
        "deux gestes : couper le dernier axe en (H, d_head), puis ranger les axes",
        "`y.view(B, T, n_heads, -1)` coupe ; que reste-t-il à échanger ?",
        "`rearrange(y, '… -> B H T d', H=n_heads)` fait les deux gestes d'un coup",
    ),
    takeaway="couper n'est pas ranger : on coupe le dernier axe, puis on échange T et "
    "H",
)
