"""LayerNorm et RMSNorm : celles de PyTorch, token par token, ε sous la racine."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from cours_transformers.layers.norm import (
    NORM_NAMES,
    LayerNorm,
    RMSNorm,
    layer_norm,
    norm,
    rms_norm,
)

PAIRS = {
    "layer": (LayerNorm, lambda d, eps: nn.LayerNorm(d, eps=eps)),
    "rms": (RMSNorm, lambda d, eps: nn.RMSNorm(d, eps=eps)),
}


def pair(name, d=6, eps=1e-3):
    """Notre couche et celle de PyTorch, avec les mêmes γ et β tirés au sort."""
    torch.manual_seed(1)
    ours, theirs = (make(d, eps).double() for make in PAIRS[name])
    with torch.no_grad():
        ours.gain.normal_()
        theirs.weight.copy_(ours.gain)
        if name == "layer":
            ours.shift.normal_()
            theirs.bias.copy_(ours.shift)
    return ours, theirs


def readable(layer, x):
    """La fonction lisible, avec les paramètres de la couche."""
    if isinstance(layer, LayerNorm):
        return layer_norm(x, layer.gain, layer.shift, layer.eps)
    return rms_norm(x, layer.gain, layer.eps)


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(sorted(PAIRS)),
    st.sampled_from([1e-4, 1e-2, 1.0, 100.0]),
    st.integers(0, 1000),
)
def test_sortie_et_gradients_sont_ceux_de_pytorch(name, size, seed):
    ours, theirs = pair(name)
    generator = torch.Generator().manual_seed(seed)
    x = size * torch.randn(2, 5, 6, generator=generator, dtype=torch.double)
    outside = torch.randn(2, 5, 6, generator=generator, dtype=torch.double)
    results = []
    for layer, call in ((ours, ours), (theirs, theirs), (ours, readable)):
        entry = x.clone().requires_grad_()
        y = call(entry) if call is layer else readable(layer, entry)
        inputs = [entry, *layer.parameters()]
        results.append([y, *torch.autograd.grad((y * outside).sum(), inputs)])
    for other in results[1:]:
        for got, want in zip(results[0], other, strict=True):
            torch.testing.assert_close(got, want)


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("eps", [1e-6, 1e-5, 1e-3])
def test_epsilon_est_sous_la_racine(name, eps):
    """Pour x de taille √ε, la racine vaut √(2ε) ; hors d'elle, ε ne pèserait rien."""
    x = math.sqrt(eps) * torch.tensor([1.0, -1, 1, -1], dtype=torch.double)
    y = PAIRS[name][0](4, eps).double()(x)
    torch.testing.assert_close(y, x.sign() / math.sqrt(2))


@pytest.mark.parametrize("name", PAIRS)
def test_chaque_token_est_norme_seul(name):
    """Changer un token, même le dernier, ne change aucun autre."""
    layer, x = PAIRS[name][0](6), torch.randn(2, 5, 6)
    changed = x.clone()
    changed[1, 4] = 100 * torch.randn(6)
    before, after = layer(x), layer(changed)
    same = torch.ones(2, 5, dtype=torch.bool)
    same[1, 4] = False
    torch.testing.assert_close(before[same], after[same])
    assert not torch.allclose(before[1, 4], after[1, 4])


def test_moyenne_nulle_et_variance_un_pour_la_premiere_seulement():
    x = 3 + 5 * torch.randn(4, 64, dtype=torch.double)
    y, z = LayerNorm(64).double()(x), RMSNorm(64).double()(x)
    torch.testing.assert_close(y.mean(-1), torch.zeros(4).double())
    for out in (y, z):
        sizes = out.square().mean(-1)
        torch.testing.assert_close(sizes, torch.ones(4).double(), atol=1e-5, rtol=0)
    assert (z.mean(-1) > 0.2).all()


@pytest.mark.parametrize("name", PAIRS)
def test_la_sortie_ignore_l_echelle_de_l_entree(name):
    layer, x = PAIRS[name][0](8).double(), torch.randn(3, 8, dtype=torch.double)
    torch.testing.assert_close(layer(7 * x), layer(x), atol=1e-4, rtol=1e-4)


def test_un_vecteur_constant_donne_zero_et_un_gradient_fini():
    x = torch.full((1, 4), 3.0, requires_grad=True)
    y = LayerNorm(4)(x)
    y.square().sum().backward()
    assert torch.equal(y, torch.zeros(1, 4)) and torch.isfinite(x.grad).all()
    assert torch.equal(RMSNorm(4)(torch.zeros(1, 4)), torch.zeros(1, 4))


def test_une_norme_se_choisit_par_son_nom():
    x = torch.randn(2, 6)
    assert NORM_NAMES == ("layer", "rms", "none")
    torch.testing.assert_close(norm("layer", 6)(x), LayerNorm(6)(x))
    torch.testing.assert_close(norm("rms", 6)(x), RMSNorm(6)(x))
    assert norm("none", 6)(x) is x
    assert LayerNorm(6, bias=False).shift is None


@pytest.mark.sans_jaxtyping
def test_ce_qui_n_a_pas_de_sens_est_refuse():
    with pytest.raises(ValueError, match="norm doit être l'un de : layer, rms, none ;"):
        norm("batch", 6)
    with pytest.raises(ValueError, match=r"d_model ≥ 1 et eps > 0 .* d_model=0"):
        LayerNorm(0)
    with pytest.raises(ValueError, match=r"eps=0\.0"):
        RMSNorm(4, eps=0.0)
