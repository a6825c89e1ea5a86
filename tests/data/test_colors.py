"""Phrases-dictionnaires : la réponse est dans la phrase, et nulle part ailleurs."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.data.colors import COLORS, FEMININE, NOUNS, color_questions


@settings(max_examples=30, deadline=None)
@given(n=st.integers(1, 50), n_groups=st.integers(1, 16), seed=st.integers(0, 999))
def test_la_reponse_est_la_couleur_du_nom_demande(n, n_groups, seed):
    data = color_questions(n, n_groups, seed)
    for i in range(n):
        place = (data.nouns[i] == data.asked[i]).nonzero()
        assert len(place) == 1, "le nom demandé figure une fois, et une seule"
        assert data.colors[i, place[0, 0]] == data.answers[i]
        assert len(set(data.nouns[i].tolist())) == n_groups


def test_la_place_de_la_reponse_est_equilibree():
    data = color_questions(6000, 6, seed=3)
    place = (data.nouns == data.asked[:, None]).int().argmax(dim=1)
    counts = torch.bincount(place, minlength=6) / 6000
    assert (counts - 1 / 6).abs().max() < 0.03


def test_les_couleurs_s_accordent():
    data = color_questions(200, 16, seed=1)
    feminine = {COLORS[c][1] for c in range(len(COLORS))}
    for group, noun in zip(data.groups(0), data.nouns[0].tolist(), strict=True):
        article = NOUNS[noun].split()[0]
        color = group.split()[-1]
        assert (color in feminine) == (noun in FEMININE), group
        assert article != "le" or noun not in FEMININE
        assert article != "la" or noun in FEMININE
    assert data.question(0).startswith("De quelle couleur est l")


def test_deterministe_et_sensible_a_la_graine():
    one, same, other = (color_questions(50, seed=s) for s in (0, 0, 1))
    assert all(torch.equal(a, b) for a, b in zip(one.inputs, same.inputs, strict=True))
    assert not torch.equal(one.asked, other.asked)


def test_ne_touche_pas_a_l_alea_global():
    before = torch.get_rng_state()
    color_questions(10)
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize(
    ("n", "n_groups", "message"),
    [(0, 6, "au moins une phrase ; reçu 0"), (5, 17, "entre 1 et 16 ; reçu 17")],
)
def test_refuse_en_francais(n, n_groups, message):
    with pytest.raises(ValueError, match=message):
        color_questions(n, n_groups)
