"""04.2 : les poids d'attention, softmax(q kᵀ / √d_k)."""

import math

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception, draw
from cours_transformers.layers.attention import attention_weights


def _cases(generator: torch.Generator) -> list[tuple]:
    shapes = ((2, 3, 4), (3, 3, 2), (4, 2, 5), (1, 6, 3), (5, 7, 16), (3, 3, 2))
    return [(draw(generator, T, d), draw(generator, S, d)) for T, S, d in shapes]


def _scores(q: Tensor, k: Tensor) -> Tensor:
    return q @ k.T / math.sqrt(q.shape[-1])


def _proportions(scores: Tensor) -> Tensor:
    return scores / scores.sum(dim=-1, keepdim=True)


WEIGHTS = Exercise(
    number="04.2",
    title="Les poids d'attention",
    arguments=("q", "k"),
    reference=attention_weights,
    cases=_cases,
    facts=(
        Fact(
            "la somme de chaque ligne vaut 1",
            lambda w, q, k: bool(((w.sum(-1) - 1).abs() < 1e-4).all()),
        ),
        Fact("aucun poids n'est négatif", lambda w, q, k: bool((w >= 0).all())),
    ),
    misconceptions=(
        Misconception(
            "échelle oubliée",
            lambda q, k: (q @ k.T).softmax(-1),
            "tout y est, sauf la mise à l'échelle des scores (séance 2) : que devient "
            "leur variance quand d_k grandit ?",
        ),
        Misconception(
            "division par d_k",
            lambda q, k: (q @ k.T / q.shape[1]).softmax(-1),
            "vous divisez les scores par d_k : est-ce leur variance ou leur écart-type "
            "que l'on veut ramener à 1 ?",
        ),
        Misconception(
            "échelle de la longueur",
            (
                lambda q, k: (q @ k.T / math.sqrt(q.shape[0])).softmax(-1),
                lambda q, k: (q @ k.T / math.sqrt(k.shape[0])).softmax(-1),
            ),
            "vous divisez par la racine d'une longueur de phrase ; combien de termes "
            "un produit scalaire q·k additionne-t-il, et quelle dimension les compte ?",
        ),
        Misconception(
            "multiplication par √d_k",
            lambda q, k: (q @ k.T * math.sqrt(q.shape[1])).softmax(-1),
            "vous multipliez les scores par √d_k : faut-il les grandir ou les réduire "
            "?",
        ),
        Misconception(
            "softmax sur les requêtes",
            (
                lambda q, k: _scores(q, k).softmax(0),
                lambda q, k: (q @ k.T).softmax(0),
            ),
            "ce sont vos colonnes qui somment à 1 : qui répartit son attention, la "
            "requête ou la clé ? Sur quel axe (`dim`) faut-il donc normaliser ?",
        ),
        Misconception(
            "softmax sur tout le tableau",
            lambda q, k: _scores(q, k).flatten().softmax(0).view(len(q), len(k)),
            "le poids total vaut 1 pour tout le tableau : chaque requête n'a-t-elle "
            "pas droit à son propre total de 1 ?",
        ),
        Misconception(
            "softmax oublié",
            (_scores, lambda q, k: q @ k.T),
            "ce sont les scores que vous renvoyez : qu'est-ce qui les transforme en "
            "proportions ?",
        ),
        Misconception(
            "exponentielle oubliée",
            lambda q, k: _proportions(q @ k.T),
            "vous divisez les scores par leur somme, sans exponentielle : que se "
            "passe-t-il quand un score est négatif ?",
        ),
        Misconception(
            "normalisation oubliée",
            (lambda q, k: _scores(q, k).exp(), lambda q, k: (q @ k.T).exp()),
            "l'exponentielle est là, mais rien ne ramène la somme à 1 : par quoi "
            "diviser chaque ligne ?",
        ),
        Misconception(
            "logarithme du softmax",
            lambda q, k: _scores(q, k).log_softmax(-1),
            "vous renvoyez le logarithme des poids : est-ce bien `softmax` que vous "
            "appelez ?",
        ),
        Misconception(
            "rôles échangés",
            (
                lambda q, k: _scores(k, q).softmax(-1),
                lambda q, k: (k @ q.T).softmax(-1),
            ),
            "chez vous, ce sont les clés qui interrogent les requêtes : une ligne du "
            "résultat devrait correspondre à quel mot ?",
        ),
        Misconception(
            "clés oubliées",
            (
                lambda q, k: _scores(q, q).softmax(-1),
                lambda q, k: (q @ q.T).softmax(-1),
            ),
            "vous comparez les requêtes entre elles : à quoi sert alors `k` ?",
        ),
    ),
    hints=(
        "commencez par le tableau des scores : de forme (T, S), un produit scalaire "
        "par couple (requête, clé). Quel produit de matrices le donne ?",
        "le nombre qui met à l'échelle dépend de d_k seul : `q.shape[-1]`. Où "
        "l'appliquer, avant ou après le softmax ?",
        "chaque ligne doit sommer à 1 : `softmax` prend un argument `dim`, l'axe le "
        "long duquel la somme vaut 1",
    ),
    takeaway="chaque requête dispose d'un poids total de 1, qu'elle répartit sur les "
    "clés",
)
