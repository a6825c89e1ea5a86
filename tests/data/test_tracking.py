"""Qui est où, et trois pas en arrière : les réponses, refaites pas à pas."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.data.lag import lag_batch
from cours_transformers.data.tracking import NAMES, PLACES, UNKNOWN, tracking


def graine(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 4), st.integers(1, 20), st.integers(0, 99))
def test_la_reponse_est_le_dernier_lieu_du_nom_demande(n, T, seed):
    batch = tracking(n, T, graine(seed))
    for i in range(n):
        last_place = {}
        for t in range(T):
            last_place[batch.seen[i, t].item()] = batch.places[i, t].item()
            expected = last_place.get(batch.asked[i, t].item(), UNKNOWN)
            assert batch.answers[i, t] == expected


def test_l_histoire_dit_ce_que_lit_le_modele():
    batch = tracking(2, 5, graine(0))
    for i in range(2):
        for t, line in enumerate(batch.story(i)):
            seen, place, asked = (x[i, t].item() for x in batch.inputs)
            assert line == f"{NAMES[seen]} : {PLACES[place]}. Où est {NAMES[asked]} ?"


def test_les_tirages_ne_dependent_que_de_la_graine():
    first, same, other = (tracking(3, 7, graine(s)) for s in (1, 1, 2))
    assert (first.answers == same.answers).all()
    assert (first.seen != other.seen).any()


@pytest.mark.parametrize("lag", [1, 3, 5])
def test_le_decalage_redit_le_symbole_d_il_y_a_lag_pas(lag):
    symbols, answers = lag_batch(4, 9, graine(0), lag=lag)
    for t in range(9):
        expected = symbols[:, t - lag] if t >= lag else torch.full((4,), UNKNOWN)
        assert (answers[:, t] == expected).all()


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("sizes", [(0, 4), (2, 0)])
def test_une_suite_vide_est_refusee(sizes):
    with pytest.raises(ValueError, match="n ≥ 1 et T ≥ 1 attendus"):
        tracking(*sizes, graine(0))


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("wrong", [{"lag": 0}, {"lag": 4}, {"n_symbols": 1}])
def test_un_decalage_impossible_est_refuse(wrong):
    with pytest.raises(ValueError, match="1 ≤ lag < T"):
        lag_batch(2, 4, graine(0), **({"lag": 1} | wrong))
