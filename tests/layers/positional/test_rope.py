"""RoPE : nombres complexes, Llama, et une attention qui ne voit que l'écart."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from transformers.models.llama.configuration_llama import LlamaConfig
from transformers.models.llama.modeling_llama import (
    LlamaRotaryEmbedding,
    apply_rotary_pos_emb,
)

from cours_transformers.layers.positional import Rope, frequencies, pairing_order

PAIRINGS = ["interleaved", "half"]


def heads(T=5, S=5, D=8, H=4, G=2):
    return torch.randn(2, H, T, D).double(), torch.randn(2, G, S, D).double()


@pytest.mark.parametrize("base", [100.0, 10_000.0])
@pytest.mark.parametrize("offset", [0, 11])
def test_half_est_la_rotation_de_llama(base, offset):
    q, k = (x.float() for x in heads(D=16))
    config = LlamaConfig(
        hidden_size=64, num_attention_heads=4, head_dim=16,
        rope_parameters={"rope_type": "default", "rope_theta": base},
    )  # fmt: skip
    positions = torch.arange(offset, offset + 5)[None]
    expected = apply_rotary_pos_emb(q, k, *LlamaRotaryEmbedding(config)(q, positions))
    got = Rope(16, base, pairing="half").rotate(q, k, offset)
    torch.testing.assert_close(got, expected)


@pytest.mark.parametrize("offset", [0, 11])
def test_interleaved_multiplie_des_nombres_complexes(offset):
    x, _ = heads(T=6)
    p = torch.arange(offset, offset + 6).double()
    turn = torch.polar(
        torch.ones(6, 4).double(), p[:, None] * frequencies(8, dtype=torch.float64)
    )
    pairs = torch.view_as_complex(x.unflatten(-1, (4, 2)).contiguous())
    expected = torch.view_as_real(pairs * turn).flatten(-2)
    torch.testing.assert_close(Rope(8).rotate(x, x, offset), (expected, expected))


def test_les_deux_appariements_a_une_permutation_pres():
    q, k = heads()
    order = pairing_order(8)
    assert order.tolist() == [0, 2, 4, 6, 1, 3, 5, 7]
    near, far = Rope(8), Rope(8, pairing="half")
    for one, other in zip(
        near.rotate(q, k, 3), far.rotate(q[..., order], k[..., order], 3), strict=True
    ):
        torch.testing.assert_close(one[..., order], other)
        assert (one - other).abs().max() > 0.1  # sans la permutation, ils diffèrent


@pytest.mark.parametrize("pairing", PAIRINGS)
@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 2000))
def test_le_score_ne_depend_que_de_l_ecart(pairing, p, s, shift):
    torch.manual_seed(0)
    encoding, (q, k) = Rope(8, pairing=pairing), heads(1, 1, H=1, G=1)

    def score(p, s):
        return (encoding.rotate(q, q, p)[1] * encoding.rotate(k, k, s)[1]).sum()

    torch.testing.assert_close(score(p + shift, s + shift), score(p, s))
    if p != s:
        assert (score(p, s) - score(p, p)).abs() > 1e-9


@pytest.mark.parametrize("pairing", PAIRINGS)
def test_une_rotation_garde_les_normes_et_laisse_la_position_zero(pairing):
    q, k = heads()
    turned, _ = Rope(8, pairing=pairing).rotate(q, k)
    torch.testing.assert_close(turned.norm(dim=-1), q.norm(dim=-1))
    torch.testing.assert_close(turned[:, :, 0], q[:, :, 0])
    assert (turned[:, :, 1:] - q[:, :, 1:]).abs().amax(-1).min() > 1e-3


@pytest.mark.parametrize("pairing", PAIRINGS)
@pytest.mark.parametrize("a", [1, 4])
def test_un_decalage_est_une_tranche_de_la_suite(pairing, a):
    encoding, (q, k) = Rope(8, pairing=pairing), heads(T=6, S=6)
    whole_q, whole_k = encoding.rotate(q, k)
    new_q, new_k = encoding.rotate(q[:, :, a:], k[:, :, a:], offset=a)
    torch.testing.assert_close((new_q, new_k), (whole_q[:, :, a:], whole_k[:, :, a:]))


@pytest.mark.parametrize("T", [1, 3, 9])
def test_la_derniere_requete_a_la_position_de_la_derniere_cle(T):
    q, k = heads(T=T, S=6)
    turned, keys = Rope(8).rotate(q, k, offset=7)
    torch.testing.assert_close(keys, Rope(8).rotate(k, k, 7)[0])
    torch.testing.assert_close(
        turned[:, :, -1:], Rope(8).rotate(q[:, :, -1:], q[:, :, -1:], 12)[0]
    )


def test_en_demi_precision_les_grandes_positions_restent_distinctes():
    q, k = heads(T=2, S=2)
    low = Rope(8).rotate(q.bfloat16(), k.bfloat16(), 256)[0]
    exact = Rope(8).rotate(q.bfloat16().double(), k, 256)[0]
    assert low.dtype == torch.bfloat16
    torch.testing.assert_close(low.double(), exact, atol=0.02, rtol=0.01)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((7,), "d_head doit être pair.*reçu 7"),
        ((8, 0.0), r"base doit être un nombre fini d'au moins 1 ; reçu 0\.0"),
        ((8, 1e4, "autre"), "pairing.*« interleaved », « half » ; reçu 'autre'"),
    ],
)
def test_reglages_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        Rope(*arguments)


@pytest.mark.sans_jaxtyping
def test_tetes_et_decalages_refuses():
    q, k = heads()
    with pytest.raises(ValueError, match=r"q doit.*longueur, 6\).*\(2, 4, 5, 8\)"):
        Rope(6).rotate(q, k)
    with pytest.raises(ValueError, match=r"k doit.*sans axe vide.*\(2, 2, 0, 8\)"):
        Rope(8).rotate(q, k[:, :, :0])
    with pytest.raises(ValueError, match="offset doit valoir au moins 0 ; reçu -1"):
        Rope(8).rotate(q, k, -1)
