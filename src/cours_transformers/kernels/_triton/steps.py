"""Le noyau d'avant en trois pas, du plus nu au presque complet ; le quatrième est
``forward.py``.

Une seule tête, des tenseurs (T, D) et (S, D) contigus, D une puissance de deux. Chaque
programme tient une tuile de requêtes. Les lignes ajoutées d'un pas au suivant sont les
seules qui changent.
"""

import triton
import triton.language as tl


@triton.jit
def one_tile(
    Q, K, V, OUT, T, S, scale,
    D: tl.constexpr, BLOCK_Q: tl.constexpr, BLOCK_K: tl.constexpr,
):  # fmt: skip
    """Pas 1 : toutes les clés tiennent dans une tuile ; le softmax est ordinaire."""
    rows = tl.program_id(0) * BLOCK_Q + tl.arange(0, BLOCK_Q)
    cols = tl.arange(0, BLOCK_K)
    dims = tl.arange(0, D)
    inside_q = (rows < T)[:, None]
    inside_k = (cols < S)[:, None]
    q = tl.load(Q + rows[:, None] * D + dims[None, :], mask=inside_q, other=0.0)
    k = tl.load(K + cols[:, None] * D + dims[None, :], mask=inside_k, other=0.0)
    v = tl.load(V + cols[:, None] * D + dims[None, :], mask=inside_k, other=0.0)

    scores = tl.dot(q, tl.trans(k), input_precision="ieee") * scale
    scores = tl.where((cols < S)[None, :], scores, float("-inf"))
    p = tl.exp(scores - tl.max(scores, 1)[:, None])
    acc = tl.dot(p.to(v.dtype), v, input_precision="ieee")
    out = acc / tl.sum(p, 1)[:, None]
    tl.store(OUT + rows[:, None] * D + dims[None, :], out, mask=inside_q)


@triton.jit
def online(
    Q, K, V, OUT, T, S, scale,
    D: tl.constexpr, BLOCK_Q: tl.constexpr, BLOCK_K: tl.constexpr,
):  # fmt: skip
    """Pas 2 : les clés défilent ; m, ℓ et a se corrigent en chemin."""
    rows = tl.program_id(0) * BLOCK_Q + tl.arange(0, BLOCK_Q)
    dims = tl.arange(0, D)
    inside_q = (rows < T)[:, None]
    q = tl.load(Q + rows[:, None] * D + dims[None, :], mask=inside_q, other=0.0)
    row_max = tl.full([BLOCK_Q], float("-inf"), tl.float32)
    row_sum = tl.zeros([BLOCK_Q], tl.float32)
    acc = tl.zeros([BLOCK_Q, D], tl.float32)

    for first in range(0, S, BLOCK_K):
        cols = first + tl.arange(0, BLOCK_K)
        inside_k = (cols < S)[:, None]
        k = tl.load(K + cols[:, None] * D + dims[None, :], mask=inside_k, other=0.0)
        v = tl.load(V + cols[:, None] * D + dims[None, :], mask=inside_k, other=0.0)
        scores = tl.dot(q, tl.trans(k), input_precision="ieee") * scale
        scores = tl.where((cols < S)[None, :], scores, float("-inf"))

        new_max = tl.maximum(row_max, tl.max(scores, 1))
        alpha = tl.exp(row_max - new_max)
        p = tl.exp(scores - new_max[:, None])
        row_sum = alpha * row_sum + tl.sum(p, 1)
        acc = tl.dot(p.to(v.dtype), v, acc * alpha[:, None], input_precision="ieee")
        row_max = new_max

    out = acc / row_sum[:, None]
    tl.store(OUT + rows[:, None] * D + dims[None, :], out, mask=inside_q)


@triton.jit
def causal_skip(
    Q, K, V, OUT, VISITS, T, S, scale,
    D: tl.constexpr, BLOCK_Q: tl.constexpr, BLOCK_K: tl.constexpr,
):  # fmt: skip
    """Pas 3 : masque causal en bas à droite ; les tuiles du futur sont sautées.

    VISITS reçoit le nombre de tuiles de clés que chaque programme a lues.
    """
    block = tl.program_id(0)
    rows = block * BLOCK_Q + tl.arange(0, BLOCK_Q)
    dims = tl.arange(0, D)
    inside_q = (rows < T)[:, None]
    q = tl.load(Q + rows[:, None] * D + dims[None, :], mask=inside_q, other=0.0)
    row_max = tl.full([BLOCK_Q], float("-inf"), tl.float32)
    row_sum = tl.zeros([BLOCK_Q], tl.float32)
    acc = tl.zeros([BLOCK_Q, D], tl.float32)

    positions = rows + S - T
    # La dernière requête de la tuile ne voit pas plus loin qu'elle-même.
    stop = tl.minimum(S, (block + 1) * BLOCK_Q + S - T)
    visits = 0
    for first in range(0, stop, BLOCK_K):
        cols = first + tl.arange(0, BLOCK_K)
        inside_k = (cols < S)[:, None]
        k = tl.load(K + cols[:, None] * D + dims[None, :], mask=inside_k, other=0.0)
        v = tl.load(V + cols[:, None] * D + dims[None, :], mask=inside_k, other=0.0)
        scores = tl.dot(q, tl.trans(k), input_precision="ieee") * scale
        allowed = (cols[None, :] <= positions[:, None]) & (cols < S)[None, :]
        scores = tl.where(allowed, scores, float("-inf"))

        new_max = tl.maximum(row_max, tl.max(scores, 1))
        # Une requête sans aucune clé garde m = −∞ : −∞ − (−∞) ne vaut rien.
        origin = tl.where(new_max == float("-inf"), 0.0, new_max)
        alpha = tl.exp(row_max - origin)
        p = tl.exp(scores - origin[:, None])
        row_sum = alpha * row_sum + tl.sum(p, 1)
        acc = tl.dot(p.to(v.dtype), v, acc * alpha[:, None], input_precision="ieee")
        row_max = new_max
        visits += 1

    out = acc / tl.where(row_sum == 0.0, 1.0, row_sum)[:, None]
    tl.store(OUT + rows[:, None] * D + dims[None, :], out, mask=inside_q)
    tl.store(VISITS + block, visits)
