"""Des blocs qui ne passent qu'une fois : de quoi voir une seconde lecture."""

import functools
import weakref
from collections.abc import Callable, Iterator

from torch import Tensor

from cours_transformers.exercises.values import UnusableError

#: Une variable de boucle garde le dernier bloc, une autre parfois celui d'avant.
HELD = 2


class Stream:
    """Une suite de blocs ; au-delà de deux, les relire ou les garder est refusé."""

    def __init__(self, blocks: list[Tensor]):
        self.blocks, self.read = blocks, False

    def __iter__(self) -> Iterator[Tensor]:
        if self.read and len(self.blocks) > HELD:
            raise UnusableError(
                "vous relisez les blocs une seconde fois, alors qu'ils ne passent "
                "qu'une : à la première lecture, que faut-il retenir d'eux ?"
            )
        self.read = True
        given = []
        for block in self.blocks:
            copy = block.clone()
            given.append(weakref.ref(copy))
            yield copy
            del copy
        kept = sum(block() is not None for block in given)
        if kept > HELD:
            raise UnusableError(
                f"à la fin de votre lecture, vous gardez encore {kept} blocs sur "
                f"{len(given)} : à quoi servirait une mémoire rapide, s'ils y tenaient "
                "tous ?"
            )

    def __getitem__(self, rank: object) -> Tensor:
        raise UnusableError(
            "les blocs arrivent un à un, et n'ont pas de rang : `for scores in blocs`"
        )

    __len__ = None


def read_once(answer: Callable) -> Callable:
    """La même réponse, à qui les blocs ne passent qu'une fois."""

    @functools.wraps(answer)
    def watched(blocks: list[Tensor]) -> object:
        return answer(Stream(blocks))

    return watched
