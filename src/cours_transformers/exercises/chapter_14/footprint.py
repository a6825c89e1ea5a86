"""Ce qu'un calcul garde en même temps : de quoi voir revenir la matrice T × S.

Les nombres d'une attention par tuiles sont justes aussi quand on forme la matrice.
Seules les formes de ce que l'on garde les distinguent.
"""

import functools
import math
import weakref
from collections.abc import Callable

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from cours_transformers.exercises.values import UnusableError

#: En dessous, une tuile, une ligne et la matrice se ressemblent : on ne regarde pas.
FEW = 10_000
#: Une colonne de 1 aussi longue que les valeurs n'est pas une ligne de scores.
_FILLED = (torch.ones_like, torch.zeros_like, torch.full_like, Tensor.new_ones)


class TooLargeError(Exception):
    """Ce qui arrête le calcul ; une TypeError serait avalée par `@`, qui la change."""


class Footprint(TorchFunctionMode):
    """Arrête un calcul qui garde tous les scores d'une requête, ou de toutes."""

    def __init__(self, q: Tensor, k: Tensor, v: Tensor, block_k: int):
        super().__init__()
        self.T, self.S, self.D, self.block_k = len(q), len(k), v.shape[1], block_k
        self.given = {x.untyped_storage().data_ptr() for x in (q, k, v)}
        self.alive: list[weakref.ref] = []

    def __torch_function__(self, func, types, args=(), kwargs=None):
        """Exécute l'opération, puis regarde ce qu'elle a écrit, et ce qui reste."""
        result = func(*args, **(kwargs or {}))
        for x in result if isinstance(result, tuple) else (result,):
            if isinstance(x, Tensor) and x.is_floating_point():
                self._look(x, func in _FILLED)
        return result

    def _look(self, x: Tensor, filled: bool) -> None:
        if x.untyped_storage().data_ptr() in self.given:
            return
        others = math.prod(x.shape) // self.S if self.S in x.shape else self.D
        # D + 1 : les valeurs, et une colonne de 1 qui accumule le dénominateur.
        if not filled and others not in (self.D, self.D + 1):
            raise TooLargeError(
                f"ici, une requête a {self.S} scores à la fois, un par clé, alors que "
                f"`block_k` vaut {self.block_k}"
            )
        self.alive = [known for known in self.alive if known() is not None]
        self.alive.append(weakref.ref(x))
        if self._numbers() >= self.T * self.S:
            raise TooLargeError(
                f"ici, vous gardez autant de nombres que la matrice de {self.T} "
                f"requêtes × {self.S} clés : elle est là, en morceaux"
            )

    def _numbers(self) -> int:
        """Nombres des tenseurs vivants, chacun compté une fois."""
        living = [x for x in (known() for known in self.alive) if x is not None]
        storages = [x.untyped_storage() for x in living]
        sizes = {s.data_ptr(): s.nbytes() // 4 for s in storages}
        return sum(sizes.values())


def in_tiles(answer: Callable) -> Callable:
    """La même réponse, arrêtée si elle forme plus qu'une tuile de scores."""

    @functools.wraps(answer)
    def watched(q: Tensor, k: Tensor, v: Tensor, block_k: int) -> object:
        if len(q) * len(k) < FEW:
            return answer(q, k, v, block_k)
        try:
            with Footprint(q, k, v, block_k):
                return answer(q, k, v, block_k)
        except TooLargeError as error:  # la même, dite en français au lecteur
            said = UnusableError(str(error))
            raise said.with_traceback(error.__traceback__) from None

    return watched
