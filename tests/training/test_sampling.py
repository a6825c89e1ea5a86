"""Filtres : ce que chacun garde, ce qu'aucun ne change, et ce qu'ils refusent."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from cours_transformers.training.sampling import (
    apply_temperature,
    keep_min_p,
    keep_top_k,
    keep_top_p,
    sample,
)

# Des dyadiques : leurs sommes sont exactes, un seuil peut tomber juste.
LAW = torch.tensor([0.125, 0.5, 0.0625, 0.25, 0.0625])
LOGITS = LAW.log()
lines = st.lists(st.floats(-8, 8, width=32), min_size=1, max_size=9)


def kept(logits: Tensor) -> list[int]:
    """Les rangs qui ne sont pas exclus."""
    return logits.isfinite().nonzero().flatten().tolist()


@pytest.mark.parametrize(
    ("k", "expected"), [(1, [1]), (2, [1, 3]), (3, [0, 1, 3]), (9, [0, 1, 2, 3, 4])]
)
def test_top_k_garde_les_k_plus_probables(k, expected):
    assert kept(keep_top_k(LOGITS, k)) == expected


def test_top_k_ne_garde_pas_plus_de_k_ex_aequo():
    assert len(kept(keep_top_k(torch.zeros(6), 2))) == 2


@pytest.mark.parametrize(
    ("p", "expected"),
    [
        (1e-6, [1]),
        (0.4, [1]),
        (0.6, [1, 3]),  # 0,5 ne suffit pas : le symbole qui passe le seuil est gardé
        (0.76, [0, 1, 3]),
        (0.9, [0, 1, 2, 3]),
        (1.0, [0, 1, 2, 3, 4]),
    ],
)
def test_top_p_garde_le_symbole_qui_franchit_le_seuil(p, expected):
    got = kept(keep_top_p(LOGITS, p))
    # Le dernier cas ambigu : deux symboles de 1/16, dont l'un suffit.
    assert got == expected or (p == 0.9 and got == [0, 1, 3, 4])


def test_un_symbole_certain_suffit_a_top_p():
    assert kept(keep_top_p(torch.tensor([0.0, 60.0, 0.0]), 0.999)) == [1]


@pytest.mark.parametrize(
    ("ratio", "expected"), [(0.0, 5), (0.1, 5), (0.2, 3), (0.4, 2), (0.6, 1), (1.0, 1)]
)
def test_min_p_compare_au_plus_probable(ratio, expected):
    assert len(kept(keep_min_p(LOGITS, ratio))) == expected


@given(lines, st.floats(0.01, 0.99))
def test_top_p_est_le_plus_petit_ensemble_dont_la_somme_atteint_p(line, p):
    law = torch.tensor(line).softmax(0)
    chosen = law[kept(keep_top_p(torch.tensor(line), p))]
    assert chosen.sum() >= p - 1e-5
    assert chosen.sum() - chosen.min() < p + 1e-5


FILTERS = st.one_of(
    st.builds(lambda k: lambda x: keep_top_k(x, k), st.integers(1, 10)),
    st.builds(lambda p: lambda x: keep_top_p(x, p), st.floats(0.01, 1)),
    st.builds(lambda r: lambda x: keep_min_p(x, r), st.floats(0, 1)),
    st.builds(lambda t: lambda x: apply_temperature(x, t), st.floats(0, 4)),
)


@given(lines, st.lists(FILTERS, max_size=4))
def test_enchaines_les_filtres_gardent_le_plus_probable(line, filters):
    logits = filtered = torch.tensor(line)
    for keep in filters:
        filtered = keep(filtered)
    # À un arrondi près : deux logits presque égaux peuvent le devenir.
    assert logits[kept(filtered)].max() >= logits.max() - 1e-5
    assert not filtered.isnan().any() and (filtered < math.inf).all()


@given(lines, st.integers(1, 10), st.floats(0.01, 1), st.floats(0, 1))
def test_un_filtre_ne_change_pas_les_rapports_entre_ceux_qu_il_garde(line, k, p, r):
    logits = torch.tensor(line)
    for filtered in (
        keep_top_k(logits, k),
        keep_top_p(logits, p),
        keep_min_p(logits, r),
    ):
        assert torch.equal(filtered[kept(filtered)], logits[kept(filtered)])


def test_chaque_ligne_est_filtree_pour_elle_meme():
    rows = torch.randn(3, 4, 7, generator=torch.Generator().manual_seed(0))
    for keep in (
        lambda x: keep_top_k(x, 3),
        lambda x: keep_top_p(x, 0.7),
        lambda x: keep_min_p(x, 0.3),
        lambda x: apply_temperature(x, 0.0),
    ):
        alone = torch.stack([keep(row) for row in rows.flatten(0, 1)])
        assert torch.equal(keep(rows).flatten(0, 1), alone)


def test_la_temperature_divise_et_zero_ne_garde_que_le_premier_maximum():
    torch.testing.assert_close(apply_temperature(LOGITS, 2.0), LOGITS / 2)
    for cold in (0.0, 1e-50):
        assert kept(apply_temperature(torch.tensor([1.0, 3.0, 3.0]), cold)) == [1]


def test_tirer_suit_la_loi_filtree():
    logits = LOGITS.expand(8000, -1)
    drawn = sample(
        logits, [lambda x: keep_top_k(x, 2)], torch.Generator().manual_seed(0)
    )
    counts = drawn.flatten().bincount(minlength=5) / 8000
    assert counts[[0, 2, 4]].sum() == 0
    assert abs(counts[1].item() - 2 / 3) < 0.02


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("keep", "value", "message"),
    [
        (keep_top_k, 0, "k doit valoir au moins 1 ; reçu 0"),
        (keep_top_p, 0.0, "p doit être dans"),
        (keep_top_p, 1.5, "reçu 1.5"),
        (keep_min_p, -0.1, "ratio doit être dans"),
        (keep_min_p, 1.1, "ratio doit être dans"),
        (apply_temperature, -1.0, "temperature doit être finie"),
        (apply_temperature, math.nan, "temperature doit être finie"),
    ],
)
def test_un_reglage_hors_bornes_est_refuse(keep, value, message):
    with pytest.raises(ValueError, match=message):
        keep(LOGITS, value)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_des_logits_sans_loi_sont_refuses(bad):
    with pytest.raises(ValueError, match="logits doit avoir un maximum fini"):
        keep_top_p(torch.tensor([0.0, bad]), 0.5)
    with pytest.raises(ValueError, match="tout est exclu"):
        sample(torch.full((1, 3), -math.inf))


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16, torch.float16])
def test_chaque_filtre_sert_toutes_les_precisions(dtype):
    logits = torch.tensor([[3.0, 1.0, 2.0, -4.0]], dtype=dtype)
    for kept in (
        keep_top_k(logits, 2),
        keep_top_p(logits, 0.8),
        keep_min_p(logits, 0.3),
        apply_temperature(logits, 0.0),
    ):
        assert kept.dtype == dtype and kept[0, 0] == 3 and kept[0, 3] == -torch.inf
