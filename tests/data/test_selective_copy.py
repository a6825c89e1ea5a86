"""Copie sélective : les symboles dans l'ordre, le blanc tu, les places au hasard."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.data.selective_copy import (
    selective_copy_batch,
    selective_copy_vocabulary_size,
)
from cours_transformers.data.tracking import UNKNOWN


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 6), st.integers(0, 9), st.integers(2, 5), st.integers(0, 99))
def test_les_reponses_sont_les_symboles_lus_dans_l_ordre(n_copied, more, n, seed):
    T = 2 * n_copied + more
    tokens, answers = selective_copy_batch(7, n_copied, T, generator(seed), n_symbols=n)
    blank, question = n, n + 1
    assert tokens.max() < selective_copy_vocabulary_size(n) and tokens.min() >= 0
    for row, expected in zip(tokens.tolist(), answers.tolist(), strict=True):
        assert row[T - n_copied :] == [question] * n_copied
        read = [token for token in row if token < n]
        assert expected == [UNKNOWN] * (T - n_copied) + read
        assert row.count(blank) == T - 2 * n_copied


def test_un_symbole_tombe_partout_et_toutes_les_reponses_sortent():
    tokens, answers = selective_copy_batch(4000, 2, 9, generator(), n_symbols=5)
    seen = (tokens < 5).double().mean(dim=0)
    torch.testing.assert_close(seen[:7], torch.full((7,), 2 / 7).double(), **CLOSE)
    assert (seen[7:] == 0).all()
    shares = answers[:, 7:].flatten().bincount(minlength=5) / 8000
    torch.testing.assert_close(shares, torch.full((5,), 0.2), **CLOSE)


CLOSE = {"atol": 0.03, "rtol": 0}


def test_un_symbole_ne_dit_rien_du_suivant():
    _, answers = selective_copy_batch(20_000, 2, 6, generator(), n_symbols=2)
    first, second = answers[:, 4:].T
    assert abs((first == second).double().mean() - 0.5) < 0.02


def test_une_graine_un_lot():
    first, again, other = (
        selective_copy_batch(9, 3, 12, generator(seed), n_symbols=4)[0]
        for seed in (1, 1, 2)
    )
    assert torch.equal(first, again) and not torch.equal(first, other)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("arguments", "n_symbols", "message"),
    [
        ((0, 2, 8), 4, "n ≥ 1 et n_symbols ≥ 2 attendus ; reçu n=0"),
        ((3, 2, 8), 1, "n_symbols ≥ 2 attendus ; reçu n=3, n_symbols=1"),
        ((3, 0, 8), 4, "1 ≤ n_copied .* reçu n_copied=0, T=8"),
        ((3, 5, 9), 4, "2 n_copied ≤ T attendus ; reçu n_copied=5, T=9"),
    ],
)
def test_ce_qui_ne_se_tire_pas_est_refuse(arguments, n_symbols, message):
    with pytest.raises(ValueError, match=message):
        selective_copy_batch(*arguments, generator(), n_symbols=n_symbols)
