"""ALiBi : pentes de l'article, signe, distance, aucun paramètre."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers.models.bloom.modeling_bloom import build_alibi_tensor

from cours_transformers.layers.positional import Alibi, alibi_slopes


@pytest.mark.parametrize("n_heads", [1, 2, 4, 8, 16, 32])
def test_pentes_d_une_puissance_de_deux(n_heads):
    expected = [2 ** (-8 * h / n_heads) for h in range(1, n_heads + 1)]
    assert alibi_slopes(n_heads) == pytest.approx(expected)


def test_pentes_a_la_main():
    assert alibi_slopes(8) == (0.5, 0.25, 0.125, *(2.0**-i for i in range(4, 9)))
    # Trois têtes : les deux de H = 2, puis la première de H = 4.
    assert alibi_slopes(3) == (2**-4, 2**-8, 2**-2)


@pytest.mark.parametrize("n_heads", [3, 4, 5, 6, 7, 8, 12, 20])
def test_les_pentes_de_transformers(n_heads):
    theirs = build_alibi_tensor(torch.ones(1, 2), n_heads, torch.float32)
    slopes = theirs.view(n_heads, 2)[:, 1]  # m · j, à j = 1
    torch.testing.assert_close(torch.tensor(alibi_slopes(n_heads)), slopes)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.integers(1, 12), st.integers(1, 6), st.integers(1, 6))
def test_le_biais_est_moins_la_pente_fois_la_distance(n_heads, T, S):
    encoding = Alibi(n_heads)
    bias = encoding.bias(torch.randn(1, n_heads, T, 4), S)
    slopes = alibi_slopes(n_heads)
    for i in range(T):
        for j in range(S):
            distance = abs(i + S - T - j)
            expected = [-slope * distance for slope in slopes]
            assert bias[:, i, j].tolist() == pytest.approx(expected)
    assert not list(encoding.parameters()) and not encoding.state_dict()


def test_l_attention_decroit_avec_la_distance():
    bias = Alibi(6).bias(torch.randn(1, 6, 9, 4), 9)
    weights = bias.softmax(-1)  # contenus tous égaux
    assert (weights[:, -1].diff() > 0).all() and (weights[:, 0].diff() < 0).all()


def test_en_demi_precision_les_grandes_distances_restent_distinctes():
    bias = Alibi(1).bias(torch.randn(1, 1, 1, 4).bfloat16(), 400)
    assert bias.unique().numel() == 400  # bfloat16 : 257 = 256


@pytest.mark.sans_jaxtyping
def test_refus():
    with pytest.raises(ValueError, match="n_heads doit valoir au moins 1 ; reçu 0"):
        Alibi(0)
    with pytest.raises(ValueError, match=r"q.*\(B, 3, longueur.*reçu \(1, 4, 2, 8\)"):
        Alibi(3).bias(torch.randn(1, 4, 2, 8), 2)
    with pytest.raises(ValueError, match="S doit valoir au moins 1 ; reçu 0"):
        Alibi(3).bias(torch.randn(1, 3, 2, 8), 0)
