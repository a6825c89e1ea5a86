"""Réseau feed-forward : un token à la fois, six variantes, le même prix."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from cours_transformers.layers.feed_forward import (
    FEED_FORWARD_NAMES,
    FeedForward,
    feed_forward,
    inner_width,
)

PLAIN, GATED = ("relu", "gelu", "silu"), ("glu", "geglu", "swiglu")
PHI = {
    "relu": lambda x: x.clamp(min=0),
    "gelu": lambda x: 0.5 * x * (1 + torch.erf(x / 2**0.5)),
    "silu": lambda x: x / (1 + torch.exp(-x)),
    "glu": lambda x: 1 / (1 + torch.exp(-x)),
}
PHI |= {"geglu": PHI["gelu"], "swiglu": PHI["silu"]}


@pytest.mark.parametrize("name", FEED_FORWARD_NAMES)
@given(seed=st.integers(0, 999), d_model=st.integers(1, 9), d_ff=st.integers(1, 9))
@settings(max_examples=15, deadline=None)
def test_chaque_variante_suit_sa_formule(name, seed, d_model, d_ff):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(5, d_model, generator=generator)
    layer = feed_forward(name, d_model, d_ff)
    W_up, W_down = layer.up_proj.weight.T, layer.down_proj.weight.T
    if name in PLAIN:
        expected = PHI[name](x @ W_up) @ W_down
    else:
        expected = (PHI[name](x @ layer.gate_proj.weight.T) * (x @ W_up)) @ W_down
    torch.testing.assert_close(layer(x), expected, atol=1e-5, rtol=1e-4)


def test_la_porte_n_est_pas_le_contenu():
    """Échanger les deux branches change tout, sauf sur des poids égaux."""
    layer, swapped = feed_forward("swiglu", 8), feed_forward("swiglu", 8)
    swapped.load_state_dict(layer.state_dict())
    swapped.up_proj, swapped.gate_proj = swapped.gate_proj, swapped.up_proj
    x = torch.randn(16, 8)
    assert (layer(x) - swapped(x)).abs().max() > 0.01


def test_le_reseau_de_2017_est_celui_de_pytorch():
    oracle = nn.TransformerEncoderLayer(16, 2, 40, dropout=0.0)
    layer = feed_forward("relu", 16, 40, bias=True)
    layer.up_proj, layer.down_proj = oracle.linear1, oracle.linear2
    x = torch.randn(2, 7, 16)
    torch.testing.assert_close(layer(x), oracle._ff_block(x))


@pytest.mark.parametrize("name", GATED)
def test_les_portes_suivent_glu_de_pytorch(name):
    """F.glu(ab) vaut a × σ(b) : la seconde moitié est la porte."""
    layer, x = feed_forward(name, 6), torch.randn(4, 6)
    gate, content = layer.gate_proj(x), layer.up_proj(x)
    if name == "glu":
        hidden = F.glu(torch.cat([content, gate], dim=-1))
    else:
        hidden = {"geglu": F.gelu, "swiglu": F.silu}[name](gate) * content
    torch.testing.assert_close(layer(x), layer.down_proj(hidden))


@pytest.mark.parametrize("name", FEED_FORWARD_NAMES)
def test_chaque_token_est_traite_seul(name):
    layer, x = feed_forward(name, 8, dropout=0.0), torch.randn(2, 5, 8)
    moved = x.clone()
    moved[:, 2] += 1
    change = (layer(moved) - layer(x)).abs().amax(dim=(0, 2))
    assert change[2] > 0.01
    assert change[[0, 1, 3, 4]].max() == 0


@pytest.mark.parametrize("d_model", [24, 96, 512, 768])
def test_toutes_les_variantes_ont_autant_de_parametres(d_model):
    counts = {
        name: sum(p.numel() for p in feed_forward(name, d_model).parameters())
        for name in FEED_FORWARD_NAMES
    }
    assert counts["relu"] == 8 * d_model**2
    for name, count in counts.items():
        assert abs(count / counts["relu"] - 1) < 0.5 / d_model, name


def test_la_largeur_avec_porte_est_de_huit_tiers():
    assert inner_width("gelu", 768) == 3072
    assert inner_width("swiglu", 768) == 2048


def test_le_dropout_n_agit_qu_a_l_entrainement():
    layer, x = feed_forward("gelu", 16, dropout=0.5), torch.randn(3, 16)
    assert (layer(x) - layer(x)).abs().max() > 0
    layer.eval()
    assert torch.equal(layer(x), layer(x))


def test_silu_n_est_pas_mish():
    """SiLU(x) = x σ(x) ; Mish(x) = x tanh(ln(1 + exp x)) ; rien n'y croît comme x²."""
    x = torch.linspace(-5, 5, 101)
    silu = FeedForward(1, 1, F.silu).activation(x)
    torch.testing.assert_close(silu, x * torch.sigmoid(x))
    torch.testing.assert_close(silu, x * x.exp() / (1 + x.exp()))
    assert (silu - F.mish(x)).abs().max() > 0.1
    assert (silu - x**2 * x.exp() / (1 + x.exp())).abs().max() > 10


@pytest.mark.sans_jaxtyping
def test_un_nom_inconnu_est_refuse():
    with pytest.raises(ValueError, match="feed_forward doit être l'un de : relu"):
        feed_forward("mish", 8)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(("d_model", "d_ff"), [(0, 4), (4, 0)])
def test_une_dimension_nulle_est_refusee(d_model, d_ff):
    with pytest.raises(ValueError, match="d_model et d_ff doivent valoir au moins 1"):
        feed_forward("relu", d_model, d_ff)
