"""Ce que partagent les noyaux : la bande visible, les plages de tuiles, les lectures.

Causalité, fenêtre et longueur sont une seule règle : la requête de position p voit la
clé j si ``low ≤ p − j ≤ high``. Causal : low = 0. Fenêtre w : high = w − 1, et
low = 1 − w si le futur est permis. Sans contrainte, la borne est hors d'atteinte.
"""

import triton
import triton.language as tl

LOG2_E = tl.constexpr(1.4426950408889634)


@triton.jit
def ranges(first, last, low, high, size, BLOCK: tl.constexpr):
    """Coupe l'axe d'en face en trois plages de tuiles : bord, plein, bord.

    Un élément de position p ∈ [first, last] voit [p − high, p − low]. Rend (start,
    full_start, full_stop, stop) ; entre les deux du milieu, tous se voient et aucun
    masque n'est utile. Hors de [start, stop[, personne ne se voit : on n'y va pas.
    """
    start = tl.maximum(first - high, 0) // BLOCK * BLOCK
    stop = tl.minimum(last - low + 1, size)
    full_start = (tl.maximum(last - high, 0) + BLOCK - 1) // BLOCK * BLOCK
    full_stop = tl.maximum(tl.minimum(first - low + 1, size), 0) // BLOCK * BLOCK
    some = full_start < full_stop
    full_start = tl.where(some, full_start, start)
    full_stop = tl.where(some, full_stop, start)
    return start, full_start, full_stop, stop


@triton.jit
def visible(behind, low, high):
    """Compare l'avance p − j de chaque paire aux deux bornes de la bande."""
    return (behind >= low) & (behind <= high)


@triton.jit
def distances(positions, keys):
    """Calcule |p − j| ; depuis la clé 0 si p la précède (T > S), et non depuis p.

    L'écart, une constante par ligne, ne change aucun poids : le garder ôterait aux
    scores, devenus grands, leurs derniers chiffres.
    """
    return tl.abs(tl.maximum(positions, 0).to(tl.float32) - keys.to(tl.float32))


@triton.jit
def tile_offsets(rows, dims, row_stride, dim_stride):
    """Calcule les décalages d'une tuile (lignes, dimensions), relatifs à sa tête."""
    return rows[:, None] * row_stride + dims[None, :] * dim_stride


@triton.jit
def load_tile(
    base, first, row_stride, offsets, rows, size, dims,
    D: tl.constexpr, BLOCK_D: tl.constexpr, EDGES: tl.constexpr,
):  # fmt: skip
    """Lit une tuile ; zéro hors du tableau. Le décalage de ``first`` est en 64 bits.

    Un tenseur de plus de 2³¹ nombres déborderait d'un entier de 32 bits ; à l'intérieur
    d'une tuile, 32 bits suffisent et coûtent moins de registres.
    """
    pointers = base + tl.cast(first, tl.int64) * row_stride + offsets
    if EDGES:
        inside = (rows < size)[:, None] & (dims < D)[None, :]
        return tl.load(pointers, mask=inside, other=0.0)
    if D < BLOCK_D:
        return tl.load(pointers, mask=(dims < D)[None, :], other=0.0)
    return tl.load(pointers)


@triton.jit
def store_tile(
    base, first, row_stride, offsets, rows, size, dims, value, D: tl.constexpr
):
    """Écrit une tuile, sans déborder du tableau, dans la précision de celui-ci."""
    pointers = base + tl.cast(first, tl.int64) * row_stride + offsets
    inside = (rows < size)[:, None] & (dims < D)[None, :]
    tl.store(pointers, value.to(base.dtype.element_ty), mask=inside)
