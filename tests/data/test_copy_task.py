"""Recopie : la cible écrite à la main, remplissage et décalage compris."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.data.copy_task import (
    END,
    N_SPECIAL,
    PAD,
    START,
    copy_batch,
)


@settings(deadline=None)
@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.booleans())
def test_la_cible_recopie_ou_retourne_puis_finit(lengths, reverse):
    generator = torch.Generator().manual_seed(0)
    batch = copy_batch(torch.tensor(lengths), 4, generator, reverse=reverse)
    S = max(lengths)
    for i, n in enumerate(lengths):
        source = batch.source[i].tolist()
        assert all(N_SPECIAL <= s < N_SPECIAL + 4 for s in source[:n])
        assert source[n:] == [PAD] * (S - n)
        said = source[:n][::-1] if reverse else source[:n]
        assert batch.targets[i].tolist() == [*said, END] + [PAD] * (S - n)
        inputs = batch.decoder_inputs[i].tolist()
        assert inputs == [START, *batch.targets[i].tolist()[:-1]]


def test_tous_les_symboles_sortent():
    lengths = torch.full((50,), 10)
    batch = copy_batch(lengths, 4, torch.Generator().manual_seed(0))
    assert set(batch.source.flatten().tolist()) == {3, 4, 5, 6}


@pytest.mark.parametrize(
    ("lengths", "n_symbols"), [([0, 3], 4), ([3], 1), ([], 4), ([[3]], 4)]
)
@pytest.mark.sans_jaxtyping
def test_refuse_en_francais(lengths, n_symbols):
    with pytest.raises(ValueError, match=r"lengths ≥ 1 .* et n_symbols ≥ 2 attendus"):
        copy_batch(torch.tensor(lengths), n_symbols, torch.Generator())
