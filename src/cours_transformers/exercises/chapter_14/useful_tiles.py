"""14.5 : quelles tuiles de clés un bloc de requêtes lit, et lesquelles il masque."""

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_13.pairs import pair
from cours_transformers.exercises.chapter_14.useful_tiles_mistakes import (
    MISCONCEPTIONS,
    tiles,
)
from cours_transformers.exercises.exercise import Exercise, Fact


def _cases(generator: torch.Generator) -> list[tuple]:
    return [
        (1, 2, 2, 6, 6),
        (0, 4, 4, 16, 16),
        (1, 4, 2, 16, 16),  # deux tuiles à cheval sur la diagonale
        (2, 2, 4, 16, 16),
        (3, 4, 4, 14, 14),  # dernier bloc de requêtes, plus court
        (1, 4, 4, 8, 13),  # des clés d'avant la première requête
        (0, 1, 4, 1, 11),  # le décodage : une requête, toutes les clés
        (0, 3, 4, 12, 5),  # plus de requêtes que de clés : elles ne voient rien
        (2, 3, 2, 12, 5),
        (5, 2, 3, 12, 12),
        (2, 5, 3, 13, 20),
        (7, 64, 32, 1000, 1000),
    ]


def _within(y: Tensor, i: int, block_q: int, block_k: int, T: int, S: int) -> bool:
    return bool(0 <= y[0] <= y[1] <= -(-S // block_k))


def _last_key(y: Tensor, i: int, block_q: int, block_k: int, T: int, S: int) -> bool:
    """La dernière requête voit toutes les clés : les dernières tuiles servent."""
    last_block = (i + 1) * block_q >= T
    return bool(not last_block or y[1] == -(-S // block_k))


USEFUL_TILES = Exercise(
    number="14.5",
    title="Les tuiles que personne ne lit",
    arguments=("i", "block_q", "block_k", "T", "S"),
    reference=tiles(),
    use=lambda answer, *inputs: pair(answer(*inputs)),
    cases=_cases,
    facts=(
        Fact("0 ≤ pleines ≤ fin, et fin ne dépasse pas le nombre de tuiles", _within),
        Fact("le dernier bloc de requêtes lit jusqu'à la dernière clé", _last_key),
    ),
    misconceptions=MISCONCEPTIONS,
    hints=(
        "deux requêtes suffisent : la première du bloc, qui voit le moins de clés, et "
        "la dernière, qui en voit le plus",
        "la requête t voit t + S − T + 1 clés, à compter de zéro, et aucune si ce "
        "nombre est négatif",
        "autant de tuiles pleines qu'en contiennent les clés de la première, par "
        "défaut ; autant de tuiles lues qu'il en faut pour celles de la dernière, par "
        "excès",
    ),
    takeaway="près de la moitié des tuiles ne sont jamais lues, et presque toutes les "
    "autres se passent de masque",
)
