"""Échauffement puis inverse de la racine : sommet, pentes, formule de l'article."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cours_transformers.training.schedule import inverse_square_root, paper_rate

steps = st.integers(1, 10**6)
warmups = st.integers(1, 10**5)


@given(steps, warmups)
def test_le_sommet_est_a_la_fin_de_l_echauffement(step, warmup):
    factor = inverse_square_root(step, warmup)
    assert 0 < factor <= 1
    assert (factor == 1) == (step == warmup)


@given(steps, warmups)
def test_quatre_fois_plus_loin_deux_fois_moins(step, warmup):
    far = warmup + step
    quarter = inverse_square_root(4 * far, warmup)
    assert quarter == pytest.approx(inverse_square_root(far, warmup) / 2)


def test_la_montee_est_droite_et_ne_part_pas_de_zero():
    rise = [inverse_square_root(step, 4) for step in range(1, 5)]
    assert rise == [0.25, 0.5, 0.75, 1.0]


@given(steps, st.integers(1, 4096), warmups)
def test_la_formule_de_l_article(step, d_model, warmup):
    wanted = d_model**-0.5 * min(step**-0.5, step * warmup**-1.5)
    assert paper_rate(step, d_model, warmup) == pytest.approx(wanted)


def test_le_taux_maximal_du_modele_de_base():
    assert paper_rate(4000, 512) == pytest.approx(6.99e-4, rel=1e-3)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(("step", "warmup"), [(0, 10), (1, 0)])
def test_un_pas_nul_est_refuse(step, warmup):
    with pytest.raises(ValueError, match="step ≥ 1 et warmup ≥ 1"):
        inverse_square_root(step, warmup)
