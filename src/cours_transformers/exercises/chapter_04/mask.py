"""04.7 : un masque causal qui ignore aussi le remplissage."""

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception
from cours_transformers.layers.masks import causal_mask, padding_mask


def _cases(generator: torch.Generator) -> list[tuple]:
    return [([2, 3], 3), ([4, 1, 2], 4), ([5], 5), ([1, 6], 6), ([3, 3, 5, 2], 5)]


def _past(lengths: list[int], T: int) -> Tensor:
    return causal_mask(T, T).expand(len(lengths), T, T)


def _real(lengths: list[int], T: int) -> Tensor:
    """Vrai sur les clés qui existent, (B, 1, T)."""
    return padding_mask(lengths, T)[:, 0]


def _mask(lengths: list[int], T: int) -> Tensor:
    return _past(lengths, T) & _real(lengths, T)


def _additive_form(lengths: list[int], T: int) -> Tensor:
    return torch.zeros(len(lengths), T, T).masked_fill(~_mask(lengths, T), -torch.inf)


MASK = Exercise(
    number="04.7",
    title="Un masque pour un lot de phrases",
    arguments=("lengths", "T"),
    reference=_mask,
    cases=_cases,
    facts=(
        Fact(
            "le futur est caché",
            lambda m, lengths, T: not (m.bool() & ~_past(lengths, T)).any(),
        ),
        Fact(
            "le remplissage est caché",
            lambda m, lengths, T: not (m.bool() & ~_real(lengths, T)).any(),
        ),
        Fact(
            "chaque vrai mot se voit lui-même",
            lambda m, lengths, T: all(
                bool(m[b].diagonal()[:n].bool().all()) for b, n in enumerate(lengths)
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "masque inversé",
            lambda lengths, T: ~_mask(lengths, T),
            "tout y est, mais à l'envers : dans ce cours, vrai veut-il dire permis ou "
            "interdit ?",
        ),
        Misconception(
            "diagonale exclue",
            lambda lengths, T: _past(lengths, T).tril(-1) & _real(lengths, T),
            "aucun mot ne se voit lui-même : que pourrait regarder le tout premier ?",
        ),
        Misconception(
            "futur au lieu du passé",
            (
                lambda lengths, T: _past(lengths, T).mT & _real(lengths, T),
                lambda lengths, T: ~_past(lengths, T) & _real(lengths, T),
            ),
            "chaque mot voit ceux qui le suivent : lequel des deux triangles, celui du "
            "haut ou celui du bas, contient les couples où la clé précède la requête ?",
        ),
        Misconception(
            "remplissage oublié",
            _past,
            "le masque est causal, mais il est le même pour tous les textes : à quoi "
            "servent les longueurs ?",
        ),
        Misconception(
            "causalité oubliée",
            lambda lengths, T: _real(lengths, T).expand(-1, T, T),
            "le remplissage est caché, mais chaque mot voit la suite du texte : que "
            "manque-t-il pour un modèle qui prédit le mot suivant ?",
        ),
        Misconception(
            "requêtes masquées",
            (
                lambda lengths, T: _past(lengths, T) & _real(lengths, T).mT,
                lambda lengths, T: _mask(lengths, T) & _real(lengths, T).mT,
            ),
            "vous masquez des lignes, donc des requêtes, qui n'ont alors plus rien à "
            "regarder : ce sont les clés de remplissage qu'il ne faut pas lire. Sur "
            "quel axe sont-elles ?",
        ),
        Misconception(
            "longueur décalée d'un",
            (
                lambda lengths, T: _mask([min(n + 1, T) for n in lengths], T),
                lambda lengths, T: _mask([n - 1 for n in lengths], T),
            ),
            "la limite du remplissage est décalée d'une clé : un texte de longueur 2 a "
            "quels indices, si l'on compte à partir de 0 ?",
        ),
        Misconception(
            "ou au lieu de et",
            lambda lengths, T: _past(lengths, T) | _real(lengths, T),
            "une clé vous suffit si elle est passée, ou si elle est réelle : faut-il "
            "l'une des deux conditions, ou les deux ?",
        ),
        Misconception(
            "masque additif",
            _additive_form,
            "0 et −∞ s'ajoutent aux scores : c'est l'autre convention. Quel type "
            "l'énoncé demande-t-il pour dire permis ou interdit ?",
        ),
        Misconception(
            "remplissage à gauche",
            lambda lengths, T: _past(lengths, T) & _real(lengths, T).flip(-1),
            "vous cachez le début des textes : de quel côté ajoute-t-on le remplissage "
            "ici ?",
        ),
    ),
    hints=(
        "il y a deux conditions sur le couple (i, j) : l'une ne dépend que de i et j, "
        "l'autre que de j et du texte. Écrivez-les à part",
        "comparer deux `torch.arange` de formes (T, 1) et (1, T) donne un tableau de "
        "booléens (T, T)",
        "donnez à la condition sur les clés la forme (B, 1, T), puis combinez les deux "
        "par `&`",
    ),
    takeaway="deux masques booléens se combinent par `&` : c'est tout l'intérêt de la "
    "convention « vrai = permis »",
)
