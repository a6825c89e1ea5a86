"""Passe arrière de FlashAttention : trois noyaux, sans opération atomique.

Rien de la matrice des poids n'a été gardé : chaque tuile la recalcule depuis le
logsumexp. Avec P = exp(S − lse), δ = Σ dO ∘ O (moins le gradient du logsumexp) :

    dV = Pᵀ dO    dS = P ∘ (dO Vᵀ − δ)    dQ = scale · dS K    dK = scale · dSᵀ Q

Un noyau tient une tuile de clés et parcourt les requêtes (dK, dV, sommés sur les têtes
du groupe) ; l'autre tient une tuile de requêtes et parcourt les clés (dQ). Chaque case
n'a qu'un auteur : deux exécutions donnent les mêmes bits. Ici, les tuiles pleines ne
sont pas traitées à part, comme à l'avant : le texte recopié déborderait des registres.
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


@triton.jit(do_not_specialize=["H", "T"])
def flash_delta(
    OUT, D_OUT, D_LSE, DELTA,
    o_b, o_h, o_t, o_d, do_b, do_h, do_t, do_d, H, T,
    D: tl.constexpr, BLOCK_D: tl.constexpr, BLOCK_Q: tl.constexpr,
):  # fmt: skip
    """Calcule δ = Σ_d dO ∘ O − d(lse), une valeur par requête ; lse est en base 2."""
    n_blocks = tl.cdiv(T, BLOCK_Q)
    head = tl.program_id(0) // n_blocks
    begin = tl.program_id(0) % n_blocks * BLOCK_Q
    b = tl.cast(head // H, tl.int64)
    h = tl.cast(head % H, tl.int64)
    inner = tl.arange(0, BLOCK_Q)
    rows = begin + inner
    dims = tl.arange(0, BLOCK_D)
    out = load_tile(
        OUT + b * o_b + h * o_h, begin, o_t, tile_offsets(inner, dims, o_t, o_d),
        rows, T, dims, D, BLOCK_D, True,
    )  # fmt: skip
    d_out = load_tile(
        D_OUT + b * do_b + h * do_h, begin, do_t,
        tile_offsets(inner, dims, do_t, do_d), rows, T, dims, D, BLOCK_D, True,
    )  # fmt: skip
    delta = tl.sum(out.to(tl.float32) * d_out.to(tl.float32), 1)
    place = tl.cast(head, tl.int64) * T + rows
    if D_LSE is not None:
        delta -= tl.load(D_LSE + place, mask=rows < T, other=0.0) * LOG2_E
    tl.store(DELTA + place, delta, mask=rows < T)


@triton.jit
def _load_lse(LSE, rows, T):
    """Lit le logsumexp ; +∞ (donc un poids nul) s'il n'y a rien à voir."""
    lse = tl.load(LSE + rows, mask=rows < T, other=float("inf"))
    return tl.where(lse == float("-inf"), float("inf"), lse)


@triton.jit
def _weights(
    scores, positions, keys, kept, lse, low, high, scale_log2, slope,
    SLOPES: tl.constexpr,
):  # fmt: skip
    """Recalcule les poids, 2^(scores − lse) : zéro là où rien n'est permis."""
    if SLOPES:
        scores -= slope * distances(positions, keys)
    p = tl.exp2(scores * scale_log2 - lse)
    return tl.where(visible(positions - keys, low, high) & kept, p, 0.0)


@triton.jit
def _gather(
    dk, dv, k, v, Q, D_OUT, LSE, DELTA, q_row, do_row, q_offsets, do_offsets,
    keys, kept, inner, dims, T, offset, low, high, scale_log2, slope, start, stop,
    D: tl.constexpr, BLOCK_D: tl.constexpr, BLOCK_Q: tl.constexpr,
    SLOPES: tl.constexpr,
):  # fmt: skip
    """Une tuile de clés écoute les requêtes ; ses tuiles sont (clé, requête)."""
    for first in tl.range(start, stop, BLOCK_Q):
        rows = first + inner
        q = load_tile(Q, first, q_row, q_offsets, rows, T, dims, D, BLOCK_D, True)
        lse = _load_lse(LSE, rows, T)
        scores = tl.dot(k, tl.trans(q), input_precision="ieee")
        p = _weights(scores, (rows + offset)[None, :], keys[:, None], kept[:, None],
                     lse[None, :], low, high, scale_log2, slope, SLOPES)  # fmt: skip
        d_out = load_tile(
            D_OUT, first, do_row, do_offsets, rows, T, dims, D, BLOCK_D, True
        )
        dv = tl.dot(p.to(d_out.dtype), d_out, dv, input_precision="ieee")
        delta = tl.load(DELTA + rows, mask=rows < T, other=0.0)
        dp = tl.dot(v, tl.trans(d_out), input_precision="ieee")
        ds = p * (dp - delta[None, :])
        dk = tl.dot(ds.to(q.dtype), q, dk, input_precision="ieee")
    return dk, dv


