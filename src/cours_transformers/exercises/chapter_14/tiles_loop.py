"""La boucle de l'exercice 14.4, dont on peut remplacer chaque pièce."""

import math
from collections.abc import Callable

import torch
from torch import Tensor


def scaled(q: Tensor, k: Tensor) -> Tensor:
    """Les scores d'un bloc : q kᵀ / √D."""
    return q @ k.T / math.sqrt(q.shape[1])


def _raise(m: Tensor, s: Tensor) -> Tensor:
    return torch.maximum(m, s.amax(dim=-1, keepdim=True))


def _forward(m: Tensor, new: Tensor) -> Tensor:
    return (m - new).exp()


def _step(total: Tensor, acc: Tensor, alpha: Tensor, p: Tensor, v: Tensor) -> tuple:
    return alpha * total + p.sum(dim=-1, keepdim=True), alpha * acc + p @ v


def _divide(acc: Tensor, total: Tensor) -> Tensor:
    return acc / total


def loop(
    scores: Callable = scaled,
    raised: Callable = _raise,
    factor: Callable = _forward,
    step: Callable = _step,
    finish: Callable = _divide,
    complete: bool = True,
    start: float = -torch.inf,
) -> Callable:
    """La boucle, juste par défaut, dont on remplace une pièce."""

    def wrong(q: Tensor, k: Tensor, v: Tensor, block_k: int) -> Tensor:
        m = torch.full((len(q), 1), start)
        total, acc = torch.zeros_like(m), torch.zeros(len(q), v.shape[1])
        end = len(k) if complete else len(k) // block_k * block_k
        for first in range(0, end, block_k):
            rows = slice(first, first + block_k)
            s = scores(q, k[rows])
            new = raised(m, s)
            total, acc = step(total, acc, factor(m, new), (s - new).exp(), v[rows])
            m = new
        return finish(acc, total)

    return wrong
