"""Confusions de l'exercice 12.5 : ce que l'état garde, et quand on le lit."""

from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_12.gathering import (
    alone,
    before,
    bottom,
    future,
    past,
    sums,
    top,
    whole,
)
from cours_transformers.exercises.chapter_12.traffic import frugal
from cours_transformers.exercises.exercise import Misconception
from cours_transformers.layers.efficient.linear_forms import quadratic


def _over(total: Callable[[Tensor, Tensor], Tensor | int]) -> Callable:
    """Le bon numérateur, sur un autre dénominateur : ``total(φ(q), φ(k))``."""
    return lambda q, k, v: top(past, q, k, v) / total(q, k)


def _matrix(finish: Callable[[Tensor], Tensor]) -> Callable:
    """La même faute chez qui forme la matrice : ``finish(φ(q) φ(k)ᵀ) v``."""

    def wrong(phi_q: Tensor, phi_k: Tensor, v: Tensor) -> Tensor:
        return finish(phi_q @ phi_k.mT) @ v

    return frugal(wrong)


def _square(phi_q: Tensor, phi_k: Tensor, v: Tensor) -> Tensor:
    one = (phi_q[None, None], phi_k[None, None], v[None, None])
    return quadratic(*one, causal=True)[0, 0]


def _share(weights: Tensor) -> Tensor:
    return weights / weights.sum(dim=-1, keepdim=True)


def _zero_first(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return sums(before, before)(q, k, v).nan_to_num(0.0)


def _value_first(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return torch.cat([v[:1], _zero_first(q, k, v)[1:]])


def _added_outputs(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    return past(top(alone, q, k, v)) / past(bottom(alone, q, k))


def _causal_softmax(weights: Tensor) -> Tensor:
    hidden = torch.ones_like(weights, dtype=torch.bool).triu(1)
    return weights.masked_fill(hidden, -torch.inf).softmax(dim=-1)


def _ranks(q: Tensor, k: Tensor) -> Tensor:
    return torch.arange(1, len(k) + 1)[:, None]


MISCONCEPTIONS = (
    Misconception(
        "lu avant d'être écrit",
        (
            sums(before, before),
            _zero_first,
            _value_first,
            sums(before, past),
            sums(past, before),
            lambda q, k, v: top(before, q, k, v),
            _matrix(lambda weights: _share(weights.tril(-1))),
            _matrix(lambda weights: _share(weights.tril(-1)).nan_to_num(0.0)),
        ),
        "vos requêtes lisent l'état avant que leur propre token y soit écrit : que "
        "peut lire la première ?",
    ),
    Misconception(
        "dénominateur non accumulé",
        (
            sums(past, alone),
            _over(lambda q, k: (q * k).sum()),
        ),
        "vous divisez par le seul φ(q)·φ(k) du présent : le numérateur réunit tout le "
        "passé, et que réunit le dénominateur ?",
    ),
    Misconception(
        "non causale",
        (
            sums(whole, whole),
            lambda q, k, v: top(whole, q, k, v),
            _matrix(_share),
            _matrix(lambda weights: weights),
        ),
        "toutes vos requêtes lisent le même état, celui de la fin : qu'avait-on écrit "
        "quand la première est passée ?",
    ),
    Misconception(
        "état remplacé",
        (
            sums(alone, alone),
            sums(alone, past),
            lambda q, k, v: top(alone, q, k, v),
        ),
        "chaque token efface ce que les autres avaient écrit : que reste-t-il du passé "
        "?",
    ),
    Misconception(
        "le carré est revenu",
        frugal(_square),
        "vos petits essais sont justes, mais chaque requête y rencontre encore tout "
        "son passé, clé par clé : qu'est-ce qui, d'un pas au suivant, n'a pas besoin "
        "d'être relu ?",
    ),
    Misconception(
        "normalisation oubliée",
        (
            lambda q, k, v: top(past, q, k, v),
            _matrix(lambda weights: weights.tril()),
        ),
        "vous rendez le numérateur : si toutes les valeurs étaient égales à 1, que "
        "devrait valoir chaque sortie ?",
    ),
    Misconception(
        "divisé par le nombre de tokens",
        (
            _over(_ranks),
            _over(lambda q, k: len(k)),
            _matrix(lambda weights: weights.tril() / len(weights)),
        ),
        "vous divisez par un nombre de tokens : les poids d'une requête somment-ils à "
        "ce nombre ?",
    ),
    Misconception(
        "dénominateur de toute la phrase",
        (
            sums(past, whole),
            _matrix(lambda weights: _share(weights).tril()),
        ),
        "votre dénominateur connaît déjà la suite : à la première position, la sortie "
        "est-elle une moyenne de ce qu'elle a lu ?",
    ),
    Misconception(
        "numérateur de toute la phrase",
        (sums(whole, past), sums(whole, alone)),
        "votre dénominateur s'arrête au présent, mais le numérateur connaît déjà la "
        "suite : quand écrivez-vous l'un, et quand l'autre ?",
    ),
    Misconception(
        "requête absente du dénominateur",
        (
            _over(lambda q, k: past(k).sum(dim=-1, keepdim=True)),
            _over(lambda q, k: k.sum()),
        ),
        "vous divisez par la somme des φ(k), sans la requête : d'où viennent les poids "
        "que l'on additionne ?",
    ),
    Misconception(
        "sorties accumulées",
        (
            _added_outputs,
            lambda q, k, v: past(top(alone, q, k, v)),
        ),
        "vous additionnez ce que d'anciennes requêtes ont lu : qui doit lire le passé "
        "au pas t, elles, ou la requête t ?",
    ),
    Misconception(
        "à rebours",
        (
            sums(future, future),
            _matrix(lambda weights: _share(weights.triu())),
        ),
        "vos requêtes lisent ce qui les suit : par quel bout de la phrase votre boucle "
        "commence-t-elle ?",
    ),
    Misconception(
        "dernière sortie seule",
        lambda q, k, v: sums(past, past)(q, k, v)[-1],
        "une seule sortie, celle de la fin : que deviennent celles des autres pas ?",
    ),
    Misconception(
        "softmax de trop",
        _matrix(_causal_softmax),
        "φ a déjà rendu les poids positifs : à quoi servirait encore une exponentielle "
        "?",
    ),
)
