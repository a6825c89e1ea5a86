"""L'oracle : l'attention écrite avec des boucles, une requête à la fois."""

import math
from collections.abc import Callable
from functools import partial

import pytest
import torch
from torch import Tensor

from cours_transformers.kernels.engines import Engine, register, unregister
from cours_transformers.kernels.tiled import refusal, tiled_attention


def attention_by_loops(
    q, k, v, *, causal=False, mask=None, bias=None, window=None, scale=None
) -> tuple[Tensor, Tensor]:
    """Rend la sortie et le logsumexp ; aucune ligne commune avec la bibliothèque."""
    B, H, T, D = q.shape
    G, S = k.shape[1:3]
    scale = 1 / math.sqrt(D) if scale is None else scale
    mask = None if mask is None else mask.expand(B, H, T, S)
    bias = None if bias is None else bias.expand(B, H, T, S)
    outs, lses = [], []
    for b in range(B):
        for h in range(H):
            g = h * G // H  # les H / G premières têtes partagent la clé 0, etc.
            for i in range(T):
                p = S - (T - i)  # la dernière requête voit jusqu'à la dernière clé
                seen = [
                    j
                    for j in range(S)
                    if not (causal and j > p)
                    and not (window is not None and abs(j - p) >= window)
                    and not (mask is not None and not mask[b, h, i, j])
                    and not (bias is not None and bias[b, h, i, j] == -math.inf)
                ]
                if not seen:
                    outs.append(torch.zeros_like(v[0, 0, 0]))
                    lses.append(q.new_tensor(-math.inf))
                    continue
                scores = scale * (k[b, g, seen] @ q[b, h, i])
                if bias is not None:
                    scores = scores + bias[b, h, i, seen]
                total = scores.exp().sum()
                outs.append((scores.exp() / total) @ v[b, g, seen])
                lses.append(total.log())
    return torch.stack(outs).view(B, H, T, D), torch.stack(lses).view(B, H, T)


@pytest.fixture(scope="session")
def oracle() -> Callable[..., tuple[Tensor, Tensor]]:
    """Donne aux tests l'attention à boucles."""
    return attention_by_loops


@pytest.fixture(scope="session", autouse=True)
def _petites_tuiles():
    """Des tuiles de 3 × 2 : plusieurs blocs, même sur des séquences de 5 tokens."""
    small = partial(tiled_attention, block_q=3, block_k=2)
    register(Engine("petites_tuiles", small, refusal))
    yield
    unregister("petites_tuiles")
