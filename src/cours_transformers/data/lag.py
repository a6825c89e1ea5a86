"""Redire le symbole d'il y a k pas : compter une distance, et rien d'autre."""

import torch
from jaxtyping import Int
from torch import Tensor

from cours_transformers.data.tracking import UNKNOWN


def lag_batch(
    n: int, T: int, generator: torch.Generator, *, lag: int = 3, n_symbols: int = 8
) -> tuple[Int[Tensor, "n T"], Int[Tensor, "n T"]]:
    """Tire ``n`` suites ; la réponse du pas t est le symbole du pas t − ``lag``.

    Les ``lag`` premières réponses, qui n'existent pas, valent ``UNKNOWN``.

    Raises:
        ValueError: aucune suite, décalage nul, ou qui dépasse la suite.
    """
    if n < 1 or not 1 <= lag < T or n_symbols < 2:
        raise ValueError(
            "n ≥ 1, 1 ≤ lag < T et n_symbols ≥ 2 attendus ; "
            f"reçu {n=}, {T=}, {lag=}, {n_symbols=}"
        )
    symbols = torch.randint(n_symbols, (n, T), generator=generator)
    answers = torch.full_like(symbols, UNKNOWN)
    answers[:, lag:] = symbols[:, :-lag]
    return symbols, answers
