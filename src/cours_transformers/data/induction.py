"""Induction : « a b … a → b ». On l'a lu une fois ; il faut savoir le redire.

    5 1  a 3  0 5 2 1 4  a → 3

Un même token, le repère a, paraît deux fois : dans la suite, puis à la fin. La réponse
est ce qui l'avait suivi la première fois. Rien d'autre n'est à retenir, quelle que soit
la longueur : on peut donc apprendre à une longueur, et noter à une autre (Gu et Dao,
2023). Les tokens sont, dans l'ordre, les n symboles, puis le repère.
"""

import torch
from jaxtyping import Int
from torch import Tensor

from .tracking import UNKNOWN


def induction_vocabulary_size(n_symbols: int) -> int:
    """Nombre de tokens : les symboles, et le repère."""
    return n_symbols + 1


def induction_batch(
    n: int, T: int, generator: torch.Generator, *, n_symbols: int
) -> tuple[Int[Tensor, "n T"], Int[Tensor, "n T"]]:
    """Tire ``n`` suites de ``T`` tokens, et la réponse de leur dernière place.

    Celle de toute autre place vaut ``UNKNOWN``. Au hasard, on répond juste une fois sur
    ``n_symbols``. Le premier repère tombe n'importe où, avec la même probabilité.

    Raises:
        ValueError: aucune suite, moins de trois tokens, moins de deux symboles.
    """
    if n < 1 or T < 3 or n_symbols < 2:
        raise ValueError(
            f"n ≥ 1, T ≥ 3 et n_symbols ≥ 2 attendus ; reçu {n=}, {T=}, {n_symbols=}"
        )
    tokens = torch.randint(n_symbols, (n, T), generator=generator)
    first = torch.randint(T - 2, (n, 1), generator=generator)
    answers = torch.full_like(tokens, UNKNOWN)
    answers[:, -1:] = tokens.gather(1, first + 1)
    tokens.scatter_(1, first, n_symbols)
    tokens[:, -1] = n_symbols
    return tokens, answers
