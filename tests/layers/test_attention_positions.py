"""Attention et positions : chaque encodage, chaque moteur, MHA, GQA et MQA."""

from functools import partial

import pytest
import torch
from einops import rearrange

from cours_transformers.kernels.attention import attention
from cours_transformers.kernels.engines import Engine, register, unregister
from cours_transformers.kernels.tiled import refusal, tiled_attention
from cours_transformers.layers import attention as attention_module
from cours_transformers.layers.attention import MultiHeadAttention
from cours_transformers.layers.positional import (
    POSITIONAL_NAMES,
    Positional,
    positional,
)

ENCODINGS = {name: (name, {}) for name in POSITIONAL_NAMES} | {
    "shaw": ("shaw", {"max_distance": 2}),
    "shaw naïf": ("shaw", {"max_distance": 2, "form": "naive"}),
    "t5": ("t5", {"n_buckets": 8, "max_distance": 6}),
    "t5 causal": ("t5", {"n_buckets": 4, "max_distance": 6, "causal": True}),
    "rope half": ("rope", {"pairing": "half"}),
}
ENGINES = ["torch", "tiled", "tuiles de 3", "explicit"]
every_encoding = pytest.mark.parametrize("kind", ENCODINGS)


def build(kind, n_kv_heads=None):
    """Donne une couche dont l'encodage pèse autant que le contenu."""
    name, options = ENCODINGS[kind]
    sizes = {"d_model": 16, "n_heads": 4, "d_head": 4, "max_length": 32}
    encoding = positional(name, **sizes, **options)
    for parameter in encoding.parameters():
        torch.nn.init.normal_(parameter)
    return MultiHeadAttention(16, 4, n_kv_heads, position=encoding).double()


def sentence(T=7):
    return torch.randn(2, T, 16).double()


@pytest.fixture(scope="module", autouse=True)
def _petites_tuiles():
    """Des tuiles de 3 × 2 : plusieurs blocs, même sur sept tokens."""
    small = partial(tiled_attention, block_q=3, block_k=2)
    register(Engine("tuiles de 3", small, refusal))
    yield
    unregister("tuiles de 3")


def use(monkeypatch, engine):
    monkeypatch.setattr(
        attention_module, "attention", partial(attention, engine=engine)
    )


