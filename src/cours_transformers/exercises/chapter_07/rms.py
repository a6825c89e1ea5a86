"""07.3 : RMSNorm, γ x / √(moyenne(x²) + ε), token par token."""

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception, draw
from cours_transformers.layers.norm import layer_norm, rms_norm


def _cases(generator: torch.Generator) -> list[tuple]:
    shapes = ((2, 3, 0.5), (3, 4, 0.1), (4, 2, 1.0), (3, 3, 0.2), (5, 6, 0.01))
    return [(draw(generator, T, d), draw(generator, d), eps) for T, d, eps in shapes]


def _over(size):
    """La même division, par une autre mesure de la taille : ``size(x², ε)``."""
    return lambda x, gain, eps: x / size(x.square(), eps) * gain


def _mean(square: Tensor) -> Tensor:
    return square.mean(dim=-1, keepdim=True)


def _sum(square: Tensor) -> Tensor:
    return square.sum(dim=-1, keepdim=True)


RMS = Exercise(
    number="07.3",
    title="RMSNorm",
    arguments=("x", "gain", "eps"),
    reference=rms_norm,
    cases=_cases,
    facts=(
        Fact(
            "chaque nombre garde son signe, au signe du gain près",
            lambda y, x, gain, eps: bool((y * x * gain >= -1e-9).all()),
        ),
    ),
    misconceptions=(
        Misconception(
            "ε hors de la racine",
            _over(lambda s, eps: _mean(s).sqrt() + eps),
            "vous ajoutez ε après la racine : près de zéro, le plancher doit-il être "
            "ε ou √ε ?",
        ),
        Misconception(
            "ε oublié",
            _over(lambda s, eps: _mean(s).sqrt()),
            "ε ne sert nulle part : que rend votre fonction pour un mot dont toutes "
            "les composantes sont nulles ?",
        ),
        Misconception(
            "somme divisée par √d",
            (
                _over(lambda s, eps: _sum(s) / s.shape[-1] ** 0.5),
                _over(lambda s, eps: _sum(s) / s.shape[-1] ** 0.5 + eps),
                _over(lambda s, eps: (_sum(s) / s.shape[-1] ** 0.5 + eps).sqrt()),
            ),
            "vous divisez la somme des carrés par √d : la moyenne de d nombres se "
            "divise-t-elle par d ou par sa racine ?",
        ),
        Misconception(
            "racine oubliée",
            _over(lambda s, eps: _mean(s) + eps),
            "vous divisez par la moyenne des carrés : si x double, votre résultat est "
            "divisé par deux. Quelle opération manque ?",
        ),
        Misconception(
            "somme au lieu de moyenne",
            _over(lambda s, eps: (_sum(s) + eps).sqrt()),
            "vous divisez par la longueur du vecteur : la taille du résultat doit-elle "
            "dépendre de d ?",
        ),
        Misconception(
            "mauvais axe",
            _over(lambda s, eps: (s.mean(dim=0, keepdim=True) + eps).sqrt()),
            "chez vous, ce sont les mots qui se partagent une taille : le dernier mot "
            "peut-il changer le premier ?",
        ),
        Misconception(
            "toute la phrase à la fois",
            _over(lambda s, eps: (s.mean() + eps).sqrt()),
            "vous avez une seule taille pour toute la phrase : combien en faut-il, une "
            "par phrase ou une par mot ?",
        ),
        Misconception(
            "LayerNorm",
            lambda x, gain, eps: layer_norm(x, gain, None, eps),
            "vous retirez aussi la moyenne : laquelle des deux normes le fait ?",
        ),
        Misconception(
            "moyenne retirée de la taille seule",
            lambda x, gain, eps: (
                x / (x.var(dim=-1, keepdim=True, correction=0) + eps).sqrt() * gain
            ),
            "vous divisez par l'écart type : la moyenne quadratique retire-t-elle la "
            "moyenne avant d'élever au carré ?",
        ),
        Misconception(
            "gain oublié",
            lambda x, gain, eps: rms_norm(x, torch.ones_like(gain), eps),
            "γ ne sert nulle part : comment le modèle rendrait-il à une composante "
            "l'échelle qui lui convient ?",
        ),
        Misconception(
            "gain dans la taille",
            lambda x, gain, eps: rms_norm(x * gain, torch.ones_like(gain), eps),
            "vous multipliez par γ avant de mesurer la taille : dans quel ordre la "
            "formule fait-elle les deux ?",
        ),
    ),
    hints=(
        "trois temps : les carrés, leur moyenne sur les composantes de chaque mot, la "
        "racine",
        "`x.square().mean(dim=-1, keepdim=True)` a la forme (T, 1)",
        "ε s'ajoute avant la racine ; γ multiplie à la fin",
    ),
    takeaway="une taille par mot, rien de partagé avec ses voisins, et pas de division "
    "par zéro",
)
