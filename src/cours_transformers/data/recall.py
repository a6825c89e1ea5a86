"""Rappel à distance : retenir le premier symbole malgré le bruit, puis répondre.

Une séquence est « symbole, bruit… bruit, question ». Avec n symboles à retenir, les
tokens 0 à n − 1 sont les symboles, n à 2n − 1 le bruit, 2n la question : rien dans le
bruit ne ressemble à la réponse, seule la distance rend la tâche difficile.
"""

import torch
from jaxtyping import Int
from torch import Tensor


def recall_vocabulary_size(n_symbols: int) -> int:
    """Nombre de tokens : n symboles, n bruits, une question."""
    return 2 * n_symbols + 1


def recall_batch(
    n: int, distance: int, n_symbols: int, generator: torch.Generator
) -> tuple[Int[Tensor, "n T"], Int[Tensor, " n"]]:
    """Tire ``n`` séquences de ``distance`` + 1 tokens ; l'étiquette est le premier.

    ``distance`` compte les pas du symbole à la question : 1, et ils se suivent.

    Raises:
        ValueError: aucune séquence, distance nulle, ou moins de deux symboles.
    """
    if n < 1 or distance < 1 or n_symbols < 2:
        raise ValueError(
            "n ≥ 1, distance ≥ 1 et n_symbols ≥ 2 attendus ; "
            f"reçu {n=}, {distance=}, {n_symbols=}"
        )
    labels = torch.randint(n_symbols, (n,), generator=generator)
    noise = torch.randint(
        n_symbols, 2 * n_symbols, (n, distance - 1), generator=generator
    )
    question = torch.full((n, 1), 2 * n_symbols)
    return torch.cat([labels[:, None], noise, question], dim=1), labels
