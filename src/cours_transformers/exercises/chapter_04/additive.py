"""04.5 : les scores additifs, v · tanh(q_i W_q + k_j W_k)."""

import math

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Misconception, draw


def _cases(generator: torch.Generator) -> list[tuple]:
    def case(T: int, S: int, d_k: int, d_a: int) -> tuple:
        shapes = (T, d_k), (S, d_k), (d_k, d_a), (d_k, d_a), (d_a,)
        return tuple(draw(generator, *shape) for shape in shapes)

    shapes = ((2, 3, 2, 2), (3, 3, 4, 2), (4, 2, 3, 5), (1, 4, 3, 3), (3, 3, 4, 2))
    return [case(*shape) for shape in shapes]


def _pairs(q: Tensor, k: Tensor, W_q: Tensor, W_k: Tensor) -> Tensor:
    """q_i W_q + k_j W_k pour tous les couples, (T, S, d_a)."""
    return (q @ W_q)[:, None] + (k @ W_k)[None]


def _additive(q: Tensor, k: Tensor, W_q: Tensor, W_k: Tensor, v: Tensor) -> Tensor:
    return _pairs(q, k, W_q, W_k).tanh() @ v


ADDITIVE = Exercise(
    number="04.5",
    title="Les scores additifs",
    arguments=("q", "k", "W_q", "W_k", "v"),
    reference=_additive,
    cases=_cases,
    misconceptions=(
        Misconception(
            "tanh oubliée",
            lambda q, k, W_q, W_k, v: _pairs(q, k, W_q, W_k) @ v,
            "sans la tanh, le score se sépare en une part qui dépend de la requête et "
            "une autre de la clé : que devient la première dans le softmax ?",
        ),
        Misconception(
            "tanh après v",
            lambda q, k, W_q, W_k, v: (_pairs(q, k, W_q, W_k) @ v).tanh(),
            "vous appliquez la tanh au score final : dans la formule, v vient-il avant "
            "ou après elle ?",
        ),
        Misconception(
            "tanh de chaque côté",
            lambda q, k, W_q, W_k, v: (
                ((q @ W_q).tanh()[:, None] + (k @ W_k).tanh()) @ v
            ),
            "une tanh pour la requête, une autre pour la clé : les deux se "
            "rencontrent-elles encore à l'intérieur d'une même tanh ?",
        ),
        Misconception(
            "couples i = j seulement",
            lambda q, k, W_q, W_k, v: (q @ W_q + k @ W_k).tanh() @ v,
            "vous n'additionnez la requête i qu'avec la clé de même rang, ce qui exige "
            "T = S : comment un axe de taille 1 donnerait-il les T × S couples ?",
        ),
        Misconception(
            "produit au lieu de somme",
            lambda q, k, W_q, W_k, v: ((q @ W_q)[:, None] * (k @ W_k)).tanh() @ v,
            "vous multipliez requête et clé projetées ; pourquoi cette attention "
            "s'appelle-t-elle additive ?",
        ),
        Misconception(
            "produit scalaire",
            (
                lambda q, k, W_q, W_k, v: (q @ W_q) @ (k @ W_k).T,
                lambda q, k, W_q, W_k, v: (q @ W_q) @ (k @ W_k).T / math.sqrt(len(v)),
                lambda q, k, W_q, W_k, v: ((q @ W_q) @ (k @ W_k).T).tanh(),
            ),
            "c'est le score par produit scalaire, avec des projections : où le vecteur "
            "v intervient-il ?",
        ),
        Misconception(
            "requêtes et clés transposées",
            lambda q, k, W_q, W_k, v: _additive(q, k, W_q, W_k, v).T,
            "vos scores sont rangés en (S, T) : lequel des deux axes de taille 1 doit "
            "venir en premier ?",
        ),
        Misconception(
            "softmax de trop",
            lambda q, k, W_q, W_k, v: _additive(q, k, W_q, W_k, v).softmax(-1),
            "vous êtes allé jusqu'aux poids : l'énoncé demande-t-il des poids, ou les "
            "scores qui les précèdent ?",
        ),
        Misconception(
            "échelle de trop",
            (
                lambda q, k, W_q, W_k, v: (
                    _additive(q, k, W_q, W_k, v) / math.sqrt(len(v))
                ),
                lambda q, k, W_q, W_k, v: (
                    _additive(q, k, W_q, W_k, v) / math.sqrt(q.shape[1])
                ),
            ),
            "vous divisez par la racine d'une dimension, comme pour q·k : la tanh, "
            "bornée, laisse-t-elle le score grandir de la même façon ?",
        ),
        Misconception(
            "v oublié",
            lambda q, k, W_q, W_k, v: _pairs(q, k, W_q, W_k).tanh().sum(-1),
            "vous additionnez toutes les composantes à égalité : quel vecteur leur "
            "donne à chacune son importance ?",
        ),
        Misconception(
            "matrices interverties",
            lambda q, k, W_q, W_k, v: _additive(q, k, W_k, W_q, v),
            "la requête passe par W_k et la clé par W_q : à qui appartient chaque "
            "matrice ?",
        ),
        Misconception(
            "autre activation",
            (
                lambda q, k, W_q, W_k, v: _pairs(q, k, W_q, W_k).sigmoid() @ v,
                lambda q, k, W_q, W_k, v: _pairs(q, k, W_q, W_k).relu() @ v,
            ),
            "la non-linéarité n'est pas celle de l'énoncé : laquelle est impaire et va "
            "de −1 à 1 ?",
        ),
    ),
    hints=(
        "projetez d'abord : `q @ W_q` est de forme (T, d_a), `k @ W_k` de forme (S, "
        "d_a). Quelle forme faut-il pour avoir un vecteur par couple ?",
        "un axe de taille 1 s'étire tout seul : (T, 1, d_a) + (1, S, d_a) donne "
        "(T, S, d_a)",
        "il reste la tanh, puis un produit avec v qui fait disparaître l'axe d_a",
    ),
    takeaway="tous les couples passent par une tanh : cette somme-là ne se ramène pas "
    "à un produit de matrices, et c'est ce qui la rend plus lente",
)
