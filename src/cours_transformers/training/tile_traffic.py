"""L'attention, jouée entre deux mémoires : ce qu'elle lit, ce qu'elle écrit.

Une tête. Lettres : T requêtes, S clés, D dimension d'une tête. La requête i occupe la
position i + S − T : ``causal`` s'aligne en bas à droite, comme dans ``kernels``.
"""

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from cours_transformers.training.cost_instruments import count_flops
from cours_transformers.training.costs import check_sizes
from cours_transformers.training.traffic import FastMemory, SlowMemory, Traffic


def standard_traffic(
    q: Float[Tensor, "T D"],
    k: Float[Tensor, "S D"],
    v: Float[Tensor, "S D"],
    *,
    causal: bool = False,
) -> tuple[Float[Tensor, "T D"], Traffic]:
    """Joue l'attention en trois noyaux : S = q kᵀ, P = softmax(S), O = P v.

    Le compte lui est favorable : chaque noyau lit une fois ses entrées, comme si la
    mémoire rapide pouvait les contenir. S et P, T × S nombres, font l'aller et retour.
    """
    check_head(q, k, v)
    slow = SlowMemory(q=q, k=k, v=v)
    for name, width in {"scores": len(k), "weights": len(k), "out": q.shape[1]}.items():
        slow.allocate(name, len(q), width)

    def run() -> None:
        scores = slow.read("q") @ slow.read("k").T / math.sqrt(q.shape[1])
        if causal:
            every = slice(0, len(q)), slice(0, len(k))
            hidden = in_the_future(*every, len(k) - len(q))
            scores = scores.masked_fill(hidden, -math.inf)
        slow.write("scores", scores)
        slow.write("weights", _softmax(slow.read("scores")))
        slow.write("out", slow.read("weights") @ slow.read("v"))

    flops = count_flops(run)
    return slow["out"], Traffic(slow.numbers_read, slow.numbers_written, flops)


def tiled_traffic(
    q: Float[Tensor, "T D"],
    k: Float[Tensor, "S D"],
    v: Float[Tensor, "S D"],
    block_q: int,
    block_k: int,
    *,
    causal: bool = False,
    fast: FastMemory | None = None,
) -> tuple[Float[Tensor, "T D"], Traffic]:
    """Joue la boucle du noyau : les requêtes dehors, les clés dedans, softmax en ligne.

    Q est lu une fois, O écrit une fois ; K et V sont relus par chaque bloc de requêtes.
    Avec ``causal``, les tuiles toutes dans le futur sont sautées ; une tuile visitée
    est lue entière, même si le masque en cache une partie.

    Args:
        fast: mémoire rapide, dont on lira ``peak`` ; sans limite par défaut.

    Raises:
        ValueError: la mémoire rapide déborde.
    """
    check_head(q, k, v)
    check_sizes(block_q=block_q, block_k=block_k)
    slow, fast = SlowMemory(q=q, k=k, v=v), fast or FastMemory()
    slow.allocate("out", *q.shape)
    rescalings = 0

    def run() -> None:
        nonlocal rescalings
        for rows in blocks(len(q), block_q):
            rescalings += _query_block(slow, fast, rows, block_k, causal)

    flops = count_flops(run)
    counted = Traffic(slow.numbers_read, slow.numbers_written, flops, rescalings)
    return slow["out"], counted


def _query_block(
    slow: SlowMemory, fast: FastMemory, rows: slice, block_k: int, causal: bool
) -> int:
    """Traite un bloc de requêtes ; rend le nombre de multiplications par α."""
    S = len(slow["k"])
    offset = S - len(slow["q"])
    q = fast.keep("q", slow.read("q", rows))
    acc = fast.keep("acc", torch.zeros_like(q))
    row_max = fast.keep("row_max", q.new_full((len(q), 1), -math.inf))
    row_sum = fast.keep("row_sum", q.new_zeros(len(q), 1))
    rescalings = 0
    for cols in blocks(S, block_k):
        if causal and all_future(rows, cols, offset):
            break
        k = fast.keep("k", slow.read("k", cols))
        v = fast.keep("v", slow.read("v", cols))
        scores = fast.keep("scores", q @ k.T / math.sqrt(q.shape[1]))
        if causal:
            hidden = in_the_future(rows, cols, offset)
            scores = scores.masked_fill(hidden, -math.inf)
        new_max = torch.maximum(row_max, scores.amax(-1, keepdim=True))
        origin = new_max.masked_fill(new_max.isneginf(), 0.0)  # rien vu : 0, et non −∞
        alpha = fast.keep("alpha", torch.exp(row_max - origin))
        p = fast.keep("scores", torch.exp(scores - origin))  # à la place des scores
        row_sum = alpha * row_sum + p.sum(-1, keepdim=True)
        acc = alpha * acc + p @ v
        rescalings += acc.numel() + row_sum.numel()
        row_max = new_max
    slow.write("out", acc / row_sum.masked_fill(row_sum == 0.0, 1.0), rows)
    fast.free("q", "acc", "row_max", "row_sum", "k", "v", "scores", "alpha")
    return rescalings


def blocks(length: int, size: int) -> list[slice]:
    """Découpe ``length`` lignes en blocs de ``size`` ; le dernier prend le reste."""
    return [slice(start, min(start + size, length)) for start in range(0, length, size)]


def all_future(rows: slice, cols: slice, offset: int) -> bool:
    """Dit si même la dernière requête de la tuile n'en voit aucune clé."""
    return cols.start > rows.stop - 1 + offset


def in_the_future(rows: slice, cols: slice, offset: int) -> Bool[Tensor, "t s"]:
    """Dit quelles clés de la tuile sont dans le futur : j > i + S − T, ``offset``."""
    i = torch.arange(rows.start, rows.stop)[:, None]
    j = torch.arange(cols.start, cols.stop)[None, :]
    return j > i + offset


def check_head(q: Tensor, k: Tensor, v: Tensor) -> None:
    """Exige q (T, D), k et v (S, D), sans axe vide."""
    shapes = [tuple(x.shape) for x in (q, k, v)]
    flat = all(len(shape) == 2 and 0 not in shape for shape in shapes)
    if not flat or shapes[1] != shapes[2] or shapes[0][1] != shapes[1][1]:
        raise ValueError(
            "q, k et v doivent être une tête, de formes (T, D), (S, D) et (S, D) ; "
            f"reçu {shapes[0]}, {shapes[1]} et {shapes[2]}"
        )


def _softmax(scores: Float[Tensor, "T S"]) -> Float[Tensor, "T S"]:
    """Normalise chaque ligne ; une ligne toute à −∞ donne des zéros."""
    blocked = scores.isneginf().all(-1, keepdim=True)
    return scores.masked_fill(blocked, 0.0).softmax(-1).masked_fill(blocked, 0.0)
