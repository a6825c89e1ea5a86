"""Les simulateurs : la sortie du moteur explicite, et le compte des formules."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.kernels.attention import attention
from cours_transformers.training.cost_instruments import count_flops
from cours_transformers.training.tile_traffic import standard_traffic, tiled_traffic
from cours_transformers.training.traffic import FastMemory
from cours_transformers.training.traffic_counts import (
    blocks_for,
    count_standard,
    count_tiled,
    footprint,
)

sizes = st.integers(1, 20)
blocks = st.integers(1, 9)


def une_tete(T, S, D, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return [
        torch.randn(n, D, generator=generator, dtype=torch.float64) for n in (T, S, S)
    ]


def juge(q, k, v, causal):
    heads = (x[None, None] for x in (q, k, v))
    return attention(*heads, causal=causal, engine="explicit")[0, 0]


@settings(max_examples=60, deadline=None)
@given(sizes, sizes, st.integers(1, 6), blocks, blocks, st.booleans())
def test_les_tuiles_donnent_la_sortie_et_le_compte_exacts(T, S, D, bq, bk, causal):
    q, k, v = une_tete(T, S, D)
    fast = FastMemory()
    out, counted = tiled_traffic(q, k, v, bq, bk, causal=causal, fast=fast)
    torch.testing.assert_close(out, juge(q, k, v, causal), atol=1e-12, rtol=0)
    assert counted == count_tiled(T, D, bq, bk, S=S, causal=causal)
    if not causal:
        assert fast.peak == footprint(min(bq, T), min(bk, S), D)
    assert fast.peak <= footprint(bq, bk, D) and fast.held == 0


@settings(max_examples=20, deadline=None)
@given(sizes, sizes, st.integers(1, 6), st.booleans())
def test_les_trois_noyaux_donnent_la_sortie_et_le_compte_exacts(T, S, D, causal):
    q, k, v = une_tete(T, S, D)
    out, counted = standard_traffic(q, k, v, causal=causal)
    torch.testing.assert_close(out, juge(q, k, v, causal), atol=1e-12, rtol=0)
    assert counted == count_standard(T, D, S=S)


def test_de_grands_scores_ne_debordent_pas():
    q, k, v = une_tete(9, 9, 4)
    out, _ = tiled_traffic(1e3 * q, 1e3 * k, v, 4, 2)
    torch.testing.assert_close(out, juge(1e3 * q, 1e3 * k, v, False))


def test_la_taille_des_tuiles_ne_change_que_le_compte():
    q, k, v = une_tete(24, 24, 4)
    narrow, expensive = tiled_traffic(q, k, v, 1, 24)
    wide, cheap = tiled_traffic(q, k, v, 24, 1)
    torch.testing.assert_close(narrow, wide)
    assert expensive.read == 24 * 4 + 24 * 2 * 24 * 4  # tout relire à chaque requête
    assert cheap.total == 4 * 24 * 4  # une seule lecture de chaque nombre


def test_le_futur_n_est_pas_lu():
    """Les clés d'après la dernière tuile utile peuvent être n'importe quoi."""
    q, k, v = une_tete(8, 8, 4)
    out, _ = tiled_traffic(q[:4], k[:4], v[:4], 4, 4, causal=True)
    k[4:], v[4:] = math.nan, math.nan
    poisoned, _ = tiled_traffic(q, k, v, 4, 4, causal=True)
    assert torch.equal(poisoned[:4], out)


def test_en_causal_a_peine_plus_de_la_moitie_des_cles():
    q, k, v = une_tete(64, 64, 4)
    _, causal = tiled_traffic(q, k, v, 8, 8, causal=True)
    _, whole = tiled_traffic(q, k, v, 8, 8)
    assert causal.flops / whole.flops == 36 / 64  # 8 (8 + 1) / 2 tuiles sur 64
    assert (causal.total - 512) / (whole.total - 512) == 36 / 64


def test_ce_qui_tient_en_formule_tient_en_memoire():
    q, k, v = une_tete(40, 40, 4)
    M = 300
    block_q = blocks_for(M, 4, block_k=8)
    fast = FastMemory(M)
    tiled_traffic(q, k, v, block_q, 8, fast=fast)
    assert fast.peak == footprint(block_q, 8, 4) <= M


def test_les_flops_comptes_sont_ceux_de_l_instrument():
    q, k, v = une_tete(13, 13, 5)
    assert tiled_traffic(q, k, v, 4, 4)[1].flops == 4 * 13 * 13 * 5
    assert count_flops(lambda: juge(q, k, v, False)) == 4 * 13 * 13 * 5


@pytest.mark.sans_jaxtyping
def test_refus():
    q, k, v = une_tete(40, 40, 4)
    block_q = blocks_for(300, 4, block_k=8) + 1
    with pytest.raises(ValueError, match="la mémoire rapide contient 300 nombres"):
        tiled_traffic(q, k, v, block_q, 8, fast=FastMemory(300))
    with pytest.raises(ValueError, match="block_q doit valoir au moins 1 ; reçu 0"):
        tiled_traffic(q, k, v, 0, 8)
    with pytest.raises(ValueError, match=r"une tête, de formes \(T, D\)"):
        tiled_traffic(q[None], k[None], v[None], 8, 8)
    with pytest.raises(ValueError, match=r"reçu \(40, 4\), \(40, 4\) et \(39, 4\)"):
        standard_traffic(q, k, v[1:])
    with pytest.raises(ValueError, match=r"reçu \(40, 3\), \(40, 4\) et \(40, 4\)"):
        standard_traffic(q[:, :3], k, v)
