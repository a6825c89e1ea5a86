"""05.3 : une attention multi-têtes entière, pour une phrase."""

import math

import torch
from einops import rearrange
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Misconception, draw
from cours_transformers.layers.attention import scaled_dot_product


def _cases(generator: torch.Generator) -> list[tuple]:
    def case(T: int, d: int, H: int) -> tuple:
        shapes = (T, d), (d, d), (d, d), (d, d), (d, d)
        return (*(draw(generator, *shape) for shape in shapes), H)

    return [case(*shape) for shape in ((2, 4, 2), (3, 4, 2), (5, 6, 3), (4, 8, 2))]


def _heads(x: Tensor, W: Tensor, n_heads: int) -> Tensor:
    return rearrange(x @ W, "T (H d) -> H T d", H=n_heads)


def _join(heads: Tensor) -> Tensor:
    return rearrange(heads, "H T d -> T (H d)")


def _read(x: Tensor, W_q: Tensor, W_k: Tensor, W_v: Tensor, n_heads: int) -> Tensor:
    q, k, v = (_heads(x, W, n_heads) for W in (W_q, W_k, W_v))
    return scaled_dot_product(q, k, v)


def _multi_head(x, W_q, W_k, W_v, W_o, n_heads) -> Tensor:
    return _join(_read(x, W_q, W_k, W_v, n_heads)) @ W_o


def _scaled_by_model(x, W_q, W_k, W_v, W_o, n_heads) -> Tensor:
    q, k, v = (_heads(x, W, n_heads) for W in (W_q, W_k, W_v))
    weights = (q @ k.mT / math.sqrt(x.shape[1])).softmax(dim=-1)
    return _join(weights @ v) @ W_o


def _unscaled(x, W_q, W_k, W_v, W_o, n_heads) -> Tensor:
    q, k, v = (_heads(x, W, n_heads) for W in (W_q, W_k, W_v))
    return _join((q @ k.mT).softmax(dim=-1) @ v) @ W_o


def _shared_softmax(x, W_q, W_k, W_v, W_o, n_heads) -> Tensor:
    q, k, v = (_heads(x, W, n_heads) for W in (W_q, W_k, W_v))
    weights = (q @ k.mT / math.sqrt(q.shape[-1])).softmax(dim=0)
    return _join(weights @ v) @ W_o


def _untransposed(x, W_q, W_k, W_v, W_o, n_heads) -> Tensor:
    q, k, v = ((x @ W).reshape(n_heads, len(x), -1) for W in (W_q, W_k, W_v))
    return _join(scaled_dot_product(q, k, v)) @ W_o


MULTI_HEAD = Exercise(
    number="05.3",
    title="Plusieurs têtes, de bout en bout",
    arguments=("x", "W_q", "W_k", "W_v", "W_o", "n_heads"),
    reference=_multi_head,
    cases=_cases,
    misconceptions=(
        Misconception(
            "W^O oubliée",
            lambda x, W_q, W_k, W_v, W_o, n_heads: _join(
                _read(x, W_q, W_k, W_v, n_heads)
            ),
            "les têtes sont mises bout à bout, et chacune reste dans sa tranche : "
            "quelle matrice les mélange ?",
        ),
        Misconception(
            "une seule tête",
            lambda x, W_q, W_k, W_v, W_o, n_heads: _multi_head(
                x, W_q, W_k, W_v, W_o, 1
            ),
            "vos requêtes et vos clés se comparent sur toute leur largeur : où "
            "`n_heads` intervient-il ?",
        ),
        Misconception(
            "échelle √d_model",
            _scaled_by_model,
            "vous divisez par la racine de d_model : sur combien de composantes porte "
            "le produit scalaire d'une tête ?",
        ),
        Misconception(
            "échelle oubliée",
            _unscaled,
            "vos scores ne sont pas divisés : que vaut leur variance quand une tête "
            "s'élargit ?",
        ),
        Misconception(
            "softmax sur les têtes",
            _shared_softmax,
            "chez vous les têtes se partagent un poids de 1 : est-ce à elles, ou aux "
            "clés, de se le partager ?",
        ),
        Misconception(
            "têtes séparées sans transposition",
            _untransposed,
            "la forme est bonne, mais chaque tête mélange des mots : dans quel ordre "
            "`view` lit-il les nombres ?",
        ),
        Misconception(
            "têtes additionnées",
            lambda x, W_q, W_k, W_v, W_o, n_heads: (
                _read(x, W_q, W_k, W_v, n_heads).sum(0).repeat(1, n_heads) @ W_o
            ),
            "vous additionnez les têtes avant de les projeter : comment W^O "
            "saurait-elle encore laquelle a lu quoi ?",
        ),
        Misconception(
            "réunion sans transposition",
            lambda x, W_q, W_k, W_v, W_o, n_heads: (
                _read(x, W_q, W_k, W_v, n_heads).reshape(x.shape) @ W_o
            ),
            "vous réunissez les têtes en lisant la mémoire d'un trait, tête après "
            "tête : une ligne de la sortie appartient-elle encore à un seul mot ?",
        ),
        Misconception(
            "W^O transposée",
            lambda x, W_q, W_k, W_v, W_o, n_heads: (
                _join(_read(x, W_q, W_k, W_v, n_heads)) @ W_o.T
            ),
            "vous multipliez par la transposée de `W_o` : `nn.Linear` range ses poids "
            "ainsi, mais que dit l'énoncé ?",
        ),
    ),
    hints=(
        "quatre temps : projeter, séparer les têtes, lire, réunir puis projeter",
        "avec l'axe des têtes en premier, les produits `@` traitent toutes les têtes à "
        "la fois",
        "l'échelle est celle d'une tête : d_model / n_heads composantes",
    ),
    takeaway="une tête est une tranche des projections, et W^O est la seule matrice où "
    "les têtes se rencontrent",
)
