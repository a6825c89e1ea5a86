"""Les formules, sur des cas que l'on fait à la main, et leur croissance."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cours_transformers.training.traffic import Traffic
from cours_transformers.training.traffic_counts import (
    blocks_for,
    count_standard,
    count_standard_backward,
    count_tiled,
    count_tiled_backward,
    footprint,
    growth_exponents,
)


def test_a_la_main_deux_tokens_d_une_dimension():
    # q, k lus, S écrit : 2 + 2 + 4. S lu, P écrit : 8. P, v lus, O écrit : 4 + 2 + 2.
    assert count_standard(2, 1) == Traffic(read=14, written=10, flops=16)
    # Une requête à la fois : q deux fois 1, k et v deux fois 4, O deux fois 1.
    assert count_tiled(2, 1, 1, 1) == Traffic(10, 2, flops=16, rescalings=8)
    # En causal, la première requête ne voit qu'une clé.
    assert count_tiled(2, 1, 1, 1, causal=True) == Traffic(8, 2, 12, 6)


@given(st.integers(1, 400), st.integers(1, 130), st.integers(1, 90), st.integers(1, 90))
def test_les_formules_fermees(T, d, block_q, block_k):
    assert count_standard(T, d).total == 4 * T * d + 4 * T * T
    tiled = count_tiled(T, d, block_q, block_k)
    assert tiled.total == 2 * T * d + math.ceil(T / block_q) * 2 * T * d
    assert tiled.flops == count_standard(T, d).flops == 4 * T * T * d
    assert tiled.rescalings == T * (d + 1) * math.ceil(T / block_k)


@given(st.integers(1, 200), st.integers(1, 9), st.integers(1, 9))
def test_causal_ne_lit_jamais_plus_et_un_seul_bloc_lit_tout(T, block_q, block_k):
    whole = count_tiled(T, 8, block_q, block_k)
    causal = count_tiled(T, 8, block_q, block_k, causal=True)
    assert causal.read <= whole.read and causal.written == whole.written
    assert count_tiled(T, 8, T, block_k, causal=True) == count_tiled(T, 8, T, block_k)


def test_une_requete_et_tout_le_cache():
    """Le décodage : T = 1, chaque clé lue une fois, quel que soit le réglage."""
    assert count_tiled(1, 64, 128, 16, S=1000, causal=True).read == 64 + 2 * 1000 * 64


@given(st.integers(200, 200_000), st.integers(1, 128), st.integers(1, 64))
def test_le_bloc_choisi_tient_et_le_suivant_ne_tient_pas(M, d, block_k):
    if footprint(1, block_k, d) > M:
        return
    block_q = blocks_for(M, d, block_k=block_k)
    assert footprint(block_q, block_k, d) <= M < footprint(block_q + 1, block_k, d)


def test_l_intensite_des_tuiles_est_la_hauteur_du_bloc():
    for d in (16, 64, 128):
        counted = count_tiled(4096, d, 128, 64)
        assert counted.intensity() == 128 * 4096 / (128 + 4096)
        assert count_standard(4096, d).intensity() == d / 2 * 4096 / (4096 + d)


def test_les_acces_croissent_comme_t2_d2_sur_m():
    lengths, widths = (2**16, 2**17, 2**18), (32, 64, 128)
    fitted = growth_exponents(lengths, widths, (51_200, 102_400, 204_800), block_k=1)
    assert fitted == pytest.approx({"T": 2, "d": 2, "M": -1}, abs=0.06)


def test_le_gain_est_m_sur_d2_et_non_l_inverse():
    T, M = 2**18, 102_400
    for d in (64, 128):
        tiled = count_tiled(T, d, blocks_for(M, d, block_k=1), 1)
        gain = count_standard(T, d).total / tiled.total
        assert 0.9 < gain / (M / d**2) < 1.1


def test_avec_trop_peu_de_place_les_tuiles_perdent():
    tiled = count_tiled(4096, 128, blocks_for(8192, 128), 16)
    assert tiled.total > 4 * count_standard(4096, 128).total


def test_l_arriere_a_la_main():
    # dV : P, dO lus (4 + 2), dV écrit (2). dP : dO, v (4), dP (4).
    # dS : P, dP (8), dS (4). dQ : dS, k (6), dQ (2). dK : dS, q (6), dK (2).
    assert count_standard_backward(2, 1) == Traffic(read=30, written=14, flops=32)
    # δ : dO, O (4), δ (2). dK, dV, un bloc : k, v (4) ; q, dO, lse, δ (8) ; écrits (4).
    # dQ, un bloc : q, dO, lse, δ (8) ; k, v (4) ; écrit (2).
    assert count_tiled_backward(2, 1, 2, 2) == Traffic(read=28, written=8, flops=56)


def test_l_arriere_par_tuiles_calcule_plus_et_lit_moins():
    standard = count_standard(4096, 64) + count_standard_backward(4096, 64)
    tiled = count_tiled(4096, 64, 128, 64) + count_tiled_backward(4096, 64, 128, 128)
    assert tiled.flops == 1.5 * standard.flops
    assert tiled.total < standard.total / 3


@pytest.mark.sans_jaxtyping
def test_refus():
    with pytest.raises(ValueError, match="T doit valoir au moins 1 ; reçu 0"):
        count_standard(0, 4)
    with pytest.raises(ValueError, match="block_k doit valoir au moins 1"):
        count_tiled(4, 4, 2, 0)
    with pytest.raises(ValueError, match="S doit valoir au moins 1"):
        count_tiled_backward(4, 4, 2, 2, S=0)
    with pytest.raises(TypeError, match=r"d doit être un entier ; reçu 4\.0"):
        footprint(2, 2, 4.0)
    needed = footprint(1, 16, 64)
    with pytest.raises(ValueError, match=f"M doit valoir au moins {needed}"):
        blocks_for(needed - 1, 64)
    assert blocks_for(needed, 64) == 1
    with pytest.raises(ValueError, match=r"widths doit avoir deux valeurs .* \[64\]"):
        growth_exponents((64, 128), (64,), (51_200, 102_400))
