"""Seaux de distance et biais appris : ceux de T5, tels que transformers les calcule."""

import pytest
import torch
from transformers.models.t5.configuration_t5 import T5Config
from transformers.models.t5.modeling_t5 import T5Attention

from cours_transformers.layers.positional import T5Bias, relative_bucket

SETTINGS = [(32, 128), (32, 20), (16, 64), (8, 100), (64, 1000)]


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize(("n_buckets", "max_distance"), SETTINGS)
def test_les_seaux_de_transformers_pour_toute_distance(n_buckets, max_distance, causal):
    distance = torch.arange(-2100, 2101)  # p − j ; chez eux, j − p
    expected = T5Attention._relative_position_bucket(
        -distance, not causal, n_buckets, max_distance
    )
    got = relative_bucket(distance, n_buckets, max_distance, causal)
    assert torch.equal(got, expected)
    assert got.min() == 0 and got.max() == n_buckets - 1


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize(("T", "S"), [(40, 40), (3, 40), (1, 1)])
def test_le_biais_de_transformers(causal, T, S):
    config = T5Config(
        d_model=16, d_kv=4, num_heads=4, is_decoder=causal,
        relative_attention_num_buckets=16, relative_attention_max_distance=30,
    )  # fmt: skip
    theirs = T5Attention(config, has_relative_attention_bias=True, layer_idx=0)
    ours = T5Bias(4, causal, n_buckets=16, max_distance=30)
    with torch.no_grad():
        theirs.relative_attention_bias.weight.copy_(ours.table.normal_())
    got = ours.bias(torch.randn(2, 4, T, 4), S)
    expected = theirs.compute_bias(T, S, past_seen_tokens=S - T)
    torch.testing.assert_close(got, expected[0])


def test_les_premiers_seaux_a_la_main():
    # 8 seaux, 4 par sens, dont 2 exacts : 0, 1, puis 2 à 5 ensemble, puis le reste.
    past = relative_bucket(torch.tensor([0, 1, 2, 5, 6, 16, 999]), 8, 16)
    assert past.tolist() == [0, 1, 2, 2, 3, 3, 3]
    future = relative_bucket(torch.tensor([-1, -2, -999]), 8, 16)
    assert future.tolist() == [5, 6, 7]
    assert relative_bucket(torch.tensor([-1, -50]), 8, 16, True).tolist() == [0, 0]


def test_le_gradient_d_un_seau_compte_ses_couples():
    encoding = T5Bias(2, n_buckets=8, max_distance=16)
    encoding.bias(torch.randn(1, 2, 3, 4), 3).sum().backward()
    # T = S = 3 : trois couples à distance 0, deux à 1, un à 2, dans chaque sens.
    assert encoding.table.grad[:, 0].tolist() == [3, 2, 1, 0, 0, 2, 1, 0]


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_heads": 0}, "n_heads doit valoir au moins 1 ; reçu 0"),
        ({"n_buckets": 9}, "n_buckets doit être pair.*reçu 9"),
        ({"n_buckets": 2}, "n_buckets doit valoir au moins 4 ; reçu 2"),
        ({"max_distance": 8}, "max_distance doit valoir au moins 9 ; reçu 8"),
        (
            {"causal": True, "max_distance": 16},
            "max_distance doit valoir au moins 17 ; reçu 16",
        ),
    ],
)
def test_reglages_refuses(options, message):
    with pytest.raises(ValueError, match=message):
        T5Bias(**{"n_heads": 4, **options})


@pytest.mark.sans_jaxtyping
def test_requetes_refusees():
    encoding = T5Bias(4)
    with pytest.raises(ValueError, match=r"q.*\(B, 4, longueur.*reçu \(1, 2, 3, 8\)"):
        encoding.bias(torch.randn(1, 2, 3, 8), 3)
    with pytest.raises(ValueError, match="S doit valoir au moins 1 ; reçu 0"):
        encoding.bias(torch.randn(1, 4, 3, 8), 0)
