"""Lire un nombre en toutes lettres et l'écrire en chiffres, ou l'inverse.

Tokens : 0 remplissage, 1 début, 2 fin ; les symboles viennent ensuite. Lettres : B
lot, S longueur de la source, T de la cible. Un nombre sur dix, à partir de 100, n'est
jamais montré à l'apprentissage.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor

from .number_words import LARGEST, WORDS, number_words, spelled

PAD, START, END = 0, 1, 2
N_SPECIAL = 3
DIGITS = tuple("0123456789")
_CHARACTERS = tuple(sorted(set("-".join(WORDS))))
# Longueur en chiffres tirée d'abord : les grands nombres, plus nombreux, trois fois.
_N_DIGITS = torch.tensor([1, 2, 3, 4, 5, 6, 6, 6])


@dataclass(frozen=True)
class NumberBatch:
    """Un lot de sources et de cibles, remplies de ``PAD`` ; la cible finit par ``END``.

    ``decoder_inputs`` est la cible décalée d'un pas, derrière ``START``.
    """

    source: Int[Tensor, "B S"]
    target: Int[Tensor, "B T"]

    @property
    def decoder_inputs(self) -> Int[Tensor, "B T"]:
        """Ce que lit le décodeur pendant l'apprentissage : le passé exact."""
        start = torch.full_like(self.target[:, :1], START)
        return torch.cat([start, self.target[:, :-1]], dim=1)


@dataclass(frozen=True)
class NumberTask:
    """Ce qui est lu, ce qui est écrit, et leurs vocabulaires.

    Args:
        reverse: lit des chiffres et écrit des mots.
        characters: coupe les mots en caractères, traits d'union compris.
        variant: pays dont on emploie les mots.
    """

    reverse: bool = False
    characters: bool = False
    variant: str = "france"

    @property
    def source_symbols(self) -> tuple[str, ...]:
        """Les symboles lus, dans l'ordre de leurs tokens."""
        return DIGITS if self.reverse else self._letters

    @property
    def target_symbols(self) -> tuple[str, ...]:
        """Les symboles écrits, dans l'ordre de leurs tokens."""
        return self._letters if self.reverse else DIGITS

    @property
    def _letters(self) -> tuple[str, ...]:
        return _CHARACTERS if self.characters else WORDS

    def source(self, n: int) -> list[str]:
        """Ce que l'encodeur lit pour le nombre ``n``."""
        return list(str(n)) if self.reverse else self._spell(n)

    def target(self, n: int) -> list[str]:
        """Ce que le décodeur doit écrire."""
        return self._spell(n) if self.reverse else list(str(n))

    def _spell(self, n: int) -> list[str]:
        if self.characters:
            return list(spelled(n, self.variant))
        return number_words(n, self.variant)

    def batch(self, numbers: Sequence[int]) -> NumberBatch:
        """Met des nombres en tokens, remplis à droite."""
        source = [_ranks(self.source(n), self.source_symbols) for n in numbers]
        target = [_ranks(self.target(n), self.target_symbols) for n in numbers]
        return NumberBatch(_pad(source), _pad([[*row, END] for row in target]))

    def read(self, tokens: Int[Tensor, " T"]) -> list[str]:
        """Les symboles écrits, jusqu'au premier ``END`` exclu."""
        row = tokens.tolist()
        row = row[: row.index(END)] if END in row else row
        return [self.target_symbols[t - N_SPECIAL] for t in row if t >= N_SPECIAL]


def is_held_out(n: int) -> bool:
    """Vrai pour les nombres réservés à l'épreuve : un sur dix, aucun sous 100."""
    return n >= 100 and n * 2654435761 % 2**32 % 10 == 0  # multiplicateur de Knuth


def draw_numbers(
    count: int,
    generator: torch.Generator,
    *,
    held_out: bool = False,
    uniform: bool = False,
) -> list[int]:
    """Tire ``count`` nombres, tous montrables, ou tous réservés si ``held_out``.

    Args:
        uniform: tire entre 0 et 999 999 sans rien corriger ; sinon, on tire d'abord le
            nombre de chiffres, puis le nombre.
    """
    kept: list[int] = []
    while len(kept) < count:
        size = 2 * count * (10 if held_out else 1)
        if uniform:
            low = torch.zeros(size, dtype=torch.long)
            high = torch.full((size,), LARGEST + 1)
        else:
            rank = torch.randint(len(_N_DIGITS), (size,), generator=generator)
            high = 10 ** _N_DIGITS[rank]
            low = torch.where(high > 10, high // 10, 0)
        part = torch.rand(size, generator=generator, dtype=torch.float64)
        numbers = (low + (part * (high - low)).long()).tolist()
        kept += [n for n in numbers if is_held_out(n) == held_out]
    return kept[:count]


def _ranks(symbols: list[str], known: tuple[str, ...]) -> list[int]:
    return [N_SPECIAL + known.index(symbol) for symbol in symbols]


def _pad(rows: list[list[int]]) -> Int[Tensor, "B T"]:
    longest = max(map(len, rows))
    return torch.tensor([row + [PAD] * (longest - len(row)) for row in rows])