@triton.jit(do_not_specialize=["H", "repeats", "T", "S", "low", "high"])
def flash_dkdv(
    Q, K, V, D_OUT, LSE, DELTA, DK, DV, SLOPES, MASK,
    q_b, q_h, q_t, q_d, k_b, k_h, k_s, k_d, v_b, v_h, v_s, v_d,
    do_b, do_h, do_t, do_d, dk_b, dk_h, dk_s, dk_d, dv_b, dv_h, dv_s, dv_d,
    mask_b, mask_s, H, repeats, T, S, low, high, scale,
    D: tl.constexpr, BLOCK_D: tl.constexpr,
    BLOCK_Q: tl.constexpr, BLOCK_K: tl.constexpr,
):  # fmt: skip
    """Calcule dK et dV d'une tuile de clés, sommés sur les têtes de son groupe."""
    n_blocks = tl.cdiv(S, BLOCK_K)
    G = H // repeats
    group = tl.program_id(0) // n_blocks
    begin = tl.program_id(0) % n_blocks * BLOCK_K
    b = tl.cast(group // G, tl.int64)
    g = tl.cast(group % G, tl.int64)
    cols = tl.arange(0, BLOCK_K)
    inner = tl.arange(0, BLOCK_Q)
    dims = tl.arange(0, BLOCK_D)
    keys = begin + cols
    k = load_tile(
        K + b * k_b + g * k_h, begin, k_s, tile_offsets(cols, dims, k_s, k_d),
        keys, S, dims, D, BLOCK_D, True,
    )  # fmt: skip
    v = load_tile(
        V + b * v_b + g * v_h, begin, v_s, tile_offsets(cols, dims, v_s, v_d),
        keys, S, dims, D, BLOCK_D, True,
    )  # fmt: skip
    kept = keys < S
    if MASK is not None:
        kept = tl.load(MASK + b * mask_b + keys * mask_s, mask=kept, other=0) != 0
    q_offsets = tile_offsets(inner, dims, q_t, q_d)
    do_offsets = tile_offsets(inner, dims, do_t, do_d)

    # La clé j est vue par les positions [j + low, j + high] : la bande, à l'envers.
    # Comptée depuis la première requête, une position p est la ligne p − (S − T).
    offset = S - T
    last = tl.minimum(begin + BLOCK_K, S) - 1
    start, _, _, stop = ranges(begin - offset, last - offset, -high, -low, T, BLOCK_Q)
    scale_log2 = scale * LOG2_E
    dk = tl.zeros([BLOCK_K, BLOCK_D], tl.float32)
    dv = tl.zeros([BLOCK_K, BLOCK_D], tl.float32)
    for r in range(repeats):
        h = g * repeats + r
        slope = 0.0
        if SLOPES is not None:
            slope = tl.load(SLOPES + h) / scale
        dk, dv = _gather(
            dk, dv, k, v, Q + b * q_b + h * q_h, D_OUT + b * do_b + h * do_h,
            LSE + (b * H + h) * T, DELTA + (b * H + h) * T, q_t, do_t,
            q_offsets, do_offsets, keys, kept, inner, dims,
            T, offset, low, high, scale_log2, slope, start, stop,
            D, BLOCK_D, BLOCK_Q, SLOPES is not None,
        )  # fmt: skip

    store_tile(
        DK + b * dk_b + g * dk_h, begin, dk_s, tile_offsets(cols, dims, dk_s, dk_d),
        keys, S, dims, dk * scale, D,
    )  # fmt: skip
    store_tile(
        DV + b * dv_b + g * dv_h, begin, dv_s, tile_offsets(cols, dims, dv_s, dv_d),
        keys, S, dims, dv, D,
    )  # fmt: skip


@triton.jit
def _collect(
    dq, q, d_out, lse, delta, K, V, k_row, v_row, k_offsets, v_offsets,
    positions, cols, dims, S, low, high, scale_log2, slope, MASK, mask_col,
    start, stop,
    D: tl.constexpr, BLOCK_D: tl.constexpr, BLOCK_K: tl.constexpr,
    SLOPES: tl.constexpr,
):  # fmt: skip
    """Une tuile de requêtes relit les clés de [start, stop[ et somme dS K."""
    for first in tl.range(start, stop, BLOCK_K):
        keys = first + cols
        k = load_tile(K, first, k_row, k_offsets, keys, S, dims, D, BLOCK_D, True)
        scores = tl.dot(q, tl.trans(k), input_precision="ieee")
        kept = keys < S
        if MASK is not None:
            kept = tl.load(MASK + keys * mask_col, mask=kept, other=0) != 0
        p = _weights(scores, positions[:, None], keys[None, :], kept[None, :],
                     lse[:, None], low, high, scale_log2, slope, SLOPES)  # fmt: skip
        v = load_tile(V, first, v_row, v_offsets, keys, S, dims, D, BLOCK_D, True)
        dp = tl.dot(d_out, tl.trans(v), input_precision="ieee")
        ds = p * (dp - delta[:, None])
        dq = tl.dot(ds.to(k.dtype), k, dq, input_precision="ieee")
    return dq


@triton.jit(do_not_specialize=["H", "repeats", "T", "S", "low", "high"])
def flash_dq(
    Q, K, V, D_OUT, LSE, DELTA, DQ, SLOPES, MASK,
    q_b, q_h, q_t, q_d, k_b, k_h, k_s, k_d, v_b, v_h, v_s, v_d,
    do_b, do_h, do_t, do_d, dq_b, dq_h, dq_t, dq_d,
    mask_b, mask_s, H, repeats, T, S, low, high, scale,
    D: tl.constexpr, BLOCK_D: tl.constexpr,
    BLOCK_Q: tl.constexpr, BLOCK_K: tl.constexpr,
):  # fmt: skip
    """Calcule dQ d'une tuile de requêtes."""
    n_blocks = tl.cdiv(T, BLOCK_Q)
    head = tl.program_id(0) // n_blocks
    block = n_blocks - 1 - tl.program_id(0) % n_blocks
    b = tl.cast(head // H, tl.int64)
    h = tl.cast(head % H, tl.int64)
    g = h // repeats
    begin = block * BLOCK_Q
    inner = tl.arange(0, BLOCK_Q)
    rows = begin + inner
    cols = tl.arange(0, BLOCK_K)
    dims = tl.arange(0, BLOCK_D)
    q = load_tile(
        Q + b * q_b + h * q_h, begin, q_t, tile_offsets(inner, dims, q_t, q_d),
        rows, T, dims, D, BLOCK_D, True,
    )  # fmt: skip
    d_out = load_tile(
        D_OUT + b * do_b + h * do_h, begin, do_t,
        tile_offsets(inner, dims, do_t, do_d), rows, T, dims, D, BLOCK_D, True,
    )  # fmt: skip
    place = tl.cast(head, tl.int64) * T
    lse = _load_lse(LSE + place, rows, T)
    delta = tl.load(DELTA + place + rows, mask=rows < T, other=0.0)
    if MASK is not None:
        MASK += b * mask_b
    slope = 0.0
    if SLOPES is not None:
        slope = tl.load(SLOPES + h) / scale

    last = tl.minimum(begin + BLOCK_Q, T) - 1
    start, _, _, stop = ranges(begin + S - T, last + S - T, low, high, S, BLOCK_K)
    dq = tl.zeros([BLOCK_Q, BLOCK_D], tl.float32)
    dq = _collect(
        dq, q, d_out, lse, delta, K + b * k_b + g * k_h, V + b * v_b + g * v_h,
        k_s, v_s, tile_offsets(cols, dims, k_s, k_d),
        tile_offsets(cols, dims, v_s, v_d), rows + S - T, cols, dims, S, low, high,
        scale * LOG2_E, slope, MASK, mask_s, start, stop,
        D, BLOCK_D, BLOCK_K, SLOPES is not None,
    )  # fmt: skip
    store_tile(
        DQ + b * dq_b + h * dq_h, begin, dq_t, tile_offsets(inner, dims, dq_t, dq_d),
        rows, T, dims, dq * scale, D,
    )  # fmt: skip
