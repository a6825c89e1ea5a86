"""Modèles de langue par comptage : uniforme, unigramme, bigramme, n-gramme.

Lettres : V symboles du vocabulaire ; le contexte d'un n-gramme est les n − 1 symboles
qui précèdent. Lissage interpolé de Witten et Bell (1991), sous la forme que donnent
Chen et Goodman (1999) : un contexte qui a eu beaucoup de suites différentes fait
davantage confiance au contexte plus court.
"""

import math

import torch
from jaxtyping import Float, Int
from torch import Tensor


class Uniform:
    """Donne 1/V à chaque symbole : log₂ V bits, ce que coûte ne rien savoir."""

    def __init__(self, vocabulary_size: int):
        if vocabulary_size < 1:
            raise ValueError(
                f"vocabulary_size doit valoir au moins 1 ; reçu {vocabulary_size}"
            )
        self.vocabulary_size = vocabulary_size

    def log_probabilities(self, context: Int[Tensor, " t"]) -> Float[Tensor, " V"]:
        """Logarithmes naturels des probabilités du symbole suivant (float64)."""
        check_symbols(context, self.vocabulary_size, "context")
        level = -math.log(self.vocabulary_size)
        return torch.full((self.vocabulary_size,), level, dtype=torch.float64)

    def bits_per_symbol(self, tokens: Int[Tensor, " t"]) -> float:
        """Entropie croisée moyenne sur ``tokens``, en bits."""
        check_text(tokens, self.vocabulary_size)
        return math.log2(self.vocabulary_size)


class NGram:
    """Compte les suites de 1 à ``order`` symboles, et interpole leurs fréquences.

    p_k(s | contexte) = (c(contexte, s) + D p_{k−1}(s)) / (c(contexte) + D), où c compte
    et D est le nombre de suites différentes du contexte ; p_0 = 1/V.

    Args:
        order: 1 pour l'unigramme, 2 pour le bigramme, 5 pour le 5-gramme.
        vocabulary_size: nombre V de symboles.
    """

    def __init__(self, order: int, vocabulary_size: int):
        if order < 1 or vocabulary_size < 1:
            raise ValueError(
                "order et vocabulary_size doivent valoir au moins 1 ; "
                f"reçu {order=}, {vocabulary_size=}"
            )
        if vocabulary_size**order >= 2**63:  # un n-gramme est un entier en base V
            raise ValueError(
                f"V^order doit tenir sur 63 bits ; reçu {vocabulary_size}^{order}"
            )
        self.order, self.vocabulary_size = order, vocabulary_size
        self.tables: list[_Table] = []

    def fit(self, tokens: Int[Tensor, " t"]) -> "NGram":
        """Compte dans ``tokens`` ; les comptes d'un appel précédent sont oubliés.

        Raises:
            ValueError: texte vide, ou symbole hors du vocabulaire.
        """
        check_text(tokens, self.vocabulary_size)
        orders = range(1, min(self.order, len(tokens)) + 1)
        self.tables = [
            _Table(self._codes(tokens, k), self.vocabulary_size) for k in orders
        ]
        return self

    def log_probabilities(self, context: Int[Tensor, " t"]) -> Float[Tensor, " V"]:
        """Logarithmes naturels des probabilités du symbole suivant (float64).

        Seule la fin du contexte sert ; plus court, il abaisse l'ordre d'autant.
        """
        check_symbols(context, self.vocabulary_size, "context")
        V = self.vocabulary_size
        every = torch.arange(V)
        p = torch.full((V,), 1 / V, dtype=torch.float64)
        for k, table in enumerate(self._fitted()[: len(context) + 1], start=1):
            end = context[len(context) - k + 1 :]
            p = table.interpolate(p, self._codes(end, k - 1) * V + every)
        return p.log()

    def bits_per_symbol(self, tokens: Int[Tensor, " t"]) -> float:
        """Entropie croisée moyenne sur ``tokens``, en bits ; le premier est compté.

        Chaque symbole est prédit avec les ``order`` − 1 précédents, moins au début.
        """
        check_text(tokens, self.vocabulary_size)
        p = torch.full((len(tokens),), 1 / self.vocabulary_size, dtype=torch.float64)
        for k, table in enumerate(self._fitted()[: len(tokens)], start=1):
            p[k - 1 :] = table.interpolate(p[k - 1 :], self._codes(tokens, k))
        return -p.log2().mean().item()

    def _codes(self, tokens: Tensor, k: int) -> Tensor:
        """Chaque suite de k symboles devient un entier, écrit en base V."""
        if k == 0:
            return torch.zeros(1, dtype=torch.long)
        powers = self.vocabulary_size ** torch.arange(k - 1, -1, -1)
        return (tokens.cpu().long().unfold(0, k, 1) * powers).sum(dim=-1)

    def _fitted(self) -> list["_Table"]:
        if not self.tables:
            raise ValueError("ce n-gramme n'a rien lu : appelez d'abord fit(tokens)")
        return self.tables


class _Table:
    """Les comptes d'un ordre : codes triés des suites vues, et de leurs contextes."""

    def __init__(self, codes: Tensor, vocabulary_size: int):
        self.vocabulary_size = vocabulary_size
        self.grams, self.counts = codes.unique(return_counts=True)
        contexts = self.grams // vocabulary_size
        self.contexts, inverse, self.distinct = contexts.unique(
            return_inverse=True, return_counts=True
        )
        self.totals = torch.zeros_like(self.distinct).index_add_(
            0, inverse, self.counts
        )

    def interpolate(self, p: Tensor, codes: Tensor) -> Tensor:
        """Mêle les fréquences de cet ordre à ``p``, les probabilités du précédent."""
        contexts = codes // self.vocabulary_size
        count = _look_up(codes, self.grams, self.counts)
        total = _look_up(contexts, self.contexts, self.totals)
        distinct = _look_up(contexts, self.contexts, self.distinct)
        mixed = (count + distinct * p) / (total + distinct)
        return torch.where(total > 0, mixed, p)  # contexte jamais vu : rien de neuf


def _look_up(codes: Tensor, known: Tensor, values: Tensor) -> Tensor:
    """Donne la valeur de chaque code dans la table triée ; zéro s'il n'y est pas."""
    place = torch.searchsorted(known, codes).clamp(max=len(known) - 1)
    return torch.where(known[place] == codes, values[place], 0)


def check_symbols(tokens: Tensor, vocabulary_size: int, name: str) -> None:
    """Exige des symboles entiers entre 0 et V − 1, sur un seul axe."""
    if tokens.ndim != 1 or tokens.is_floating_point():
        raise ValueError(
            f"{name} doit être une suite d'entiers, de forme (t,) ; "
            f"reçu {tuple(tokens.shape)}, {tokens.dtype}"
        )
    if len(tokens) and (tokens.min() < 0 or tokens.max() >= vocabulary_size):
        raise ValueError(
            f"{name} : symboles entre 0 et {vocabulary_size - 1} attendus ; reçu de "
            f"{tokens.min()} à {tokens.max()}"
        )


def check_text(tokens: Tensor, vocabulary_size: int) -> None:
    """Exige un texte d'au moins un symbole, tous connus."""
    check_symbols(tokens, vocabulary_size, "tokens")
    if not len(tokens):
        raise ValueError("tokens doit compter au moins un symbole ; reçu 0")
