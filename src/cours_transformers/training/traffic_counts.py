"""Les accès de l'attention, par formule : les nombres que comptent les simulateurs.

Une tête. Lettres : T requêtes, S clés (T par défaut), d dimension d'une tête, M
nombres en mémoire rapide, B_q et B_k (``block_q``, ``block_k``) côtés d'une tuile.
"""

import itertools
import math
from collections.abc import Sequence

import numpy as np

from cours_transformers.training.costs import check_sizes
from cours_transformers.training.traffic import Traffic


def count_standard(T: int, d: int, *, S: int | None = None) -> Traffic:
    """Trois noyaux : 4 T d + 4 T² nombres, 4 T² d FLOPs, si S = T."""
    S = _keys(T, d, S)
    return Traffic(
        read=T * d + 2 * S * d + 2 * T * S,
        written=T * d + 2 * T * S,
        flops=4 * T * S * d,
    )


def count_tiled(
    T: int, d: int, block_q: int, block_k: int, *,
    S: int | None = None, causal: bool = False,
) -> Traffic:  # fmt: skip
    """La boucle : 2 T d + ⌈T / B_q⌉ · 2 S d nombres, 4 T S d FLOPs.

    Avec ``causal``, un bloc qui finit à la requête i lit ⌈(i + 1 + S − T) / B_k⌉ tuiles
    de clés, dont la dernière peut être plus courte.
    """
    S = _keys(T, d, S)
    check_sizes(block_q=block_q, block_k=block_k)
    keys_read = pairs = updates = 0
    for start in range(0, T, block_q):
        stop = min(start + block_q, T)
        n_tiles = math.ceil(_visible(stop, T, S, causal) / block_k)
        keys = min(n_tiles * block_k, S)
        keys_read += keys
        pairs += (stop - start) * keys
        updates += (stop - start) * n_tiles
    return Traffic(
        read=T * d + 2 * keys_read * d,
        written=T * d,
        flops=4 * pairs * d,
        rescalings=updates * (d + 1),
    )


def count_standard_backward(T: int, d: int, *, S: int | None = None) -> Traffic:
    """Cinq noyaux, P gardé à l'aller : 8 T d + 7 T² nombres, 8 T² d FLOPs, si S = T."""
    S = _keys(T, d, S)
    return Traffic(
        read=3 * T * d + 2 * S * d + 5 * T * S,
        written=T * d + 2 * S * d + 2 * T * S,
        flops=8 * T * S * d,
    )


def count_tiled_backward(
    T: int, d: int, block_q: int, block_k: int, *,
    S: int | None = None, causal: bool = False,
) -> Traffic:  # fmt: skip
    """Trois noyaux, P refait deux fois : 14 T S d FLOPs au lieu de 8.

    Nombres : δ, 2 T d + T ; dK et dV, 4 S d + ⌈S / B_k⌉ · (2 T d + 2 T) ; dQ,
    3 T d + 2 T + ⌈T / B_q⌉ · 2 S d.
    """
    S = _keys(T, d, S)
    forward = count_tiled(T, d, block_q, block_k, S=S, causal=causal)
    rows_read = 0
    for start in range(0, S, block_k):
        first = max(0, start + T - S) if causal else 0  # première requête qui la voit
        rows_read += T - first // block_q * block_q
    keys_read = forward.read - T * d
    pairs = forward.flops // (4 * d)
    return Traffic(
        read=2 * T * d + (2 * S * d + rows_read * (2 * d + 2))
        + (2 * T * d + 2 * T + keys_read),
        written=T + 2 * S * d + T * d,
        flops=14 * pairs * d,
    )  # fmt: skip


def footprint(block_q: int, block_k: int, d: int) -> int:
    """Nombres qu'un tour de boucle garde en mémoire rapide.

    2 B_q d (les requêtes, a), 2 B_k d (les clés, les valeurs), B_q B_k (les scores,
    que les poids remplacent) et 3 B_q (m, ℓ, α).
    """
    check_sizes(block_q=block_q, block_k=block_k, d=d)
    return 2 * (block_q + block_k) * d + block_q * block_k + 3 * block_q


def blocks_for(M: int, d: int, *, block_k: int = 16) -> int:
    """Le plus grand ``block_q`` dont l'empreinte (``footprint``) tient dans M nombres.

    Raises:
        ValueError: pas même une requête ne tient.
    """
    check_sizes(M=M, d=d, block_k=block_k)
    block_q = (M - 2 * block_k * d) // (2 * d + block_k + 3)
    if block_q < 1:
        raise ValueError(
            f"M doit valoir au moins {footprint(1, block_k, d)}, de quoi traiter une "
            f"requête, pour d = {d} et block_k = {block_k} ; reçu {M}"
        )
    return block_q


def growth_exponents(
    lengths: Sequence[int],
    widths: Sequence[int],
    memories: Sequence[int],
    *,
    block_k: int = 16,
) -> dict[str, float]:
    """Ajuste log(accès) = a log T + b log d + c log M + constante.

    Moindres carrés. La théorie donne 2, 2 et −1 tant que d ≪ B_q ≪ T.

    Raises:
        ValueError: moins de deux valeurs d'une grandeur : sa pente est indéterminée.
    """
    axes = {"lengths": lengths, "widths": widths, "memories": memories}
    for name, values in axes.items():
        if len(set(values)) < 2:
            raise ValueError(
                f"{name} doit avoir deux valeurs distinctes ; reçu {list(values)}"
            )
    grid = list(itertools.product(lengths, widths, memories))
    counts = [
        count_tiled(T, d, blocks_for(M, d, block_k=block_k), block_k).total
        for T, d, M in grid
    ]
    columns = np.column_stack([np.ones(len(grid)), np.log(grid)])
    slopes = np.linalg.lstsq(columns, np.log(counts), rcond=None)[0][1:]
    return dict(zip("TdM", map(float, slopes), strict=True))


def _keys(T: int, d: int, S: int | None) -> int:
    S = T if S is None else S
    check_sizes(T=T, d=d, S=S)
    return S


def _visible(stop: int, T: int, S: int, causal: bool) -> int:
    """Nombre de clés que voit la requête ``stop`` − 1, la dernière de son bloc."""
    return max(0, stop + S - T) if causal else S
