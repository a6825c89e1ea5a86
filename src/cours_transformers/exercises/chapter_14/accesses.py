"""14.7 : les nombres que la boucle par tuiles lit et écrit, 2 T d (1 + ⌈T / B⌉)."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception
from cours_transformers.training.traffic_counts import count_tiled


def _cases(generator: torch.Generator) -> list[tuple]:
    return [
        (6, 2, 4),
        (8, 4, 4),
        (1, 64, 16),
        (1000, 64, 128),
        (4096, 128, 64),
        (100, 32, 256),
        (777, 96, 1),
    ]


def _accesses(T: int, d: int, block_q: int) -> Tensor:
    count = count_tiled(T, d, block_q, block_k=T).total
    return torch.tensor(count, dtype=torch.float64)


def _count(
    once: float | int = 2,
    per_block: float | int = 2,
    blocks: Callable[[int, int], float | int] = lambda T, B: math.ceil(T / B),
) -> Callable:
    """Un autre compte : ``once`` matrices lues une fois, ``per_block`` relues."""
    return lambda T, d, B: T * d * (once + per_block * blocks(T, B))


def _times(factor: float | int) -> Callable:
    return lambda T, d, B: factor * _accesses(T, d, B)


ACCESSES = Exercise(
    number="14.7",
    title="Ce que lit la boucle",
    arguments=("T", "d", "block_q"),
    reference=_accesses,
    cases=_cases,
    atol=0.5,
    rtol=1e-9,
    facts=(
        Fact(
            "au moins quatre matrices (T, d) : on ne peut pas lire moins",
            lambda y, T, d, B: bool(y >= 4 * T * d),
        ),
    ),
    misconceptions=(
        Misconception(
            "chaque matrice une seule fois",
            (_count(4, 0), _count(3, 0)),
            "vous ne lisez les clés qu'une fois : quand le deuxième bloc de requêtes "
            "arrive, sont-elles encore dans la mémoire rapide ?",
        ),
        Misconception(
            "dernier bloc oublié",
            _count(blocks=lambda T, B: T // B),
            "vous arrondissez par défaut le nombre de blocs : un dernier bloc de trois "
            "requêtes lit-il moins de clés ?",
        ),
        Misconception(
            "fraction de bloc",
            _count(blocks=lambda T, B: T / B),
            "votre nombre de blocs n'est pas entier : un bloc de requêtes à moitié "
            "vide peut-il ne parcourir que la moitié des clés ?",
        ),
        Misconception(
            "un bloc de trop",
            _count(blocks=lambda T, B: T // B + 1),
            "vous comptez un bloc de plus quand T est un multiple de `block_q` : « "
            "plus un » est-il toujours un arrondi par excès ?",
        ),
        Misconception(
            "clés ou valeurs oubliées",
            _count(2, 1),
            "une seule matrice est relue par bloc : après les poids, que faut-il "
            "encore lire pour avoir une sortie ?",
        ),
        Misconception(
            "requêtes ou sortie oubliées",
            (_count(1, 2), _count(0, 2)),
            "il vous manque au moins une matrice (T, d), que la boucle ne touche "
            "qu'une fois : que lit un bloc au début, et qu'écrit-il à la fin ?",
        ),
        Misconception(
            "boucles échangées",
            (_count(2, 3), _count(0, 4), _count(1, 3)),
            "vous relisez les requêtes, ou vous réécrivez la sortie, à chaque tour : "
            "laquelle des deux boucles est à l'extérieur ?",
        ),
        Misconception(
            "une requête à la fois",
            (_count(2, 2, lambda T, B: T), _count(0, 2, lambda T, B: T)),
            "chez vous, chaque requête relit seule toutes les clés : combien de "
            "requêtes du même bloc profitent d'un seul voyage ?",
        ),
        Misconception(
            "scores écrits",
            tuple(
                lambda T, d, B, n=n, base=base: base(T, d, B) + n * T**2
                for n in (1, 2, 4)
                for base in (_accesses, _count(4, 0))
            ),
            "vous comptez les scores : dans cette boucle, quittent-ils jamais la "
            "mémoire rapide ?",
        ),
        Misconception(
            "octets",
            (_times(2), _times(4)),
            "votre compte est juste à un facteur près, la taille d'un nombre : "
            "l'énoncé compte-t-il des octets ?",
        ),
        Misconception(
            "dimension oubliée",
            lambda T, d, B: 2 * T * (1 + math.ceil(T / B)),
            "vous comptez des lignes : combien de nombres y a-t-il dans chacune ?",
        ),
        Misconception(
            "un accès par bloc",
            (
                lambda T, d, B: 4 * math.ceil(T / B) * d,
                lambda T, d, B: 2 * T * d + 2 * B * d * math.ceil(T / B),
            ),
            "chaque bloc de requêtes ne lit chez vous qu'une tuile de clés : toutes "
            "ses requêtes n'ont-elles pas besoin de toutes les clés ?",
        ),
        Misconception(
            "blocs remplis",
            lambda T, d, B: 2 * d * math.ceil(T / B) * (B + T),
            "vous lisez un dernier bloc de requêtes plein : y a-t-il encore des "
            "requêtes après T ?",
        ),
    ),
    hints=(
        "quatre matrices de forme (T, d) : lesquelles la boucle ne touche-t-elle "
        "qu'une fois, et lesquelles relit-elle ?",
        "il y a ⌈T / block_q⌉ blocs de requêtes : `math.ceil(T / block_q)`",
        "Q et la sortie, 2 T d en tout ; K et V, 2 T d par bloc",
    ),
    takeaway="le T² est toujours là, mais divisé par la taille d'un bloc : plus la "
    "mémoire rapide est grande, moins on relit",
)
