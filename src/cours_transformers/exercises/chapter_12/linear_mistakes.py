"""Confusions de l'exercice 12.4 : dénominateurs, axes, et le carré qui revient."""

from collections.abc import Callable

from torch import Tensor

from cours_transformers.exercises.chapter_12.traffic import frugal
from cours_transformers.exercises.exercise import Misconception
from cours_transformers.layers.efficient.linear_forms import quadratic


def _read(phi_q: Tensor, phi_k: Tensor, v: Tensor) -> Tensor:
    """Le numérateur seul."""
    return phi_q @ (phi_k.mT @ v)


def _total(phi_q: Tensor, phi_k: Tensor) -> Tensor:
    """Le bon dénominateur, en colonne."""
    return (phi_q @ phi_k.sum(dim=0))[:, None]


def _right(phi_q: Tensor, phi_k: Tensor, v: Tensor) -> Tensor:
    return _read(phi_q, phi_k, v) / _total(phi_q, phi_k)


def _over(total: Callable) -> Callable:
    """Le bon numérateur, sur un autre dénominateur : ``total(φ(q), φ(k))``."""
    return lambda q, k, v: _read(q, k, v) / total(q, k)


def _matrix(finish: Callable[[Tensor], Tensor]) -> Callable:
    """La même faute chez qui forme la matrice : ``finish(φ(q) φ(k)ᵀ) v``."""

    def wrong(phi_q: Tensor, phi_k: Tensor, v: Tensor) -> Tensor:
        return finish(phi_q @ phi_k.mT) @ v

    return frugal(wrong)


def _square(phi_q: Tensor, phi_k: Tensor, v: Tensor) -> Tensor:
    return quadratic(phi_q[None, None], phi_k[None, None], v[None, None])[0, 0]


def _per_query(phi_q: Tensor, phi_k: Tensor, v: Tensor) -> Tensor:
    """Chaque clé partage son poids entre les requêtes."""
    received = (phi_k @ phi_q.sum(dim=0))[:, None]
    return _read(phi_q, phi_k, v / received)


def _share(x: Tensor, dim: int) -> Tensor:
    return x / x.sum(dim=dim, keepdim=True)


MISCONCEPTIONS = (
    Misconception(
        "normalisation oubliée",
        (_read, _matrix(lambda weights: weights)),
        "vous rendez le numérateur : si toutes les valeurs étaient égales à 1, que "
        "devrait valoir la sortie ?",
    ),
    Misconception(
        "le carré est revenu",
        frugal(_square),
        "vos petits essais sont justes, mais le prix n'a pas changé : chaque requête y "
        "rencontre encore chaque clé. Dans quel ordre multipliez-vous vos trois "
        "matrices ?",
    ),
    Misconception(
        "divisé par la longueur",
        (
            _over(lambda q, k: len(k)),
            _over(lambda q, k: len(q)),
            _matrix(lambda weights: weights / weights.shape[1]),
            _matrix(lambda weights: weights / weights.shape[0]),
        ),
        "vous divisez par un nombre de positions, le même pour toutes les requêtes : "
        "la somme de leurs poids est-elle la même, elle aussi ?",
    ),
    Misconception(
        "somme sur les requêtes",
        (_per_query, _matrix(lambda weights: _share(weights, 0))),
        "chez vous, c'est chaque clé qui partage son poids entre les requêtes : sur "
        "quel axe une ligne de poids doit-elle sommer à 1 ?",
    ),
    Misconception(
        "requête absente du dénominateur",
        (
            _over(lambda q, k: k.sum()),
            _over(lambda q, k: k.sum(dim=0)),
            _over(lambda q, k: _total(q, k).sum()),
            _matrix(lambda weights: weights / weights.sum()),
        ),
        "votre dénominateur est le même pour toutes les requêtes : de qui dépend la "
        "somme des φ(q)·φ(k) ?",
    ),
    Misconception(
        "clé absente du dénominateur",
        (
            _over(lambda q, k: q.sum(dim=1, keepdim=True)),
            lambda q, k, v: _read(_share(q, 1), _share(k, 1), v),
        ),
        "votre dénominateur ne réunit pas toutes les clés : un poids est la part d'un "
        "total, et de quel total ?",
    ),
    Misconception(
        "normalisées à part",
        (
            lambda q, k, v: _read(_share(q, 1), _share(k, 0), v),
            lambda q, k, v: _read(q, _share(k, 0), v),
            lambda q, k, v: _read(q.softmax(dim=1), k.softmax(dim=0), v),
        ),
        "vous normalisez φ(q) et φ(k) chacune de son côté, ce qui est une autre "
        "attention : est-ce encore le produit φ(q)·φ(k) que l'on divise par sa somme "
        "?",
    ),
    Misconception(
        "sortie normalisée",
        (
            lambda q, k, v: _share(_read(q, k, v), 1),
            lambda q, k, v: _share(_read(q, k, v), 0),
        ),
        "vous divisez la sortie par sa propre somme : ce sont les poids qui font 1. "
        "Que donnerait votre division si les valeurs étaient de signes contraires ?",
    ),
    Misconception(
        "moyenne au dénominateur",
        (
            _over(lambda q, k: _total(q, k) / len(k)),
            _matrix(lambda weights: weights / weights.mean(dim=1, keepdim=True)),
        ),
        "une somme en haut, une moyenne en bas : de quel facteur la sortie est-elle "
        "trop grande ?",
    ),
    Misconception(
        "softmax de trop",
        (
            _matrix(lambda weights: weights.softmax(dim=-1)),
            lambda q, k, v: q @ (k.mT @ v).softmax(dim=-1),
            lambda q, k, v: q @ (k.mT @ v).softmax(dim=0),
        ),
        "φ a déjà rendu les poids positifs : à quoi servirait encore une exponentielle "
        "?",
    ),
    Misconception(
        "φ appliquée deux fois",
        (
            lambda q, k, v: _right(q + 1, k + 1, v),
            lambda q, k, v: _right(q.exp(), k.exp(), v),
        ),
        "vous transformez encore φ(q) et φ(k) : que reçoit votre fonction, q et k, ou "
        "ce que φ en a fait ?",
    ),
    Misconception(
        "résumé transposé",
        (
            lambda q, k, v: q @ (v.mT @ k) / _total(q, k),
            lambda q, k, v: q @ (v.mT @ k),
        ),
        "votre résumé a la forme (D, F), et n'est lisible que si D = F : qui multiplie "
        "φ(q) à droite doit avoir combien de lignes ?",
    ),
)
