"""Attention explicite : calculs à la main, boucles, propriétés, erreurs."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from cours_transformers.kernels.attention import attention
from cours_transformers.layers.attention import (
    attention_scores,
    attention_weights,
    masked_softmax,
    scaled_dot_product,
)
from cours_transformers.layers.masks import causal_mask


def test_trois_cles_calculees_a_la_main():
    q = torch.tensor([[2.0, 0.0, 0.0, 0.0]])
    k = torch.tensor([[2.0, 0, 0, 0], [1.0, 5, 0, 0], [0.0, 7, 0, 0]])
    assert attention_scores(q, k).tolist() == [[2.0, 1.0, 0.0]]  # (4, 2, 0) / √4
    total = math.exp(2) + math.exp(1) + 1
    expected = torch.tensor([[math.exp(2) / total, math.exp(1) / total, 1 / total]])
    torch.testing.assert_close(attention_weights(q, k), expected)
    assert round(attention_weights(q, k)[0, 0].item(), 3) == 0.665


@pytest.mark.parametrize("d_k", [4, 256])
def test_les_scores_ont_une_variance_de_un(d_k):
    q, k = torch.randn(2, 400, d_k)
    assert 0.8 < attention_scores(q, k).var() < 1.2
    assert 0.8 * d_k < attention_scores(q, k, scale=1.0).var() < 1.2 * d_k


def test_chaque_requete_repartit_un_poids_total_de_un():
    q, k = torch.randn(3, 4, 8), torch.randn(3, 6, 8)  # T ≠ S : l'axe se voit
    weights = attention_weights(q, k, torch.rand(3, 4, 6) < 0.9)
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(3, 4))


@pytest.mark.parametrize("masked", [False, True])
def test_egale_a_sdpa_et_au_noyau(masked):
    q, k, v = torch.randn(2, 3, 4, 8), torch.randn(2, 3, 6, 8), torch.randn(2, 3, 6, 8)
    mask = causal_mask(4, 6) if masked else None
    got = scaled_dot_product(q, k, v, mask)
    torch.testing.assert_close(got, F.scaled_dot_product_attention(q, k, v, mask))
    torch.testing.assert_close(got, attention(q, k, v, causal=masked))


def test_une_cle_interdite_ne_compte_pas():
    q, k, v = torch.randn(4, 8), torch.randn(6, 8), torch.randn(6, 5)
    mask = torch.ones(4, 6, dtype=torch.bool)
    mask[:, 2] = False
    others = [0, 1, 3, 4, 5]
    torch.testing.assert_close(
        scaled_dot_product(q, k, v, mask), scaled_dot_product(q, k[others], v[others])
    )


def test_une_requete_aveugle_recoit_zero_et_des_gradients_finis():
    scores = torch.randn(3, 5, requires_grad=True)
    mask = torch.ones(3, 5, dtype=torch.bool)
    mask[1] = False
    weights = masked_softmax(scores, mask)
    assert not weights[1].any() and weights[[0, 2]].all()
    weights.square().sum().backward()
    assert scores.grad.isfinite().all() and not scores.grad[1].any()
    assert scores.grad[0].any()


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.permutations(range(6)))
def test_permuter_les_mots_permute_les_sorties(order):
    torch.manual_seed(0)
    x, W = torch.randn(6, 8, dtype=torch.float64), torch.randn(3, 8, 8).double()

    def self_attention(x):
        return scaled_dot_product(x @ W[0], x @ W[1], x @ W[2])

    torch.testing.assert_close(self_attention(x[order]), self_attention(x)[order])


@pytest.mark.sans_jaxtyping
def test_des_dimensions_qui_different():
    with pytest.raises(ValueError, match="même dimension d_k ; reçu 8 et 4"):
        attention_weights(torch.randn(3, 8), torch.randn(5, 4))


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("mask", "error", "message"),
    [
        (torch.ones(3, 5), TypeError, "mask.*booléens.*reçu torch.float32"),
        (torch.ones(5, 3).bool(), ValueError, r"mask doit s'étendre.*\(3, 5\).*\(5, 3"),
    ],
)
def test_un_masque_refuse(mask, error, message):
    with pytest.raises(error, match=message):
        attention_weights(torch.randn(3, 8), torch.randn(5, 8), mask)
