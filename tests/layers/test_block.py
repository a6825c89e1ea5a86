"""Le bloc : égal à celui de PyTorch, causal, de toute longueur, et décodable."""

import dataclasses

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from cours_transformers.layers.block import Block, BlockCache, BlockConfig
from cours_transformers.layers.feed_forward import FEED_FORWARD_NAMES
from cours_transformers.layers.positional import POSITIONAL_NAMES, positional

ATTENTION_POSITIONS = ("none", "shaw", "t5", "alibi", "rope")
CONFIG = BlockConfig(16, 4, d_ff=24, bias=True)


def encoding(name):
    return positional(name, d_model=16, n_heads=4, d_head=4, max_length=32, causal=True)


def copy_attention(ours, theirs):
    parts = [ours.q_proj, ours.k_proj, ours.v_proj]
    theirs.in_proj_weight.copy_(torch.cat([part.weight for part in parts]))
    theirs.in_proj_bias.copy_(torch.cat([part.bias for part in parts]))
    theirs.out_proj.load_state_dict(ours.out_proj.state_dict())


def copy_norm(ours, theirs):
    for parameter in ours.parameters():
        nn.init.normal_(parameter)
    theirs.weight.copy_(ours.gain)
    theirs.bias.copy_(ours.shift)


@torch.no_grad()
def oracle(block, config):
    """La couche de décodeur de PyTorch, avec les poids de ``block``."""
    theirs = nn.TransformerDecoderLayer(
        config.d_model, config.n_heads, config.d_ff, dropout=0.0,
        activation=config.feed_forward, batch_first=True,
        norm_first=config.norm_position == "pre", dtype=torch.double,
    )  # fmt: skip
    copy_attention(block.attention.sublayer, theirs.self_attn)
    copy_attention(block.cross_attention.sublayer, theirs.multihead_attn)
    width = block.feed_forward.sublayer
    theirs.linear1.load_state_dict(width.up_proj.state_dict())
    theirs.linear2.load_state_dict(width.down_proj.state_dict())
    connections = block.attention, block.cross_attention, block.feed_forward
    for rank, connection in enumerate(connections, start=1):
        copy_norm(connection.norm, getattr(theirs, f"norm{rank}"))
    return theirs


@pytest.mark.parametrize("place", ["pre", "post"])
@pytest.mark.parametrize("activation", ["relu", "gelu"])
def test_egale_la_couche_de_decodeur_de_pytorch_gradients_compris(place, activation):
    config = dataclasses.replace(CONFIG, norm_position=place, feed_forward=activation)
    block = Block(config, cross=True).double()
    theirs = oracle(block, config)
    causal = torch.ones(7, 7, dtype=torch.bool).triu(1)  # vrai : interdit, chez eux
    inputs = torch.randn(2, 7, 16).double(), torch.randn(2, 5, 16).double()
    results = []
    for call in (
        lambda x, memory: block(x, memory, causal=True),
        lambda x, memory: theirs(x, memory, tgt_mask=causal),
    ):
        x, memory = (y.clone().requires_grad_() for y in inputs)
        out = call(x, memory)
        results.append([out, *torch.autograd.grad(out.square().sum(), (x, memory))])
    for got, want in zip(*results, strict=True):
        torch.testing.assert_close(got, want)


@settings(max_examples=20, deadline=None)
@given(
    st.sampled_from(["pre", "post"]),
    st.sampled_from(["layer", "rms", "none"]),
    st.sampled_from(FEED_FORWARD_NAMES),
    st.integers(2, 9),
)
def test_le_futur_ne_change_pas_le_passe(place, name, feed_forward, T):
    torch.manual_seed(0)
    config = BlockConfig(
        16, 4, norm=name, norm_position=place, feed_forward=feed_forward
    )
    block, x = Block(config).double(), torch.randn(2, T, 16).double()
    other = x.clone()
    other[:, -1] = 5 * torch.randn(2, 16).double()
    first, second = block(x, causal=True), block(other, causal=True)
    torch.testing.assert_close(first[:, :-1], second[:, :-1])
    assert not torch.allclose(first[:, -1], second[:, -1])


def test_un_seul_bloc_lit_des_suites_de_toute_longueur():
    """Les mêmes poids à toute longueur : un préfixe donne le début de la suite."""
    block, x = Block(CONFIG), torch.randn(1, 12, 16)
    whole = block(x, causal=True)
    for T in (1, 2, 7, 12):
        torch.testing.assert_close(block(x[:, :T], causal=True), whole[:, :T])


@pytest.mark.parametrize("name", ATTENTION_POSITIONS)
@pytest.mark.parametrize("place", ["pre", "post"])
def test_un_token_a_la_fois_avec_le_cache_donne_la_meme_chose(name, place):
    config = dataclasses.replace(CONFIG, norm_position=place, n_kv_heads=2)
    block = Block(config, position=encoding(name), cross=True).double()
    x, memory = torch.randn(2, 6, 16).double(), torch.randn(2, 4, 16).double()
    cache, parts = BlockCache(), []
    for piece in x.split([3, 1, 1, 1], dim=1):  # une invite, puis un token à la fois
        parts.append(block(piece, memory, causal=True, cache=cache))
    whole = block(x, memory, causal=True)
    torch.testing.assert_close(torch.cat(parts, dim=1), whole)
    assert cache.own.length == 6 and cache.cross.length == 4


def test_les_cartes_sont_celles_de_chaque_attention():
    block = Block(CONFIG, position=encoding("rope"), cross=True)
    x, memory = torch.randn(2, 5, 16), torch.randn(2, 3, 16)
    own, cross = block.attention_maps(x, memory, causal=True)
    read = block.attention.norm(x)
    torch.testing.assert_close(own, block.attention.sublayer.weights(read, causal=True))
    after = block.attention(x, causal=True)
    read = block.cross_attention.norm(after)
    torch.testing.assert_close(
        cross, block.cross_attention.sublayer.weights(read, memory)
    )
    assert not own.triu(1).any() and cross.shape == (2, 4, 5, 3)


def test_le_masque_de_la_memoire_ne_cache_que_la_memoire():
    block = Block(CONFIG, cross=True)
    x, memory = torch.randn(2, 5, 16), torch.randn(2, 3, 16)
    shown = torch.tensor([[True, True, False]])  # (1, S) : s'étend à tous les T
    masked = block(x, memory, memory_mask=shown)
    torch.testing.assert_close(masked, block(x, memory[:, :2]))


@pytest.mark.sans_jaxtyping
def test_la_memoire_va_avec_l_attention_croisee():
    x = torch.randn(1, 2, 16)
    with pytest.raises(ValueError, match=r"memory : attendue .* reçu None"):
        Block(CONFIG, cross=True)(x)
    with pytest.raises(ValueError, match=r"cross=True.* reçu \(1, 2, 16\)"):
        Block(CONFIG)(x, x)
    assert set(ATTENTION_POSITIONS) < set(POSITIONAL_NAMES)
