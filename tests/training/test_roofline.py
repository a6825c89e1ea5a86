"""Le toit : deux bornes, un point d'équilibre, un temps au-dessous duquel nul ne va."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cours_transformers.training.gpus import A100, GPUS, H100, T4
from cours_transformers.training.roofline import (
    attainable,
    limited_by,
    ridge,
    shortest_time,
)
from cours_transformers.training.traffic import Traffic
from cours_transformers.training.traffic_counts import (
    count_standard,
    count_standard_backward,
    count_tiled,
    count_tiled_backward,
)


def test_les_points_d_equilibre():
    found = {gpu.name: round(ridge(gpu)) for gpu in GPUS}
    assert found == {"T4": 203, "L4": 403, "A100": 153, "H100": 295}


@given(st.sampled_from(GPUS), st.floats(0, 1e4))
def test_le_toit_est_la_plus_basse_des_deux_bornes(gpu, intensity):
    roof = attainable(gpu, intensity)
    assert roof <= gpu.flops and roof <= gpu.bandwidth * intensity
    assert roof in (gpu.flops, gpu.bandwidth * intensity)
    if limited_by(gpu, intensity) == "calcul":
        assert roof == pytest.approx(gpu.flops)
    else:
        assert roof == gpu.bandwidth * intensity


def test_a_l_equilibre_tout_est_atteint():
    for gpu in GPUS:
        assert attainable(gpu, 2 * ridge(gpu)) == gpu.flops
        assert attainable(gpu, ridge(gpu) / 2) == pytest.approx(gpu.flops / 2)
        assert limited_by(gpu, 0.999 * ridge(gpu)) == "mémoire"
        assert limited_by(gpu, ridge(gpu)) == "calcul"


@given(
    st.sampled_from(GPUS), st.integers(1, 10**9), st.integers(1, 10**9),
    st.integers(1, 10**15),
)  # fmt: skip
def test_le_temps_le_plus_court_est_celui_que_permet_le_toit(gpu, read, written, flops):
    traffic = Traffic(read, written, flops)
    roof = attainable(gpu, traffic.intensity())
    assert shortest_time(gpu, traffic) == pytest.approx(flops / roof)


def test_la_simple_precision_transporte_le_double():
    traffic = Traffic(10**9, 10**9)
    assert shortest_time(A100, traffic, 4) == 2 * shortest_time(A100, traffic)
    assert shortest_time(A100, traffic) == 4e9 / 2039e9


def test_l_attention_standard_est_limitee_par_la_memoire_partout():
    for d in (64, 128):
        intensity = count_standard(4096, d).intensity()
        assert all(limited_by(gpu, intensity) == "mémoire" for gpu in GPUS)


def test_plus_d_operations_et_moins_de_temps():
    """La question du chapitre : aller et retour, une tête de dimension 64."""
    standard = count_standard(4096, 64) + count_standard_backward(4096, 64)
    tiled = count_tiled(4096, 64, 128, 128) + count_tiled_backward(4096, 64, 128, 128)
    assert tiled.flops == 1.5 * standard.flops
    for gpu in (T4, A100, H100):
        assert shortest_time(gpu, tiled) < shortest_time(gpu, standard) / 2


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("wrong", [-1.0, math.nan])
def test_une_intensite_est_positive(wrong):
    with pytest.raises(ValueError, match="intensity doit être un nombre positif"):
        attainable(A100, wrong)
