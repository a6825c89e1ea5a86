"""Les accès d'une attention à la mémoire lente, selon la longueur et selon la place.

T longueur, d dimension d'une tête, M nombres en mémoire rapide.
"""

from collections.abc import Sequence

from cours_transformers.training.gpus import KIB
from cours_transformers.training.traffic import E
from cours_transformers.training.traffic_counts import (
    blocks_for,
    count_standard,
    count_tiled,
)
from cours_transformers.visualization.curves import plot_lines
from cours_transformers.visualization.text import enumerate_fr, fr
from cours_transformers.visualization.theme import CourseFigure

ACCESSES = "nombres lus et écrits"
WRITTEN = "matrice T × T écrite"


def plot_traffic_by_length(
    lengths: Sequence[int],
    d: int,
    M: int,
    *,
    block_k: int = 16,
    causal: bool = False,
    alt: str | None = None,
) -> CourseFigure:
    """Trace les accès selon T : matrice écrite, tuiles, et le moins que l'on puisse.

    Les tuiles sont les plus hautes que M permette (``blocks_for``) ; le moins possible,
    4 T d, lit ou écrit une fois q, k, v et la sortie.
    """
    block_q = blocks_for(M, d, block_k=block_k)
    series = {
        WRITTEN: [count_standard(T, d).total for T in lengths],
        f"par tuiles, {fr(block_q)} requêtes": [
            count_tiled(T, d, block_q, block_k, causal=causal).total for T in lengths
        ],
        "tout lire une fois": [4 * T * d for T in lengths],
    }
    last = enumerate_fr([f"{fr(y[-1])} ({label})" for label, y in series.items()])
    alt = alt or f"{ACCESSES.capitalize()} à T = {fr(lengths[-1])}, d = {d} : {last}."
    return plot_lines(
        lengths, series, "T", ACCESSES, alt=alt, logx=True, logy=True, height=3.6
    )


def plot_traffic_by_memory(
    memories: Sequence[int],
    T: int,
    widths: Sequence[int],
    *,
    block_k: int = 16,
    alt: str | None = None,
) -> CourseFigure:
    """Trace les accès par tuiles selon M, une courbe par d, et ceux de la matrice.

    La matrice écrite ne dépend pas de M ; elle est tracée pour le plus grand d.
    """
    series = {
        f"par tuiles, d = {d}": [
            count_tiled(T, d, blocks_for(M, d, block_k=block_k), block_k).total
            for M in memories
        ]
        for d in widths
    }
    whole = count_standard(T, max(widths)).total
    ends = [f"{label}, de {fr(y[0])} à {fr(y[-1])}" for label, y in series.items()]
    series[WRITTEN] = [whole] * len(memories)
    alt = alt or (
        f"{ACCESSES.capitalize()} à T = {fr(T)}, quand M va de {fr(memories[0])} à "
        f"{fr(memories[-1])} nombres : {enumerate_fr(ends)} ; matrice T × T écrite, "
        f"{fr(whole)}, quel que soit M."
    )
    kib = [M * E / KIB for M in memories]
    xlabel = f"mémoire rapide (Kio, à {E} octets par nombre)"
    return plot_lines(
        kib, series, xlabel, ACCESSES, alt=alt, logx=True, logy=True, height=3.6
    )
