"""Tailles de tuiles des noyaux Triton, par capacité du GPU, précision et dimension.

Choisies d'après ce que dit le compilateur (aucun débordement de registres à l'avant,
mémoire partagée sous celle de la puce), sans réglage automatique à l'import. Les
chiffres sont dans ``measurements/kernel_compilation.json``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch


@dataclass(frozen=True)
class Configuration:
    """Une tuile de ``block_q`` requêtes et ``block_k`` clés, et l'équipe qui la sert.

    ``num_warps`` groupes de 32 fils ; ``num_stages`` tuiles en vol dans la boucle.
    ``descriptors`` : à l'avant, K et V viennent par l'unité de copie du GPU (TMA,
    depuis Hopper), si leurs pas s'y prêtent ; à mesurer avant de le livrer.
    """

    block_q: int
    block_k: int
    num_warps: int
    num_stages: int
    descriptors: bool = False


_TRIED: dict[str, object] = {}
INTERPRETED = Configuration(32, 32, 1, 1)
KERNELS = ("forward", "dkdv", "dq")
# Famille de la puce, octets par nombre, dimension arrondie : (block_q, block_k,
# num_warps, num_stages) des trois noyaux. La famille 89 (Ada : L4, RTX 40) sert aussi
# la 86, qui a la même mémoire partagée. En float32, aucun tensor core : petites tuiles.
_TABLE: dict[tuple[int, int, int], tuple[tuple[int, int, int, int], ...]] = {
    (90, 2, 32): ((128, 128, 8, 2), (64, 128, 8, 2), (128, 64, 8, 2)),
    (90, 2, 64): ((128, 128, 8, 2), (64, 128, 8, 2), (128, 64, 8, 2)),
    (90, 2, 128): ((128, 128, 8, 2), (32, 128, 8, 2), (128, 64, 8, 2)),
    (90, 2, 256): ((128, 64, 8, 2), (32, 32, 8, 2), (64, 32, 8, 2)),
    (80, 2, 32): ((128, 128, 8, 2), (64, 128, 8, 2), (128, 64, 8, 2)),
    (80, 2, 64): ((128, 64, 8, 3), (64, 64, 8, 2), (128, 64, 8, 2)),
    (80, 2, 128): ((128, 32, 8, 3), (64, 64, 8, 2), (64, 64, 8, 2)),
    (80, 2, 256): ((64, 32, 8, 2), (32, 32, 8, 1), (64, 32, 8, 2)),
    (89, 2, 32): ((128, 128, 8, 2), (64, 128, 8, 2), (128, 64, 8, 2)),
    (89, 2, 64): ((128, 64, 8, 3), (64, 64, 8, 2), (128, 64, 8, 2)),
    (89, 2, 128): ((128, 32, 8, 3), (32, 64, 8, 2), (128, 32, 8, 2)),
    (89, 2, 256): ((64, 32, 8, 2), (32, 32, 8, 1), (64, 32, 8, 1)),
} | {
    (family, 4, d): sizes
    for family in (80, 89, 90)
    for d, sizes in {
        32: ((32, 32, 8, 2), (32, 32, 4, 2), (32, 32, 4, 2)),
        64: ((32, 32, 8, 2), (32, 32, 8, 2), (32, 32, 8, 2)),
        128: ((32, 32, 8, 1), (32, 32, 8, 1), (32, 32, 8, 2)),
        256: ((16, 16, 8, 1), (16, 16, 8, 1), (16, 16, 8, 2)),
    }.items()
}


# Des pentes ou un remplissage prennent aussi des registres : là où la tuile de la table
# déborderait avec eux, une plus étroite la remplace.
_WITH_OPTIONS: dict[tuple[str, int, int, int], tuple[int, int, int, int]] = {
    ("forward", 90, 2, 128): (128, 64, 8, 3),
    ("forward", 90, 2, 256): (128, 32, 8, 2),
    ("forward", 89, 2, 32): (128, 64, 8, 2),
    ("forward", 89, 2, 64): (64, 64, 8, 3),
    ("forward", 80, 4, 256): (16, 16, 4, 1),
    ("forward", 90, 4, 128): (32, 16, 8, 1),
    ("dkdv", 80, 2, 64): (32, 64, 8, 2),
}


def configuration(
    kernel: str,
    capability: tuple[int, int],
    dtype: torch.dtype,
    block_d: int,
    options: bool = False,
) -> Configuration:
    """Donne la configuration d'un noyau (« forward », « dkdv » ou « dq »).

    Args:
        kernel: l'un de ``KERNELS``.
        capability: capacité de calcul du GPU, (8, 0) au moins.
        dtype: précision de q, k et v.
        block_d: dimension d'une tête, arrondie à une puissance de deux.
        options: vrai si l'appel porte des pentes ou un masque de remplissage.
    """
    family = 90 if capability[0] >= 9 else (80 if capability == (8, 0) else 89)
    place = family, dtype.itemsize, max(block_d, 32)
    sizes = _TABLE[place][KERNELS.index(kernel)]
    if options:
        sizes = _WITH_OPTIONS.get((kernel, *place), sizes)
    return replace(Configuration(*sizes), **_TRIED)


@contextmanager
def trying(**changes: object) -> Iterator[None]:
    """Change tous les réglages le temps d'un essai : ``trying(descriptors=True)``."""
    _TRIED.update(changes)
    try:
        yield
    finally:
        for name in changes:
            del _TRIED[name]
