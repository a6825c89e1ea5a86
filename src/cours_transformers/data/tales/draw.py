"""Le hasard du corpus : des tirages que toute version de Python refait."""

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Un tirage reproductible.

    Seul ``random.Random.random`` est garanti stable d'une version de Python à l'autre :
    ``choice``, ``shuffle`` et ``sample`` ne le sont pas.

    Raises:
        TypeError: ``seed`` n'est pas un entier.
        ValueError: ``seed`` négatif : son opposé donnerait le même hasard.
    """

    def __init__(self, seed: int):
        if not isinstance(seed, int) or isinstance(seed, bool):
            raise TypeError(f"seed doit être un entier ; reçu {seed!r}")
        if seed < 0:
            raise ValueError(f"seed doit être positive ou nulle ; reçu {seed}")
        self._random = random.Random(seed)  # noqa: S311

    def chance(self, probability: float) -> bool:
        """Répond vrai avec la probabilité donnée."""
        return self._random.random() < probability

    def pick(self, items: Sequence[T]) -> T:
        """Tire un élément, tous également probables."""
        return items[int(self._random.random() * len(items))]
