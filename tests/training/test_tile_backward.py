"""La passe arrière simulée : les gradients d'autograd, et le compte des formules."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.kernels.attention import attention
from cours_transformers.training.tile_backward import (
    standard_backward_traffic,
    tiled_backward_traffic,
)
from cours_transformers.training.traffic_counts import (
    count_standard_backward,
    count_tiled_backward,
)

sizes = st.integers(1, 16)
blocks = st.integers(1, 7)


def des_entrees(T, S, D):
    generator = torch.Generator().manual_seed(0)
    return [
        torch.randn(n, D, generator=generator, dtype=torch.float64)
        for n in (T, S, S, T)
    ]


def juge(q, k, v, grad, causal):
    leaves = [x.clone().requires_grad_() for x in (q, k, v)]
    heads = (x[None, None] for x in leaves)
    out = attention(*heads, causal=causal, engine="explicit")[0, 0]
    return torch.autograd.grad(out, leaves, grad)


@settings(max_examples=40, deadline=None)
@given(sizes, sizes, st.integers(1, 5), blocks, blocks, st.booleans())
def test_les_tuiles_donnent_les_gradients_et_le_compte(T, S, D, bq, bk, causal):
    inputs = des_entrees(T, S, D)
    gradients, counted = tiled_backward_traffic(*inputs, bq, bk, causal=causal)
    for mine, theirs in zip(gradients, juge(*inputs, causal), strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-12, rtol=0)
    assert counted == count_tiled_backward(T, D, bq, bk, S=S, causal=causal)


@settings(max_examples=20, deadline=None)
@given(sizes, sizes, st.integers(1, 5), st.booleans())
def test_les_cinq_noyaux_donnent_les_gradients_et_le_compte(T, S, D, causal):
    inputs = des_entrees(T, S, D)
    gradients, counted = standard_backward_traffic(*inputs, causal=causal)
    for mine, theirs in zip(gradients, juge(*inputs, causal), strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-12, rtol=0)
    assert counted == count_standard_backward(T, D, S=S)


@pytest.mark.sans_jaxtyping
def test_refus():
    q, k, v, grad = des_entrees(4, 6, 3)
    with pytest.raises(ValueError, match=r"grad doit avoir la forme de q, \(4, 3\)"):
        standard_backward_traffic(q, k, v, grad[1:])
    with pytest.raises(ValueError, match="block_q doit valoir au moins 1 ; reçu 0"):
        tiled_backward_traffic(q, k, v, grad, 0, 2)
    with pytest.raises(ValueError, match="q, k et v doivent être une tête"):
        tiled_backward_traffic(q, k, v[1:], grad, 2, 2)
