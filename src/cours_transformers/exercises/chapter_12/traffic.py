"""Ce qu'un calcul lit et écrit : de quoi voir revenir le carré qu'il devait éviter.

Les nombres d'une attention linéaire sont justes aussi quand on forme la matrice des
poids. Seul un compte les distingue : T S couples, contre quelques T F D.
"""

import functools
from collections.abc import Callable

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from cours_transformers.exercises.values import UnusableError

#: En dessous, T S et T F D se ressemblent : on ne compte pas.
FEW = 10_000
#: Assembler des sorties n'est pas calculer, même en les recopiant à chaque pas.
_GATHER = (torch.cat, torch.stack, torch.vstack, torch.hstack)


class TooManyPairsError(Exception):
    """Ce qui arrête le calcul ; une TypeError serait avalée par `@`, qui la change."""


class Traffic(TorchFunctionMode):
    """Arrête, à la ligne qui le dépasse, un calcul qui touche plus de T S nombres."""

    def __init__(self, T: int, S: int):
        super().__init__()
        self.T, self.S, self.touched = T, S, 0

    def __torch_function__(self, func, types, args=(), kwargs=None):
        """Exécute l'opération, puis compte ce qu'elle a lu et écrit."""
        result = func(*args, **(kwargs or {}))
        if func not in _GATHER:
            self.touched += _touched(args, result)
        if self.touched > self.T * self.S:
            raise TooManyPairsError(
                f"ici, votre calcul a déjà lu et écrit plus de nombres qu'il n'y a de "
                f"couples : {self.T} requêtes × {self.S} clés"
            )
        return result


def _touched(args: tuple, result: object) -> int:
    """Nombres lus et écrits ; aucun pour une vue, une affectation, une forme."""
    read = [x for x in args if isinstance(x, Tensor)]
    known = {x.untyped_storage().data_ptr() for x in read}
    results = result if isinstance(result, tuple) else (result,)
    written = [x for x in results if isinstance(x, Tensor)]
    new = [x for x in written if x.untyped_storage().data_ptr() not in known]
    return sum(x.numel() for x in read + new) if new else 0


def frugal(answer: Callable) -> Callable:
    """La même réponse, arrêtée si elle rencontre chaque couple (requête, clé)."""

    @functools.wraps(answer)
    def watched(phi_q: Tensor, phi_k: Tensor, v: Tensor) -> object:
        T, S = len(phi_q), len(phi_k)
        if T * S < FEW:
            return answer(phi_q, phi_k, v)
        try:
            with Traffic(T, S):
                return answer(phi_q, phi_k, v)
        except TooManyPairsError as error:  # la même, dite en français au lecteur
            said = UnusableError(str(error))
            raise said.with_traceback(error.__traceback__) from None

    return watched


def use_frugally(answer: Callable, *inputs: Tensor) -> object:
    """Appelle la réponse d'un lecteur, sous cette surveillance."""
    return frugal(answer)(*inputs)


def positive(generator: torch.Generator, *shape: int) -> Tensor:
    """Nombres de 0,1 à 1, arrondis au dixième : ce que rendrait φ."""
    return torch.rand(shape, generator=generator).mul(9).round() / 10 + 0.1
