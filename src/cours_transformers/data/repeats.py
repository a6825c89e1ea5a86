"""Des suites tirées au hasard, et redites une fois : tout s'y prédit à la redite.

Rien, dans une suite au hasard, n'annonce le symbole suivant. À la seconde lecture, il
suffit de retrouver le symbole présent et de lire celui qui l'avait suivi.
"""

import torch
from jaxtyping import Int
from torch import Tensor

SHORTEST, LONGEST = 6, 14  # symboles avant la redite : une distance fixe ne suffit pas


def repeated_stream(
    n: int, vocabulary_size: int, generator: torch.Generator
) -> Int[Tensor, " n"]:
    """Enchaîne des suites au hasard, chacune dite deux fois, sur ``n`` symboles.

    Raises:
        ValueError: aucun symbole, ou vocabulaire de moins de deux.
    """
    if n < 1 or vocabulary_size < 2:
        raise ValueError(
            f"n ≥ 1 et vocabulary_size ≥ 2 attendus ; reçu {n=}, {vocabulary_size=}"
        )
    pieces, length = [], 0
    while length < n:
        size = int(torch.randint(SHORTEST, LONGEST + 1, (1,), generator=generator))
        piece = torch.randint(vocabulary_size, (size,), generator=generator)
        pieces += [piece, piece]
        length += 2 * size
    return torch.cat(pieces)[:n]


def repeated_once(
    n: int, length: int, vocabulary_size: int, generator: torch.Generator
) -> Int[Tensor, "n twice"]:
    """Tire ``n`` suites de ``length`` symboles **distincts**, dites deux fois.

    Raises:
        ValueError: aucune suite, ou plus de symboles que n'en a le vocabulaire.
    """
    if n < 1 or not 1 <= length <= vocabulary_size:
        raise ValueError(
            f"n ≥ 1 et 1 ≤ length ≤ vocabulary_size attendus ; reçu {n=}, {length=}, "
            f"{vocabulary_size=}"
        )
    order = torch.rand(n, vocabulary_size, generator=generator).argsort(dim=1)
    once = order[:, :length]
    return torch.cat([once, once], dim=1)
