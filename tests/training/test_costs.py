"""Les coûts par formule, égaux à l'unité près à ce que comptent les instruments."""

import itertools
from itertools import pairwise

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from cours_transformers.kernels.attention import attention
from cours_transformers.layers.attention import MultiHeadAttention
from cours_transformers.layers.block import Block, BlockConfig
from cours_transformers.layers.efficient import (
    BigBird,
    LinearAttention,
    Linformer,
    Longformer,
    Performer,
    Reformer,
    SparseAttention,
    Strided,
    Window,
)
from cours_transformers.layers.feed_forward import FEED_FORWARD_NAMES
from cours_transformers.layers.moe import MoEConfig
from cours_transformers.layers.recurrent import LSTM, RNN
from cours_transformers.training import costs as c
from cours_transformers.training import remedy_costs as r
from cours_transformers.training.cost_instruments import count_flops, kept_bytes

FORMES = [(1, 1, 8, 4), (2, 3, 40, 5)]


def des_tetes(B, H, T, D, dtype=torch.float32):
    return [torch.randn(B, H, T, D, dtype=dtype, requires_grad=True) for _ in range(3)]


def mesure(layer, q, k, v, **options) -> c.Cost:
    known = (*layer.parameters(), *layer.buffers()) if hasattr(layer, "buffers") else ()
    return c.Cost(
        count_flops(lambda: layer(q, k, v, **options)),
        kept_bytes(lambda: layer(q, k, v, **options), (q, k, v), known),
    )


def cas_d_attention():
    """Tous, sauf les tuiles causales au-delà de 64 positions : elles en sautent."""
    for engine, causal, shape in itertools.product(
        ["explicit", "torch", "tiled"], [False, True], [*FORMES, (1, 2, 130, 3)]
    ):
        if engine != "tiled" or not causal or shape[2] <= 64:
            yield engine, causal, shape


@pytest.mark.parametrize(("engine", "causal", "shape"), list(cas_d_attention()))
def test_l_attention_coute_ce_que_dit_la_formule(engine, causal, shape):
    counted = mesure(attention, *des_tetes(*shape), causal=causal, engine=engine)
    assert counted == c.attention_cost(engine, *shape, causal=causal)


def test_en_causal_les_tuiles_font_moins_que_la_formule():
    q, k, v = des_tetes(1, 1, 512, 4)
    counted = count_flops(lambda: attention(q, k, v, causal=True, engine="tiled"))
    whole = c.attention_cost("tiled", 1, 1, 512, 4, causal=True).flops
    assert counted / whole == 36 / 64  # 8 (8 + 1) / 2 tuiles sur 8 × 8


def test_les_octets_suivent_le_type():
    shape = FORMES[1]
    q, k, v = des_tetes(*shape, dtype=torch.float64)
    counted = mesure(attention, q, k, v, engine="torch")
    assert counted == c.attention_cost("torch", *shape, e=8)


@pytest.mark.parametrize("engine", ["explicit", "torch", "tiled"])
def test_ce_que_coute_la_passe_arriere(engine):
    shape = (2, 3, 40, 8)
    q, k, v = des_tetes(*shape)
    both = count_flops(lambda: attention(q, k, v, engine=engine).sum().backward())
    forward = c.attention_cost(engine, *shape).flops
    assert both == c.TRAINING_FACTOR[engine] * forward


def test_sans_sa_formule_l_instrument_ne_voit_pas_sdpa():
    """Le piège que ``count_flops`` corrige, sur un CPU."""
    q, k, v = des_tetes(1, 2, 16, 8)
    with FlopCounterMode(display=False) as counter:
        attention(q, k, v, engine="torch")
    assert counter.get_total_flops() in (
        0,
        c.attention_cost("torch", 1, 2, 16, 8).flops,
    )
    assert (
        count_flops(lambda: attention(q, k, v, engine="torch")) == 4 * 2 * 16 * 16 * 8
    )


@pytest.mark.parametrize(("name", "build"), [("rnn", RNN), ("lstm", LSTM)])
@pytest.mark.parametrize(("B", "T", "d"), [(1, 1, 3), (2, 9, 5)])
def test_une_recurrence_coute_ce_que_dit_la_formule(name, build, B, T, d):
    layer, x = build(d, d), torch.randn(B, T, d, requires_grad=True)
    assert c.Cost(
        count_flops(lambda: layer(x)),
        kept_bytes(lambda: layer(x), [x], layer.parameters()),
    ) == c.recurrent_cost(name, B, T, d)


@pytest.mark.parametrize("name", FEED_FORWARD_NAMES)
@pytest.mark.parametrize("norm", ["layer", "rms", "none"])
@pytest.mark.parametrize("n_kv_heads", [None, 2])
def test_un_bloc_coute_ce_que_dit_la_formule(name, norm, n_kv_heads):
    config = BlockConfig(16, 4, n_kv_heads, feed_forward=name, norm=norm)
    block, x = Block(config), torch.randn(2, 11, 16, requires_grad=True)
    cost = c.block_cost(config, 2, 11)
    assert cost.flops == count_flops(lambda: block(x))
    assert cost.training_flops == count_flops(lambda: block(x).sum().backward())
    assert cost.kept == kept_bytes(lambda: block(x), [x], block.parameters())


def test_la_couche_entiere_au_croisement():
    """8 T d² de projections et 4 T² d de paires : dans la couche seule, T = 2 d."""
    layer, x = MultiHeadAttention(8, 2), torch.randn(1, 16, 8)
    assert count_flops(lambda: layer(x)) == 2 * (8 * 16 * 8**2)


