"""La passe arrière de l'attention, jouée entre deux mémoires.

Une tête. δ = Σ dO ∘ O, une somme par requête ; dS = P ∘ (dP − δ), où dP = dO vᵀ
(Dao, 2022, annexe B). Les tuiles refont P à partir du logsumexp de l'aller, deux fois :
une pour dK et dV, qui parcourent les requêtes, une pour dQ, qui parcourt les clés.
Ainsi chaque bloc n'écrit que chez lui, et le résultat ne dépend pas de l'ordre.
"""

import math

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from cours_transformers.training.cost_instruments import count_flops
from cours_transformers.training.costs import check_sizes
from cours_transformers.training.tile_traffic import (
    all_future,
    blocks,
    check_head,
    in_the_future,
)
from cours_transformers.training.traffic import SlowMemory, Traffic

Gradients = tuple[Float[Tensor, "T D"], Float[Tensor, "S D"], Float[Tensor, "S D"]]


def standard_backward_traffic(
    q: Float[Tensor, "T D"],
    k: Float[Tensor, "S D"],
    v: Float[Tensor, "S D"],
    grad: Float[Tensor, "T D"],
    *,
    causal: bool = False,
) -> tuple[Gradients, Traffic]:
    """Joue les cinq noyaux d'une passe arrière qui a gardé P : dQ, dK, dV.

    dV = Pᵀ dO, dP = dO vᵀ, dS, dQ = dS k, dK = dSᵀ q : dP et dS, T × S nombres, font
    l'aller et retour ; P est lu deux fois.
    """
    slow, scale = _start(q, k, v, grad), 1 / math.sqrt(q.shape[1])
    weights, _ = _forward(q, k, causal)
    slow.allocate("weights", *weights.shape)
    slow["weights"].copy_(weights)  # gardé à l'aller, qui l'a déjà payé
    for name in ("grad_weights", "grad_scores"):
        slow.allocate(name, *weights.shape)

    def run() -> None:
        slow.write("dv", slow.read("weights").T @ slow.read("grad"))
        slow.write("grad_weights", slow.read("grad") @ slow.read("v").T)
        p, dp = slow.read("weights"), slow.read("grad_weights")
        slow.write("grad_scores", p * (dp - (p * dp).sum(-1, keepdim=True)))
        slow.write("dq", scale * slow.read("grad_scores") @ slow.read("k"))
        slow.write("dk", scale * slow.read("grad_scores").T @ slow.read("q"))

    return _finish(slow, count_flops(run))


def tiled_backward_traffic(
    q: Float[Tensor, "T D"],
    k: Float[Tensor, "S D"],
    v: Float[Tensor, "S D"],
    grad: Float[Tensor, "T D"],
    block_q: int,
    block_k: int,
    *,
    causal: bool = False,
) -> tuple[Gradients, Traffic]:
    """Joue les trois noyaux par tuiles : δ, puis dK et dV, puis dQ ; P est refait."""
    check_sizes(block_q=block_q, block_k=block_k)
    slow = _start(q, k, v, grad)
    weights, lse = _forward(q, k, causal)
    for name, saved in {"out": weights @ v, "lse": lse}.items():
        slow.allocate(name, *saved.shape)
        slow[name].copy_(saved)  # gardés à l'aller
    slow.allocate("delta", len(q), 1)

    def run() -> None:
        delta = (slow.read("grad") * slow.read("out")).sum(-1, keepdim=True)
        slow.write("delta", delta)
        for cols in blocks(len(k), block_k):
            _keys_block(slow, cols, block_q, causal)
        for rows in blocks(len(q), block_q):
            _queries_block(slow, rows, block_k, causal)

    return _finish(slow, count_flops(run))


