"""Attention multi-têtes : parité avec PyTorch, ``.weights``, propriétés, erreurs."""

import pytest
import torch
from einops import rearrange
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from cours_transformers.layers.attention import MultiHeadAttention
from cours_transformers.layers.masks import causal_mask, padding_mask


def twins(bias):
    """Donne notre couche et celle de PyTorch, avec les mêmes poids."""
    ours = MultiHeadAttention(24, 4, bias=bias).double()
    theirs = nn.MultiheadAttention(24, 4, bias=bias, batch_first=True).double()
    projections = (ours.q_proj, ours.k_proj, ours.v_proj)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([p.weight for p in projections]))
        theirs.out_proj.weight.copy_(ours.out_proj.weight)
        if bias:
            theirs.in_proj_bias.copy_(torch.cat([p.bias for p in projections]))
            theirs.out_proj.bias.copy_(ours.out_proj.bias)
    return ours, theirs


@pytest.mark.parametrize("bias", [False, True])
@pytest.mark.parametrize("kind", ["libre", "causale", "remplissage", "croisée"])
def test_memes_sorties_poids_et_gradients_que_pytorch(bias, kind):
    ours, theirs = twins(bias)
    xs = [torch.randn(2, 5, 24).double().requires_grad_()]
    xs.append(xs[0].detach().clone().requires_grad_())
    context = torch.randn(2, 7, 24).double() if kind == "croisée" else None
    options, theirs_options = {}, {}
    if kind == "causale":
        options["causal"] = True
        theirs_options["attn_mask"] = ~causal_mask(5, 5)  # chez PyTorch : interdit
    if kind == "remplissage":
        options["mask"] = padding_mask([3, 5], 5)
        theirs_options["key_padding_mask"] = ~options["mask"][:, 0, 0]
    got = ours(xs[0], context, **options)
    keys = xs[1] if context is None else context
    expected, weights = theirs(
        xs[1], keys, keys, average_attn_weights=False, **theirs_options
    )
    torch.testing.assert_close(got, expected)
    torch.testing.assert_close(ours.weights(xs[0], context, **options), weights)

    got.square().sum().backward()
    expected.square().sum().backward()
    torch.testing.assert_close(xs[0].grad, xs[1].grad)
    mine = [ours.q_proj, ours.k_proj, ours.v_proj]
    torch.testing.assert_close(
        torch.cat([p.weight.grad for p in mine]), theirs.in_proj_weight.grad
    )
    torch.testing.assert_close(ours.out_proj.weight.grad, theirs.out_proj.weight.grad)


@pytest.mark.parametrize("n_kv_heads", [1, 2, 4])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("S", [4, 6, None])
def test_forward_applique_les_poids_que_weights_montre(n_kv_heads, causal, masked, S):
    layer = MultiHeadAttention(16, 4, n_kv_heads).double()
    x = torch.randn(2, 5, 16).double()
    context = None if S is None else torch.randn(2, S, 16).double()
    options = {"causal": causal}
    if masked:
        options["mask"] = torch.rand(2, 4, 5, S or 5) < 0.6
    weights = layer.weights(x, context, **options)
    v = layer.v_proj(x if context is None else context)
    v = rearrange(v, "B S (G d) -> B G S d", d=layer.d_head)
    v = v.repeat_interleave(4 // n_kv_heads, dim=1)
    heads = rearrange(weights @ v, "B H T d -> B T (H d)")
    torch.testing.assert_close(layer(x, context, **options), layer.out_proj(heads))


@pytest.mark.parametrize("n_kv_heads", [1, 2, 4])
@pytest.mark.parametrize("causal", [False, True])
def test_memes_sorties_et_gradients_que_sdpa_groupee(n_kv_heads, causal):
    layer = MultiHeadAttention(24, 4, n_kv_heads).double()
    x, up = torch.randn(2, 5, 24).double(), torch.randn(2, 5, 24).double()

    def by_sdpa(x):
        q, k, v = (
            project(x).view(2, 5, -1, 6).transpose(1, 2)
            for project in (layer.q_proj, layer.k_proj, layer.v_proj)
        )
        heads = F.scaled_dot_product_attention(
            q, k, v, is_causal=causal, enable_gqa=True
        )
        return layer.out_proj(heads.transpose(1, 2).reshape(2, 5, 24))

    results = []
    for compute in (lambda x: layer(x, causal=causal), by_sdpa):
        layer.zero_grad()
        leaf = x.clone().requires_grad_()
        out = compute(leaf)
        (out * up).sum().backward()
        results.append([out, leaf.grad, *(p.grad.clone() for p in layer.parameters())])
    torch.testing.assert_close(results[0], results[1])


def test_une_couche_groupee_est_une_couche_pleine_aux_cles_recopiees():
    grouped, full = MultiHeadAttention(16, 4, 2), MultiHeadAttention(16, 4)
    full.load_state_dict(grouped.state_dict() | {
        f"{name}.weight": getattr(grouped, name).weight
        .view(2, 1, 4, 16).expand(2, 2, 4, 16).reshape(16, 16)
        for name in ("k_proj", "v_proj")
    })  # fmt: skip
    x = torch.randn(2, 5, 16)
    torch.testing.assert_close(grouped(x), full(x))


def test_le_futur_ne_change_pas_le_passe():
    layer, x = MultiHeadAttention(16, 4), torch.randn(2, 6, 16)
    before = layer(x, causal=True)
    x[:, 4:] += 1.0
    after = layer(x, causal=True)
    torch.testing.assert_close(after[:, :4], before[:, :4])
    assert (after[:, 4:] - before[:, 4:]).abs().max() > 1e-3


def test_le_remplissage_ne_change_rien():
    layer, x = MultiHeadAttention(16, 4), torch.randn(2, 6, 16)
    mask = padding_mask([4, 6], 6)
    before = layer(x, mask=mask)
    x[0, 4:] = 9.0
    after = layer(x, mask=mask)
    torch.testing.assert_close(after[0, :4], before[0, :4])
    short = layer(x[:1, :4])  # comme si le remplissage n'existait pas
    torch.testing.assert_close(after[:1, :4], short)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.permutations(range(5)))
def test_equivariance_par_permutation_sauf_en_causal(order):
    torch.manual_seed(0)
    layer, x = MultiHeadAttention(16, 4).double(), torch.randn(2, 5, 16).double()
    torch.testing.assert_close(layer(x[:, order]), layer(x)[:, order])
    if list(order) != sorted(order):
        moved = layer(x[:, order], causal=True) - layer(x, causal=True)[:, order]
        assert moved.abs().max() > 1e-6


def test_un_texte_vide_donne_zero():
    layer, x = MultiHeadAttention(16, 4), torch.randn(2, 3, 16, requires_grad=True)
    out = layer(x, mask=padding_mask([0, 3], 3))
    assert not out[0].any() and out[1].all()
    out.square().sum().backward()
    assert x.grad.isfinite().all()


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((16, 3), "d_model doit être un multiple de n_heads : d_model=16, n_heads=3"),
        ((16, 0), "d_model doit être un multiple de n_heads : d_model=16, n_heads=0"),
        ((16, 4, 3), "n_kv_heads doit diviser n_heads : n_kv_heads=3, n_heads=4"),
        ((16, 4, 0), "n_kv_heads doit diviser n_heads : n_kv_heads=0, n_heads=4"),
    ],
)
def test_tetes_refusees(arguments, message):
    with pytest.raises(ValueError, match=message):
        MultiHeadAttention(*arguments)
