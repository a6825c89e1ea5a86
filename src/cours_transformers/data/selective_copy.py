"""Copie sélective : retenir des symboles dispersés dans du blanc, les redire en ordre.

    · 3 · · 0 · 0 ·  ? → 3  ? → 0  ? → 0

La place des symboles change d'une suite à l'autre : un filtre fixe, qui lirait toujours
aux mêmes distances, ne suffit pas ; il faut choisir d'après le contenu. C'est la tâche
par laquelle l'article de Mamba justifie la sélection (Gu et Dao, 2023). Les tokens
sont, dans l'ordre, les symboles, le blanc, la question.
"""

import torch
from jaxtyping import Int
from torch import Tensor

from .tracking import UNKNOWN


def selective_copy_vocabulary_size(n_symbols: int) -> int:
    """Nombre de tokens : les symboles, le blanc, la question."""
    return n_symbols + 2


def selective_copy_batch(
    n: int, n_copied: int, T: int, generator: torch.Generator, *, n_symbols: int
) -> tuple[Int[Tensor, "n T"], Int[Tensor, "n T"]]:
    """Tire ``n`` suites de ``T`` tokens, dont les ``n_copied`` derniers questionnent.

    La réponse de la première question est le premier symbole lu, et ainsi de suite ;
    celle de toute autre place, ``UNKNOWN``. Au hasard, on répond juste une fois sur
    ``n_symbols``.

    Raises:
        ValueError: aucune suite, moins de deux symboles, ou trop de symboles à redire
            pour T : il en faut la place deux fois.
    """
    if n < 1 or n_symbols < 2:
        raise ValueError(f"n ≥ 1 et n_symbols ≥ 2 attendus ; reçu {n=}, {n_symbols=}")
    if n_copied < 1 or 2 * n_copied > T:
        raise ValueError(
            f"1 ≤ n_copied et 2 n_copied ≤ T attendus ; reçu {n_copied=}, {T=}"
        )
    blank, question, read = n_symbols, n_symbols + 1, T - n_copied
    tokens = torch.full((n, T), blank)
    tokens[:, read:] = question
    symbols = torch.randint(n_symbols, (n, n_copied), generator=generator)
    shuffled = torch.rand(n, read, generator=generator).argsort(dim=1)
    places = shuffled[:, :n_copied].sort(dim=1).values
    answers = torch.full_like(tokens, UNKNOWN)
    answers[:, read:] = symbols
    return tokens.scatter_(1, places, symbols), answers