@every_encoding
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("n_kv_heads", [1, 2, 4])
@pytest.mark.parametrize("T", [7, 3])
def test_forward_applique_les_poids_que_weights_montre(
    kind, engine, n_kv_heads, T, monkeypatch
):
    use(monkeypatch, engine)
    layer, context = build(kind, n_kv_heads), sentence()
    x = context[:, -T:]
    options = {"causal": True, "mask": torch.rand(2, 4, T, 7) < 0.8, "offset": 2}
    weights = layer.weights(x, context, **options)
    v = rearrange(layer.v_proj(context), "B S (G d) -> B G S d", d=4)
    heads = weights @ v.repeat_interleave(4 // n_kv_heads, dim=1)
    if kind.startswith("shaw"):  # la part des valeurs, par boucles
        vectors = layer.position.value_vectors
        for i in range(T):
            rows = [max(-2, min(2, j - (i + 7 - T))) + 2 for j in range(7)]
            heads[:, :, i] += weights[:, :, i] @ vectors[rows]
    expected = layer.out_proj(rearrange(heads, "B H T d -> B T (H d)"))
    torch.testing.assert_close(layer(x, context, **options), expected)


@every_encoding
@pytest.mark.parametrize("causal", [False, True])
def test_memes_gradients_avec_chaque_moteur(kind, causal, monkeypatch):
    layer, x, up = build(kind, 2), sentence(), sentence()
    grads = {}
    for engine in ENGINES:
        use(monkeypatch, engine)
        layer.zero_grad()
        leaf = x.clone().requires_grad_()
        (layer(layer.position.embed(leaf), causal=causal) * up).sum().backward()
        grads[engine] = [leaf.grad, *(p.grad.clone() for p in layer.parameters())]
        assert all(grad.isfinite().all() and grad.any() for grad in grads[engine])
    for engine in ENGINES[:-1]:
        torch.testing.assert_close(grads[engine], grads["explicit"])


@every_encoding
def test_seule_l_attention_sans_position_ignore_l_ordre(kind):
    layer, x = build(kind), sentence()
    order = [3, 0, 6, 1, 5, 2, 4]

    def read(x):
        return layer(layer.position.embed(x))

    moved = (read(x[:, order]) - read(x)[:, order]).abs().max()
    assert moved < 1e-12 if kind == "none" else moved > 1e-3


@every_encoding
@pytest.mark.parametrize("T", [1, 3])
def test_lire_la_fin_est_lire_la_fin_de_tout(kind, T):
    layer, x = build(kind, 2), sentence()
    x = layer.position.embed(x)
    whole = layer(x, causal=True)[:, -T:]
    torch.testing.assert_close(layer(x[:, -T:], x, causal=True), whole)
    weights = layer.weights(x, causal=True)[:, :, -T:]
    torch.testing.assert_close(layer.weights(x[:, -T:], x, causal=True), weights)


@every_encoding
@pytest.mark.parametrize("a", [1, 4, 6])
def test_un_cache_de_cles_deja_tournees_donne_la_meme_chose(kind, a):
    layer, words = build(kind, 2), sentence()
    position = layer.position
    whole = layer(position.embed(words), causal=True)[:, a:]

    pieces = [(words[:, :a], 0), (words[:, a:], a)]
    keys, values = [], []
    for piece, offset in pieces:
        x = position.embed(piece, offset)
        q, k, v = (
            rearrange(project(x), "B T (h d) -> B h T d", d=4)
            for project in (layer.q_proj, layer.k_proj, layer.v_proj)
        )
        q, k = position.rotate(q, k, offset)
        keys.append(k)
        values.append(v)
    k, v = torch.cat(keys, dim=2), torch.cat(values, dim=2)
    heads = attention(q, k, v, causal=True, bias=position.bias(q, 7))
    if position.on_values:
        x = position.embed(words)
        heads = heads + position.read(layer.weights(x[:, a:], x, causal=True))
    got = layer.out_proj(rearrange(heads, "B H T d -> B T (H d)"))
    torch.testing.assert_close(got, whole)


@every_encoding
def test_le_futur_ne_change_pas_le_passe(kind):
    layer, x = build(kind, 2), sentence()
    before = layer(layer.position.embed(x), causal=True)
    x[:, 4:] += 1.0
    after = layer(layer.position.embed(x), causal=True)
    torch.testing.assert_close(after[:, :4], before[:, :4])
    assert (after[:, 4:] - before[:, 4:]).abs().max() > 1e-3


@every_encoding
def test_une_requete_aveugle_recoit_zero_et_des_gradients_finis(kind):
    layer, x = build(kind), sentence().requires_grad_()
    mask = torch.ones(7, 7, dtype=torch.bool)
    mask[2] = False
    out = layer(x, mask=mask)
    assert not out[:, 2].any() and out[:, 3].all()
    out.square().sum().backward()
    assert x.grad.isfinite().all()
    assert all(p.grad.isfinite().all() for p in layer.position.parameters()
               if p.grad is not None)  # fmt: skip


@pytest.mark.parametrize("kind", ["alibi", "t5", "shaw", "rope", "rope half"])
def test_decaler_toute_la_phrase_ne_change_pas_un_encodage_relatif(kind):
    layer, x = build(kind), sentence()
    torch.testing.assert_close(layer(x, offset=9), layer(x))


@pytest.mark.parametrize("kind", ["sinusoidal", "learned"])
def test_decaler_toute_la_phrase_change_un_encodage_absolu(kind):
    layer, x = build(kind), sentence()
    moved = layer(layer.position.embed(x, 9)) - layer(layer.position.embed(x))
    assert moved.abs().max() > 1e-3


def test_la_couche_transmet_le_decalage():
    class Absolute(Positional):
        def rotate(self, q, k, offset=0):
            return q * (1 + offset), k

    layer, x = MultiHeadAttention(16, 4, position=Absolute()).double(), sentence()
    plain = MultiHeadAttention(16, 4).double()
    plain.load_state_dict(layer.state_dict())
    with torch.no_grad():
        plain.q_proj.weight.mul_(4)
    torch.testing.assert_close(layer(x, offset=3), plain(x))
    torch.testing.assert_close(layer.weights(x, offset=3), plain.weights(x))


@every_encoding
def test_en_demi_precision(kind):
    layer, x = build(kind, 2), sentence()
    expected = layer(layer.position.embed(x), causal=True)
    layer, x = layer.bfloat16(), x.bfloat16()
    got = layer(layer.position.embed(x), causal=True)
    assert got.dtype == torch.bfloat16
    torch.testing.assert_close(got.double(), expected, atol=0.1, rtol=0.1)


@every_encoding
def test_tout_se_calcule_sur_l_appareil_des_entrees(kind):
    # « meta » n'a que des formes, mais refuse comme un GPU un tenseur resté ailleurs.
    layer, x = build(kind, 2).to("meta"), sentence().to("meta")
    x = layer.position.embed(x, 1)
    assert layer(x[:, -3:], x, causal=True, offset=1).device.type == "meta"
    assert layer.weights(x[:, -3:], x, causal=True, offset=1).device.type == "meta"


def test_un_objet_est_commun_aux_couches_et_un_nom_ne_l_est_pas():
    shared = positional("shaw", d_model=16, n_heads=4, d_head=4)
    pair = torch.nn.ModuleList(MultiHeadAttention(16, 4, position=shared) for _ in "ab")
    apart = torch.nn.ModuleList(
        MultiHeadAttention(16, 4, position="shaw") for _ in "ab"
    )
    sizes = [sum(p.numel() for p in layers.parameters()) for layers in (pair, apart)]
    assert sizes[1] - sizes[0] == sum(p.numel() for p in shared.parameters())


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("name", ["sinusoidal", "learned"])
def test_un_nom_qui_s_ajoute_aux_plongements_est_refuse(name):
    with pytest.raises(ValueError, match=f"« {name} » s'ajoute aux plongements.*embed"):
        MultiHeadAttention(16, 4, position=name)


@pytest.mark.sans_jaxtyping
def test_positions_refusees():
    with pytest.raises(ValueError, match=r"position doit être l'un de.*reçu 'rotary'"):
        MultiHeadAttention(16, 4, position="rotary")
    with pytest.raises(TypeError, match=f"son nom ou None ; reçu {list.__name__}"):
        MultiHeadAttention(16, 4, position=["rope"])
    with pytest.raises(ValueError, match=r"d_head doit être pair.*reçu 3"):
        MultiHeadAttention(12, 4, position="rope")
    alibi = positional("alibi", d_model=16, n_heads=2, d_head=8)
    layer = MultiHeadAttention(16, 4, position=alibi)
    for call in (layer, layer.weights):
        with pytest.raises(ValueError, match=r"q.*\(B, 2, longueur.*\(1, 4, 3, 4\)"):
            call(torch.randn(1, 3, 16))


@pytest.mark.sans_jaxtyping
def test_entrees_refusees():
    layer = MultiHeadAttention(16, 4, position="rope")
    for call in (layer, layer.weights):
        with pytest.raises(ValueError, match=r"x doit.*d_model = 16.*\(2, 0, 16\)"):
            call(torch.randn(2, 0, 16))
        with pytest.raises(ValueError, match=r"context doit.*d_model = 16.*\(2, 3, 8"):
            call(torch.randn(2, 3, 16), torch.randn(2, 3, 8))
        with pytest.raises(ValueError, match="offset doit valoir au moins 0"):
            call(torch.randn(2, 3, 16), offset=-1)
