"""06.7 : ranger une projection pour l'autre appariement de RoPE, tête par tête."""

import torch
from einops import rearrange
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception, draw


def _cases(generator: torch.Generator) -> list[tuple]:
    shapes = ((6, 2, 1), (12, 3, 2), (16, 2, 2), (24, 2, 3))
    return [(draw(generator, rows, d), H) for rows, d, H in shapes]


def _reorder(W: Tensor, n_heads: int) -> Tensor:
    return rearrange(W, "(h half two) d -> (h two half) d", h=n_heads, two=2)


PAIRING = Exercise(
    number="06.7",
    title="Changer d'appariement sans rien réapprendre",
    arguments=("W", "n_heads"),
    reference=_reorder,
    cases=_cases,
    facts=(
        Fact(
            "les lignes sont les mêmes, dans un autre ordre",
            lambda y, W, H: torch.allclose(
                y.sum(dim=0), W.to(y.dtype).sum(dim=0), atol=1e-4
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "têtes confondues",
            lambda W, n_heads: _reorder(W, 1),
            "vous rangez toutes les lignes d'un coup : une dimension peut-elle changer "
            "de tête ?",
        ),
        Misconception(
            "sens inverse",
            lambda W, n_heads: rearrange(
                W, "(h two half) d -> (h half two) d", h=n_heads, two=2
            ),
            "vous allez des moitiés vers les voisins : dans quel ordre sont les lignes "
            "qu'on vous donne ?",
        ),
        Misconception(
            "rien n'a bougé",
            lambda W, n_heads: W,
            "vous rendez W intacte : la ligne 1, sinus de la première paire, est-elle "
            "encore à côté de la ligne 0 dans l'autre rangement ?",
        ),
        Misconception(
            "impaires d'abord",
            lambda W, n_heads: rearrange(
                rearrange(W, "(h half two) d -> h two half d", h=n_heads, two=2).flip(
                    1
                ),
                "h two half d -> (h two half) d",
            ),
            "vos dimensions impaires viennent en premier : laquelle des deux est le "
            "premier membre d'un couple ?",
        ),
        Misconception(
            "têtes entrelacées",
            lambda W, n_heads: rearrange(
                W, "(half two h) d -> (h two half) d", h=n_heads, two=2
            ),
            "vous prenez une ligne sur H pour former une tête : les dimensions d'une "
            "même tête sont-elles éloignées, ou côte à côte ?",
        ),
        Misconception(
            "résultat transposé",
            lambda W, n_heads: _reorder(W, n_heads).T,
            "vous rendez la transposée : quel axe de W porte les dimensions de "
            "sortie ?",
        ),
    ),
    hints=(
        "dans une tête de six dimensions, l'ordre voulu est 0, 2, 4, 1, 3, 5",
        "séparez d'abord les têtes : (H, D, d_in). Le rangement se fait sur l'axe D",
        "`rearrange(W, '(h half two) d -> …', h=n_heads, two=2)` nomme les trois axes "
        "à remettre en ordre",
    ),
    takeaway="les deux appariements sont le même calcul sous deux rangements : "
    "convertir un modèle, c'est ranger des lignes",
)
