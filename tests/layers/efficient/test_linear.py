"""Attention linéaire : trois formes égales, gradients compris, état de décodage."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from cours_transformers.layers.attention import MultiHeadAttention
from cours_transformers.layers.efficient import (
    LinearAttention,
    chunked,
    elu_plus_one,
    quadratic,
    recurrent,
)
from cours_transformers.layers.efficient.linear_forms import read, write


def des_tetes(T=9, S=9, D=4, B=2, H=3):
    lengths = (T, S, S)
    return [torch.randn(B, H, n, D, dtype=torch.float64) for n in lengths]


def par_la_definition(q, k, v, causal):
    """Σ_j (φ(q_i)·φ(k_j)) v_j / Σ_j φ(q_i)·φ(k_j), en boucles."""
    phi = [torch.where(x > 0, x + 1, x.exp()) for x in (q, k)]
    out = torch.zeros(*q.shape[:-1], v.shape[-1], dtype=q.dtype)
    before = k.shape[-2] - q.shape[-2]
    for i in range(q.shape[-2]):
        seen = range(i + before + 1 if causal else k.shape[-2])
        weights = [(phi[0][:, :, i] * phi[1][:, :, j]).sum(-1) for j in seen]
        values = [w[..., None] * v[:, :, j] for w, j in zip(weights, seen, strict=True)]
        out[:, :, i] = sum(values) / sum(weights)[..., None]
    return out


@settings(max_examples=25, deadline=None)
@given(T=st.integers(1, 12), more=st.integers(0, 5), chunk=st.integers(1, 14),
       causal=st.booleans(), seed=st.integers(0, 99))  # fmt: skip
def test_les_trois_formes_suivent_la_definition(T, more, chunk, causal, seed):
    torch.manual_seed(seed)
    q, k, v = des_tetes(T, T + more)
    expected = par_la_definition(q, k, v, causal)
    phi_q, phi_k = elu_plus_one(q), elu_plus_one(k)
    for form in (quadratic, recurrent):
        torch.testing.assert_close(form(phi_q, phi_k, v, causal), expected)
    torch.testing.assert_close(chunked(phi_q, phi_k, v, causal, chunk), expected)


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("form", ["recurrent", "chunked"])
@pytest.mark.parametrize("S", [10, 13])
def test_les_gradients_sont_ceux_de_la_forme_quadratique(causal, form, S):
    inputs = [x.requires_grad_() for x in des_tetes(10, S)]
    grads = []
    for name in (form, "quadratic"):
        out = LinearAttention(form=name, chunk=4)(*inputs, causal=causal)
        grads.append(torch.autograd.grad(out.sin().sum(), inputs))
    for ours, reference in zip(*grads, strict=True):
        torch.testing.assert_close(ours, reference)


@pytest.mark.parametrize("causal", [False, True])
def test_gradcheck(causal):
    inputs = [x.requires_grad_() for x in des_tetes(5, 5, D=2, B=1, H=1)]
    layer = LinearAttention(chunk=2)
    assert torch.autograd.gradcheck(lambda *x: layer(*x, causal=causal), inputs)


@pytest.mark.parametrize("form", ["quadratic", "recurrent", "chunked"])
def test_le_futur_ne_change_pas_le_passe(form):
    q, k, v = des_tetes(12, 12)
    layer = LinearAttention(form=form, chunk=4)
    before = layer(q, k, v, causal=True)
    for t in (3, 4, 7):  # la fin d'un morceau, le début du suivant
        moved = [x.clone() for x in (q, k, v)]
        for x in moved:
            x[:, :, t + 1 :] += 1
        after = layer(*moved, causal=True)
        torch.testing.assert_close(before[:, :, : t + 1], after[:, :, : t + 1])
        assert not torch.allclose(before[:, :, t + 1 :], after[:, :, t + 1 :])


def test_decoder_pas_a_pas_rend_la_passe_entiere():
    q, k, v = des_tetes()
    expected = LinearAttention()(q, k, v, causal=True)
    state = None
    for t in range(9):
        state = write(state, elu_plus_one(k[:, :, t]), v[:, :, t])
        torch.testing.assert_close(
            read(state, elu_plus_one(q[:, :, t])), expected[:, :, t]
        )
        assert state.shape == (2, 3, 4, 5)  # l'état ne grandit pas


@pytest.mark.parametrize("causal", [False, True])
def test_les_poids_sont_une_moyenne_et_ceux_du_calcul(causal):
    layer, (q, k, v) = LinearAttention(), des_tetes(6, 8)
    weights = layer.weights(q, k, causal)
    assert (weights >= 0).all()
    torch.testing.assert_close(weights.sum(-1), torch.ones_like(weights[..., 0]))
    torch.testing.assert_close(weights @ v, layer(q, k, v, causal=causal))


def test_la_carte_est_positive_et_continue():
    x = torch.linspace(-30, 5, 1000, dtype=torch.float64)
    expected = torch.where(x > 0, x + 1, x.exp())
    torch.testing.assert_close(elu_plus_one(x), expected, atol=1e-15, rtol=1e-10)
    assert (elu_plus_one(x) >= 0).all()


def test_des_poids_tous_nuls_donnent_zero():
    layer = LinearAttention(F.relu)
    q, k, v = (-torch.ones(1, 1, 3, 2), *torch.randn(2, 1, 1, 3, 2))
    q.requires_grad_()
    out = layer(q, k, v)
    assert (out == 0).all()
    out.sum().backward()
    assert q.grad.isfinite().all()


def test_elle_se_pose_dans_une_couche_aux_cles_partagees():
    layer, x = MultiHeadAttention(8, 4, n_kv_heads=2), torch.randn(2, 7, 8)
    layer.attend = LinearAttention()
    out = layer(x, causal=True)
    q, k, v = layer._project(x, None, 0, None)
    k, v = (y.repeat_interleave(2, dim=1) for y in (k, v))
    heads = LinearAttention(form="quadratic")(q, k, v, causal=True)
    torch.testing.assert_close(out, layer.out_proj(heads.transpose(1, 2).flatten(2)))


@pytest.mark.sans_jaxtyping
def test_refus():
    q, k, v = des_tetes(4, 3)
    with pytest.raises(ValueError, match="feature_map doit rendre des valeurs"):
        LinearAttention(torch.tanh)(q, k, v)
    with pytest.raises(ValueError, match="form doit être l'un de « quadratic »"):
        LinearAttention(form="rapide")
    with pytest.raises(ValueError, match="chunk doit valoir au moins 1 ; reçu 0"):
        LinearAttention(chunk=0)
    with pytest.raises(ValueError, match="au moins autant de clés que de requêtes"):
        LinearAttention()(q, k, v, causal=True)
    mask = torch.ones(4, 3, dtype=torch.bool)
    with pytest.raises(ValueError, match="LinearAttention ne prend ni mask ni bias"):
        LinearAttention()(q, k, v, mask=mask)
    with pytest.raises(ValueError, match="bias"):
        LinearAttention()(q, k, v, bias=mask.double())
    with pytest.raises(ValueError, match="q doit avoir quatre axes"):
        LinearAttention()(q[0], k, v)