@pytest.mark.parametrize("d", [16, 64, 768, 12_288])
def test_l_attention_rattrape_le_reste_a_six_d(d):
    config = BlockConfig(d, 4)
    assert c.crossover_length(config) == 6 * d
    cost = c.block_cost(config, 3, 6 * d)
    assert cost.token_flops == cost.pair_flops == 24 * 3 * 6 * d * d**2


def test_le_croisement_se_mesure():
    config = BlockConfig(8, 2)
    block = Block(config)
    flops = [
        count_flops(lambda T=T: block(torch.randn(1, T, 8, requires_grad=True)))
        for T in (24, 48, 96)
    ]
    # a T + b T², avec a T = b T² en T = 48.
    b = (flops[1] - 2 * flops[0]) / (48**2 - 2 * 24**2)
    a = flops[0] / 24 - 24 * b
    assert a / b == 48 and flops[2] == a * 96 + b * 96**2


def test_partager_les_cles_avance_le_croisement():
    assert c.crossover_length(BlockConfig(64, 8, 1)) == (6 - 7 / 8) * 64


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("shape", [*FORMES, (1, 2, 21, 4)])
@pytest.mark.parametrize("form", ["chunked", "quadratic"])
def test_l_attention_lineaire(causal, shape, form):
    layer = LinearAttention(form=form, chunk=8)
    options = {"causal": causal, "form": form, "chunk": 8}
    assert mesure(layer, *des_tetes(*shape), causal=causal) == (
        r.linear_attention_cost(*shape, **options)
    )


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("m", [1, 7, 16])
def test_performer(causal, m):
    shape = FORMES[1]
    layer = Performer(shape[-1], m, chunk=8)
    assert mesure(layer, *des_tetes(*shape), causal=causal) == r.performer_cost(
        *shape, m, causal=causal, chunk=8
    )


@pytest.mark.parametrize("rank", [1, 6, 40])
def test_linformer(rank):
    shape = FORMES[1]
    layer = Linformer(shape[2], rank)
    assert mesure(layer, *des_tetes(*shape)) == r.linformer_cost(*shape, rank)


MOTIFS = [Window(4), Window(40), Window(3, 4), Strided(6), Longformer(4, (0, 1, 20)),
          BigBird(4), BigBird(8, 0, 0, 1)]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "causal"),
    [(p, causal) for p in MOTIFS for causal in sorted({False, p.serves_causal})],
)
def test_les_motifs(pattern, causal):
    shape = FORMES[1]
    layer = SparseAttention(pattern)
    assert mesure(layer, *des_tetes(*shape), causal=causal) == r.sparse_cost(
        pattern, *shape, causal=causal
    )


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize(("n_buckets", "R", "T"), [(1, 1, 12), (4, 1, 40), (6, 3, 41)])
def test_reformer(causal, n_buckets, R, T):
    layer = Reformer(5, n_buckets, n_rounds=R)
    q, _, v = des_tetes(2, 3, T, 5)
    assert mesure(layer, q, q, v, causal=causal) == r.reformer_cost(
        layer, 2, 3, T, 5, causal=causal
    )


def test_bigbird_grandit_comme_la_longueur_et_l_attention_comme_son_carre():
    pattern, shape = BigBird(16), (1, 1)
    sparse = [r.sparse_cost(pattern, *shape, T, 8) for T in (512, 1024, 2048)]
    full = [c.attention_cost("explicit", *shape, T, 8) for T in (512, 1024, 2048)]
    for one, two in pairwise(sparse):
        assert two.kept / one.kept < 2.1 and two.flops / one.flops < 2.1
    for one, two in pairwise(full):
        assert two.kept / one.kept > 3.9 and two.flops / one.flops == 4


def test_une_memoire_vue_deux_fois_ne_compte_qu_une_fois():
    x = torch.randn(10, 10, requires_grad=True)
    assert kept_bytes(lambda: x.exp()) == 400
    assert kept_bytes(lambda: (y := x.exp(), y * y, y[:2] * 3.0, y @ y.T)) == 400
    assert kept_bytes(lambda: x * x, [x]) == 0
    layer = nn.Linear(10, 3)
    assert kept_bytes(lambda: layer(x.exp()), [x], layer.parameters()) == 400


@pytest.mark.sans_jaxtyping
def test_refus():
    with pytest.raises(ValueError, match="engine doit être l'un de « explicit »"):
        c.attention_cost("flash", 1, 1, 1, 1)
    with pytest.raises(ValueError, match="T doit valoir au moins 1 ; reçu 0"):
        c.attention_cost("torch", 1, 1, 0, 1)
    with pytest.raises(ValueError, match="name doit être l'un de « rnn », « lstm »"):
        c.recurrent_cost("gru", 1, 1, 1)
    with pytest.raises(TypeError, match="rank doit être un entier"):
        r.linformer_cost(1, 1, 4, 2, 1.5)
    with pytest.raises(ValueError, match="form doit être l'un de « chunked »"):
        r.linear_attention_cost(1, 1, 4, 2, form="recurrent")
    for wrong in (
        {"moe": MoEConfig(4)}, {"norm_position": "post"}, {"dropout": 0.1},
        {"residual": False},
    ):  # fmt: skip
        with pytest.raises(ValueError, match="la formule couvre un bloc « pre »"):
            c.block_cost(BlockConfig(8, 2, **wrong), 1, 4)
