"""04.8 : l'attention croisée, softmax(x W_q (y W_k)ᵀ / √d_k) y W_v."""

import math

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Misconception, draw
from cours_transformers.layers.attention import attention_weights, scaled_dot_product


def _cases(generator: torch.Generator) -> list[tuple]:
    def case(T: int, S: int, d: int, d_k: int) -> tuple:
        shapes = (T, d), (S, d), (d, d_k), (d, d_k), (d, d_k)
        return tuple(draw(generator, *shape) for shape in shapes)

    shapes = ((2, 3, 2, 3), (3, 3, 4, 2), (4, 2, 3, 3), (1, 5, 6, 4), (3, 3, 4, 2))
    return [case(*shape) for shape in shapes]


def _cross(x: Tensor, y: Tensor, W_q: Tensor, W_k: Tensor, W_v: Tensor) -> Tensor:
    return scaled_dot_product(x @ W_q, y @ W_k, y @ W_v)


def _with_scale(scale_of, dim: int = -1):
    """La même attention, où l'échelle ou l'axe du softmax est à choisir."""

    def wrong(x, y, W_q, W_k, W_v):
        scores = (x @ W_q) @ (y @ W_k).T / scale_of(*W_q.shape)
        return scores.softmax(dim) @ (y @ W_v)

    return wrong


CROSS = Exercise(
    number="04.8",
    title="L'attention croisée",
    arguments=("x", "y", "W_q", "W_k", "W_v"),
    reference=_cross,
    cases=_cases,
    misconceptions=(
        Misconception(
            "rôles échangés",
            lambda x, y, W_q, W_k, W_v: _cross(y, x, W_q, W_k, W_v),
            "chez vous, c'est y qui interroge x : combien de lignes le résultat "
            "doit-il avoir, une par mot de x ou de y ?",
        ),
        Misconception(
            "auto-attention de x",
            lambda x, y, W_q, W_k, W_v: _cross(x, x, W_q, W_k, W_v),
            "x ne regarde que lui-même : qu'avez-vous lu dans y ?",
        ),
        Misconception(
            "requêtes tirées de y",
            lambda x, y, W_q, W_k, W_v: _cross(y, y, W_q, W_k, W_v),
            "les requêtes viennent de y, comme les clés et les valeurs : qui pose la "
            "question, dans l'énoncé ?",
        ),
        Misconception(
            "valeurs tirées de x",
            lambda x, y, W_q, W_k, W_v: attention_weights(x @ W_q, y @ W_k) @ (x @ W_v),
            "les poids sont bons, mais ils pondèrent des valeurs tirées de x : dans "
            "quel texte les clés sont-elles rangées avec leurs valeurs ?",
        ),
        Misconception(
            "clés tirées de x",
            lambda x, y, W_q, W_k, W_v: attention_weights(x @ W_q, x @ W_k) @ (y @ W_v),
            "les clés viennent de x et les valeurs de y : une clé est l'étiquette de "
            "sa valeur. Peuvent-elles venir de deux textes ?",
        ),
        Misconception(
            "échelle oubliée",
            _with_scale(lambda d, d_k: 1),
            "il manque la mise à l'échelle des scores, celle de la séance 2 : de "
            "quelle dimension dépend-elle ?",
        ),
        Misconception(
            "échelle √d",
            _with_scale(lambda d, d_k: math.sqrt(d)),
            "vous divisez par √d, la dimension de x ; le produit scalaire se fait "
            "entre des vecteurs de quelle dimension ?",
        ),
        Misconception(
            "division par d_k",
            _with_scale(lambda d, d_k: d_k),
            "vous divisez par d_k : l'écart-type de q·k grandit-il comme d_k, ou moins "
            "vite ?",
        ),
        Misconception(
            "softmax sur les requêtes",
            (
                _with_scale(lambda d, d_k: math.sqrt(d_k), dim=0),
                _with_scale(lambda d, d_k: 1, dim=0),
            ),
            "le softmax porte sur l'axe des requêtes : est-ce à chaque mot de x ou à "
            "chaque mot de y de répartir un poids total de 1 ?",
        ),
        Misconception(
            "softmax oublié",
            (
                lambda x, y, W_q, W_k, W_v: (x @ W_q) @ (y @ W_k).T @ (y @ W_v),
                lambda x, y, W_q, W_k, W_v: (
                    (x @ W_q) @ (y @ W_k).T / math.sqrt(W_q.shape[1]) @ (y @ W_v)
                ),
            ),
            "les scores pondèrent directement les valeurs : sont-ils positifs, de "
            "somme 1 ?",
        ),
        Misconception(
            "projection des valeurs oubliée",
            lambda x, y, W_q, W_k, W_v: attention_weights(x @ W_q, y @ W_k) @ y,
            "vous moyennez y tel quel : à quoi sert `W_v` ?",
        ),
        Misconception(
            "matrices interverties",
            (
                lambda x, y, W_q, W_k, W_v: _cross(x, y, W_k, W_q, W_v),
                lambda x, y, W_q, W_k, W_v: _cross(x, y, W_q, W_v, W_k),
            ),
            "deux matrices de projection ont changé de place : laquelle sert aux "
            "requêtes, aux clés, aux valeurs ?",
        ),
        Misconception(
            "poids au lieu de la sortie",
            lambda x, y, W_q, W_k, W_v: attention_weights(x @ W_q, y @ W_k),
            "vous renvoyez qui regarde qui : que reste-t-il à faire de ces poids ?",
        ),
    ),
    hints=(
        "trois projections d'abord : laquelle part de x, lesquelles partent de y ?",
        "ensuite, c'est l'attention de la séance 1 : scores (T, S), mise à l'échelle, "
        "softmax",
        "la dimension de l'échelle est celle des requêtes projetées : "
        "`(x @ W_q).shape[-1]`. Les poids multiplient enfin les valeurs",
    ),
    takeaway="x pose les questions, y répond : autant de sorties que de mots dans x, "
    "faites uniquement de valeurs de y",
)
