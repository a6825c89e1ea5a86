"""Deux mémoires que l'on compte : une lente, où tout tient, et une rapide, minuscule.

C'est le modèle de Hong et Kung (1981), repris par Dao (2022) : la mémoire lente
(globale, HBM) contient les matrices ; la rapide (SRAM), M nombres, est le seul endroit
où l'on calcule. Le prix d'un calcul est ce qui passe de l'une à l'autre, en nombres.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from cours_transformers.layers.positional.checks import check_integer

E = 2  # octets par nombre, en demi-précision

ALL = slice(None)


@dataclass(frozen=True)
class Traffic:
    """Ce qui a passé entre les deux mémoires, et ce qui a été calculé.

    Args:
        read: nombres lus en mémoire lente.
        written: nombres écrits en mémoire lente.
        flops: produits de matrices seuls ; (a, b) par (b, c) en vaut 2 a b c.
        rescalings: multiplications par α, celles qui corrigent ℓ et a.
    """

    read: int
    written: int
    flops: int = 0
    rescalings: int = 0

    def __add__(self, other: "Traffic") -> "Traffic":
        return Traffic(
            self.read + other.read,
            self.written + other.written,
            self.flops + other.flops,
            self.rescalings + other.rescalings,
        )

    @property
    def total(self) -> int:
        """Nombres lus ou écrits."""
        return self.read + self.written

    def bytes(self, e: int = E) -> int:
        """Octets lus ou écrits, à ``e`` octets par nombre."""
        return e * self.total

    def intensity(self, e: int = E) -> float:
        """Intensité arithmétique : FLOPs par octet lu ou écrit."""
        return self.flops / self.bytes(e)


class SlowMemory:
    """La mémoire lente : des matrices nommées, et le compte de ce qui en sort et y va.

    Args:
        arrays: ce qu'elle contient au départ, sans frais.
    """

    def __init__(self, **arrays: Tensor):
        self._arrays = dict(arrays)
        self.numbers_read = 0
        self.numbers_written = 0

    def allocate(self, name: str, *shape: int) -> None:
        """Réserve une matrice nulle, du type des autres ; rien n'est encore écrit."""
        like = next(iter(self._arrays.values()), torch.empty(0))
        self._arrays[name] = torch.zeros(shape, dtype=like.dtype)

    def read(self, name: str, rows: slice = ALL) -> Tensor:
        """Lit des lignes, et les compte."""
        value = self._array(name)[rows]
        self.numbers_read += value.numel()
        return value

    def write(self, name: str, value: Tensor, rows: slice = ALL) -> None:
        """Écrit des lignes, et les compte.

        Raises:
            ValueError: ``value`` n'a pas la forme de ces lignes.
        """
        place = self._array(name)[rows]
        if place.shape != value.shape:
            raise ValueError(
                f"value doit avoir la forme {tuple(place.shape)} des lignes de "
                f"« {name} » ; reçu {tuple(value.shape)}"
            )
        place.copy_(value)
        self.numbers_written += value.numel()

    def __getitem__(self, name: str) -> Tensor:
        """Regarde une matrice sans rien compter : pour juger, pas pour calculer."""
        return self._array(name)

    def _array(self, name: str) -> Tensor:
        if name not in self._arrays:
            raise ValueError(
                f"name : la mémoire lente contient {', '.join(self._arrays)} ; "
                f"reçu {name!r}"
            )
        return self._arrays[name]


class FastMemory:
    """La mémoire rapide : ``capacity`` nombres au plus, et le plus haut niveau atteint.

    Args:
        capacity: M ; None, pas de limite.
    """

    def __init__(self, capacity: int | None = None):
        if capacity is not None:
            check_integer("capacity", capacity, 1)
        self.capacity = capacity
        self.peak = 0
        self._sizes: dict[str, int] = {}

    @property
    def held(self) -> int:
        """Nombres gardés en ce moment."""
        return sum(self._sizes.values())

    def keep(self, name: str, value: Tensor) -> Tensor:
        """Garde ``value`` à la place de ce qui portait ce nom, et la rend.

        Raises:
            ValueError: la mémoire déborderait.
        """
        needed = self.held - self._sizes.get(name, 0) + value.numel()
        if self.capacity is not None and needed > self.capacity:
            raise ValueError(
                f"la mémoire rapide contient {self.capacity} nombres ; y garder aussi "
                f"« {name} » en demanderait {needed} : prenez des blocs plus petits"
            )
        self._sizes[name] = value.numel()
        self.peak = max(self.peak, needed)
        return value

    def free(self, *names: str) -> None:
        """Libère la place de ces tableaux."""
        for name in names:
            self._sizes.pop(name, None)
