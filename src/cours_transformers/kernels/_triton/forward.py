"""Passe avant de FlashAttention : une tuile de requêtes par programme.

Lettres : B lot, H têtes de requête, G têtes clé-valeur, T requêtes, S clés, D
dimension d'une tête. Les noms sont ceux de ``tiled.py`` : row_max (m), row_sum (ℓ),
acc (a). Deux écarts, pour la vitesse : l'exponentielle est en base 2 (l'échelle et
log₂ e sont repliés dans une seule multiplication-addition), et les tuiles que rien ne
masque sont parcourues à part, sans comparaison. Le logsumexp reste en base 2 : le
convertir deux fois, à l'aller et au retour, coûterait deux arrondis à chaque poids.
"""

import triton
import triton.language as tl

from .common import (
    LOG2_E,
    distances,
    load_tile,
    ranges,
    store_tile,
    tile_offsets,
    visible,
)


@triton.jit
def _attend(
    acc, row_max, row_sum, q, K, V, k_row, v_row, k_offsets, v_offsets,
    positions, cols, dims, S, low, high, scale_log2, slope, MASK, mask_col,
    start, stop,
    D: tl.constexpr, BLOCK_D: tl.constexpr, BLOCK_K: tl.constexpr,
    EDGES: tl.constexpr, SLOPES: tl.constexpr, DESCRIPTORS: tl.constexpr,
):  # fmt: skip
    """Fait défiler les clés de [start, stop[ : trois sommes suivent."""
    for first in tl.range(start, stop, BLOCK_K):
        keys = first + cols
        if DESCRIPTORS:
            k = K.load([first, 0])
        else:
            k = load_tile(K, first, k_row, k_offsets, keys, S, dims, D, BLOCK_D, EDGES)
        scores = tl.dot(q, tl.trans(k), input_precision="ieee")
        behind = positions[:, None] - keys[None, :]
        if SLOPES:
            scores -= slope * distances(positions[:, None], keys[None, :])
        if EDGES:
            scores = tl.where(
                visible(behind, low, high) & (keys < S)[None, :], scores, float("-inf")
            )
        if MASK is not None:
            kept = tl.load(MASK + keys * mask_col, mask=keys < S, other=0)
            scores = tl.where((kept != 0)[None, :], scores, float("-inf"))

        new_max = tl.maximum(row_max, tl.max(scores, 1) * scale_log2)
        # Rien de permis jusqu'ici : m = −∞, et −∞ − (−∞) ne vaut rien ; on prend 0.
        origin = tl.where(new_max == float("-inf"), 0.0, new_max)
        alpha = tl.exp2(row_max - origin)
        p = tl.exp2(scores * scale_log2 - origin[:, None])
        row_sum = alpha * row_sum + tl.sum(p, 1)
        acc = acc * alpha[:, None]
        if DESCRIPTORS:
            v = V.load([first, 0])
        else:
            v = load_tile(V, first, v_row, v_offsets, keys, S, dims, D, BLOCK_D, EDGES)
        acc = tl.dot(p.to(v.dtype), v, acc, input_precision="ieee")
        row_max = new_max
    return acc, row_max, row_sum


@triton.jit(do_not_specialize=["H", "repeats", "T", "S", "low", "high"])
def flash_forward(
    Q, K, V, OUT, LSE, SLOPES, MASK,
    q_b, q_h, q_t, q_d, k_b, k_h, k_s, k_d, v_b, v_h, v_s, v_d, o_b, o_h, o_t, o_d,
    mask_b, mask_s, H, repeats, T, S, low, high, scale,
    D: tl.constexpr, BLOCK_D: tl.constexpr,
    BLOCK_Q: tl.constexpr, BLOCK_K: tl.constexpr, DESCRIPTORS: tl.constexpr = False,
):  # fmt: skip
    """Calcule softmax(scale · q kᵀ + biais) v et son logsumexp, en base 2."""
    n_blocks = tl.cdiv(T, BLOCK_Q)
    head = tl.program_id(0) // n_blocks
    # Les derniers blocs voient le plus de clés : on commence par les plus longs.
    block = n_blocks - 1 - tl.program_id(0) % n_blocks
    b = tl.cast(head // H, tl.int64)
    h = tl.cast(head % H, tl.int64)
    g = h // repeats
    Q += b * q_b + h * q_h
    K += b * k_b + g * k_h
    V += b * v_b + g * v_h
    OUT += b * o_b + h * o_h
    if MASK is not None:
        MASK += b * mask_b

    begin = block * BLOCK_Q
    inner = tl.arange(0, BLOCK_Q)
    rows = begin + inner
    cols = tl.arange(0, BLOCK_K)
    dims = tl.arange(0, BLOCK_D)
    q = load_tile(
        Q, begin, q_t, tile_offsets(inner, dims, q_t, q_d), rows, T, dims,
        D, BLOCK_D, True,
    )  # fmt: skip
    k_offsets = tile_offsets(cols, dims, k_s, k_d)
    v_offsets = tile_offsets(cols, dims, v_s, v_d)
    if DESCRIPTORS:  # le GPU apporte la tuile lui-même : ni adresses, ni masque
        K = tl.make_tensor_descriptor(K, [S, D], [k_s, 1], [BLOCK_K, BLOCK_D])
        V = tl.make_tensor_descriptor(V, [S, D], [v_s, 1], [BLOCK_K, BLOCK_D])
    slope = 0.0
    if SLOPES is not None:
        slope = tl.load(SLOPES + h) / scale  # les scores ne sont pas encore à l'échelle

    row_max = tl.full([BLOCK_Q], float("-inf"), tl.float32)
    row_sum = tl.zeros([BLOCK_Q], tl.float32)
    acc = tl.zeros([BLOCK_Q, BLOCK_D], tl.float32)
    positions = rows + S - T
    last = tl.minimum(begin + BLOCK_Q, T) - 1
    start, full_start, full_stop, stop = ranges(
        begin + S - T, last + S - T, low, high, S, BLOCK_K
    )
    scale_log2 = scale * LOG2_E
    # L'ordre des tuiles ne change rien à un softmax en ligne : les pleines d'abord,
    # puis les deux bords par une même boucle, qui n'est ainsi compilée qu'une fois.
    acc, row_max, row_sum = _attend(
        acc, row_max, row_sum, q, K, V, k_s, v_s, k_offsets, v_offsets,
        positions, cols, dims, S, low, high, scale_log2, slope, MASK, mask_s,
        full_start, full_stop, D, BLOCK_D, BLOCK_K, False, SLOPES is not None,
        DESCRIPTORS,
    )  # fmt: skip
    for side in range(2):
        acc, row_max, row_sum = _attend(
            acc, row_max, row_sum, q, K, V, k_s, v_s, k_offsets, v_offsets,
            positions, cols, dims, S, low, high, scale_log2, slope, MASK, mask_s,
            tl.where(side == 0, start, full_stop),
            tl.where(side == 0, full_start, stop),
            D, BLOCK_D, BLOCK_K, True, SLOPES is not None, DESCRIPTORS,
        )  # fmt: skip

    # Ligne sans clé permise : ℓ = 0 ; on divise par 1, la sortie reste nulle.
    blocked = row_sum == 0.0
    row_sum = tl.where(blocked, 1.0, row_sum)
    lse = tl.where(blocked, float("-inf"), row_max + tl.log2(row_sum))
    store_tile(
        OUT, begin, o_t, tile_offsets(inner, dims, o_t, o_d), rows, T, dims,
        acc / row_sum[:, None], D,
    )  # fmt: skip
    tl.store(LSE + tl.cast(head, tl.int64) * T + rows, lse, mask=rows < T)