def _keys_block(slow: SlowMemory, cols: slice, block_q: int, causal: bool) -> None:
    """Calcule dK et dV d'un bloc de clés ; les requêtes qui le voient défilent."""
    T, offset = len(slow["q"]), len(slow["k"]) - len(slow["q"])
    k, v = slow.read("k", cols), slow.read("v", cols)
    dk, dv = torch.zeros_like(k), torch.zeros_like(v)
    for rows in blocks(T, block_q):
        if causal and all_future(rows, cols, offset):
            continue
        q, grad, lse, delta = _read_queries(slow, rows)
        hidden = in_the_future(rows, cols, offset) if causal else None
        p, ds = _tile(q, k, v, grad, lse, delta, hidden)
        dv += p.T @ grad
        dk += ds.T @ q
    slow.write("dk", dk / math.sqrt(k.shape[1]), cols)
    slow.write("dv", dv, cols)


def _queries_block(slow: SlowMemory, rows: slice, block_k: int, causal: bool) -> None:
    """Calcule dQ d'un bloc de requêtes ; les clés qu'il voit défilent."""
    S, offset = len(slow["k"]), len(slow["k"]) - len(slow["q"])
    q, grad, lse, delta = _read_queries(slow, rows)
    dq = torch.zeros_like(q)
    for cols in blocks(S, block_k):
        if causal and all_future(rows, cols, offset):
            break
        k, v = slow.read("k", cols), slow.read("v", cols)
        hidden = in_the_future(rows, cols, offset) if causal else None
        _, ds = _tile(q, k, v, grad, lse, delta, hidden)
        dq += ds @ k
    slow.write("dq", dq / math.sqrt(q.shape[1]), rows)


def _read_queries(slow: SlowMemory, rows: slice) -> list[Tensor]:
    return [slow.read(name, rows) for name in ("q", "grad", "lse", "delta")]


def _tile(
    q: Float[Tensor, "t D"],
    k: Float[Tensor, "s D"],
    v: Float[Tensor, "s D"],
    grad: Float[Tensor, "t D"],
    lse: Float[Tensor, "t 1"],
    delta: Float[Tensor, "t 1"],
    hidden: Bool[Tensor, "t s"] | None,
) -> tuple[Float[Tensor, "t s"], Float[Tensor, "t s"]]:
    """Refait P = exp(s − logsumexp) sur une tuile, et rend P et dS = P ∘ (dP − δ)."""
    scores = q @ k.T / math.sqrt(q.shape[1])
    if hidden is not None:
        scores = scores.masked_fill(hidden, -math.inf)
    # Une requête sans clé : son logsumexp vaut −∞, ses scores aussi ; P doit être nul.
    p = torch.exp(scores - lse.masked_fill(lse.isneginf(), 0.0))
    return p, p * (grad @ v.T - delta)


def _forward(q: Tensor, k: Tensor, causal: bool) -> tuple[Tensor, Tensor]:
    """Les poids et le logsumexp de l'aller, hors de tout compte."""
    scores = q @ k.T / math.sqrt(q.shape[1])
    if causal:
        every = slice(0, len(q)), slice(0, len(k))
        hidden = in_the_future(*every, len(k) - len(q))
        scores = scores.masked_fill(hidden, -math.inf)
    lse = scores.logsumexp(-1, keepdim=True)
    return torch.exp(scores - lse.masked_fill(lse.isneginf(), 0.0)), lse


def _start(q: Tensor, k: Tensor, v: Tensor, grad: Tensor) -> SlowMemory:
    check_head(q, k, v)
    if grad.shape != q.shape:
        raise ValueError(
            f"grad doit avoir la forme de q, {tuple(q.shape)} ; "
            f"reçu {tuple(grad.shape)}"
        )
    slow = SlowMemory(q=q, k=k, v=v, grad=grad)
    for name, like in {"dq": q, "dk": k, "dv": v}.items():
        slow.allocate(name, *like.shape)
    return slow


def _finish(slow: SlowMemory, flops: int) -> tuple[Gradients, Traffic]:
    gradients = slow["dq"], slow["dk"], slow["dv"]
    return gradients, Traffic(slow.numbers_read, slow.numbers_written, flops)
