"""04.3 : la loi stationnaire d'une matrice de transition, π P = π."""

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception, draw


def _chain(generator: torch.Generator, T: int, stay: float = 0.0) -> Tensor:
    """Matrice de transition positive ; ``stay`` proche de 1 : elle oublie lentement."""
    P = draw(generator, T, T).softmax(dim=-1)
    return stay * torch.eye(T) + (1 - stay) * P


def _cases(generator: torch.Generator) -> list[tuple]:
    small = torch.tensor([[0.9, 0.1], [0.3, 0.7]])
    chains = [_chain(generator, T) for T in (3, 4, 4, 8)]
    return [(small,), *((P,) for P in chains), (_chain(generator, 3, stay=0.8),)]


def _stationary(P: Tensor) -> Tensor:
    """Résout π (P − I) = 0 et Σ π = 1 ; une équation de trop, mais compatible."""
    P = P.double()
    system = torch.cat([P.T - torch.eye(len(P)), torch.ones(1, len(P))])
    target = torch.zeros(len(P) + 1).double()
    target[-1] = 1
    return torch.linalg.lstsq(system, target).solution


def _powers(*exponents: int) -> tuple:
    """Départ uniforme, puis quelques pas de la chaîne, trop peu nombreux."""
    return tuple(
        lambda P, n=n: torch.linalg.matrix_power(P, n).mean(dim=0) for n in exponents
    )


def _rows(*exponents: int) -> tuple:
    """Départ du premier mot, puis quelques pas."""
    return tuple(lambda P, n=n: torch.linalg.matrix_power(P, n)[0] for n in exponents)


def _elementwise(*exponents: int) -> tuple:
    """Puissances terme à terme, lues sur une ligne ou en moyenne."""
    reads = (lambda M: M[0], lambda M: M.mean(dim=0), lambda M: M.sum(dim=0))
    return tuple(lambda P, n=n, r=r: r(P**n) for n in exponents for r in reads)


def _is_constant(p: Tensor, P: Tensor) -> bool:
    close = bool(p.max() - p.min() < 1e-6)
    return p.shape == P.shape[:1] and close and bool(p[0] != 0)


def _is_proportional(p: Tensor, P: Tensor) -> bool:
    """Un vecteur propre à gauche, de norme et de signe quelconques."""
    if p.shape != P.shape[:1]:
        return False
    return bool(torch.cosine_similarity(p, _stationary(P), dim=0).abs() > 1 - 1e-6)


def _is_power(p: Tensor, P: Tensor) -> bool:
    """Toutes les lignes, ou presque, sont déjà la loi stationnaire."""
    return p.shape == P.shape and torch.allclose(
        p, _stationary(P).expand_as(p), atol=0.1
    )


FEW = (2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 16, 20)
SOME = (2, 3, 4, 5, 8, 10, 16, 20, 32, 50)  # au-delà, tout s'annule

STATIONARY = Exercise(
    number="04.3",
    title="Où la promenade passe-t-elle son temps ?",
    arguments=("P",),
    reference=_stationary,
    cases=_cases,
    atol=1e-3,
    facts=(
        Fact("la somme vaut 1", lambda p, P: abs(float(p.sum()) - 1) < 1e-3),
        Fact("aucune probabilité n'est négative", lambda p, P: bool((p >= 0).all())),
        Fact(
            "un pas de plus ne change rien : π P = π",
            lambda p, P: torch.allclose(p @ P.double(), p, atol=1e-3),
        ),
    ),
    misconceptions=(
        Misconception(
            "vecteur propre à droite",
            lambda P: torch.full((len(P),), 1 / len(P)),
            "votre vecteur est constant : c'est la solution de P x = x, vraie de toute "
            "matrice dont les lignes somment à 1. De quel côté π multiplie-t-il P ?",
            looks=_is_constant,
        ),
        Misconception(
            "un seul pas",
            (lambda P: P.mean(dim=0), lambda P: P[0]),
            "c'est la loi après un seul pas : si l'on en fait un deuxième, "
            "change-t-elle encore ?",
        ),
        Misconception(
            "trop peu de pas",
            (*_powers(*FEW), *_rows(*FEW)),
            "la chaîne n'a pas fini d'oublier son départ ; celle de la dernière entrée "
            "est lente. À quel signe reconnaître qu'on peut s'arrêter ?",
        ),
        Misconception(
            "somme des colonnes",
            lambda P: P.sum(dim=0),
            "vous additionnez les colonnes de P : obtenez-vous une loi, et "
            "reste-t-elle la même après un pas de plus ?",
        ),
        Misconception(
            "norme au lieu de somme",
            lambda P: _stationary(P) / _stationary(P).norm(),
            "la direction est la bonne, mais un vecteur propre n'est défini qu'à un "
            "facteur près : lequel en fait une loi de probabilité ?",
            looks=_is_proportional,
        ),
        Misconception(
            "colonnes renormalisées",
            lambda P: _stationary((P / P.sum(dim=0)).T),
            "vous transposez P et refaites des lignes qui somment à 1 : est-ce encore "
            "la même chaîne, quand transposer les équations suffirait ?",
        ),
        Misconception(
            "puissance terme à terme",
            _elementwise(*SOME),
            "`P * P` et `P ** n` élèvent chaque nombre à part : quel produit enchaîne "
            "deux pas de la chaîne ?",
        ),
        Misconception(
            "matrice au lieu d'un vecteur",
            lambda P: torch.linalg.matrix_power(P, 500),
            "vous renvoyez toute la puissance de P : regardez ses lignes. Combien y "
            "en a-t-il de différentes ?",
            looks=_is_power,
        ),
        Misconception(
            "diagonale",
            lambda P: P.diagonal() / P.diagonal().sum(),
            "vous lisez la diagonale : elle dit combien de temps on reste d'affilée "
            "dans un état. Dit-elle aussi combien de fois on y revient ?",
        ),
    ),
    hints=(
        "partez d'une loi quelconque, par exemple uniforme, et faites un pas : comment "
        "s'écrit la loi d'après ?",
        "recommencez jusqu'à ce que plus rien ne bouge, ou cherchez le vecteur propre "
        "de `P.T` pour la valeur propre 1",
        "dans tous les cas, finissez par une division : la somme de π vaut 1",
    ),
    takeaway="une matrice d'attention enchaînée à elle-même oublie d'où l'on est parti",
)
