"""Induction : deux repères, une réponse, et rien qui la trahisse."""

import pytest
import torch

from cours_transformers.data.induction import (
    induction_batch,
    induction_vocabulary_size,
)
from cours_transformers.data.tracking import UNKNOWN


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("T", [3, 4, 17])
def test_la_reponse_est_ce_qui_suivait_le_repere(T):
    tokens, answers = induction_batch(500, T, generator(), n_symbols=5)
    mark = induction_vocabulary_size(5) - 1
    assert ((tokens >= 0) & (tokens <= mark)).all()
    for row, expected in zip(tokens.tolist(), answers.tolist(), strict=True):
        assert row.count(mark) == 2 and row[-1] == mark
        assert expected == [UNKNOWN] * (T - 1) + [row[row.index(mark) + 1]]


def test_le_repere_et_la_reponse_sont_uniformes():
    tokens, answers = induction_batch(8000, 6, generator(), n_symbols=4)
    first = (tokens == 4).int().argmax(dim=1)
    for found in (first, answers[:, -1]):
        shares = found.bincount(minlength=4) / 8000
        torch.testing.assert_close(shares, torch.full((4,), 0.25), atol=0.03, rtol=0)


def test_le_bruit_ne_dit_rien_de_la_reponse():
    """Deux places voisines : le token d'avant le repère n'aide pas."""
    tokens, answers = induction_batch(20_000, 7, generator(), n_symbols=2)
    first = (tokens == 2).int().argmax(dim=1)
    inside = first > 0
    before = tokens[inside, first[inside] - 1]
    agreement = (before == answers[inside, -1]).double().mean()
    assert abs(agreement - 0.5) < 0.02


def test_une_graine_un_lot():
    first, again, other = (
        induction_batch(9, 12, generator(seed), n_symbols=4)[0] for seed in (1, 1, 2)
    )
    assert torch.equal(first, again) and not torch.equal(first, other)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(("n", "T", "n_symbols"), [(0, 5, 4), (2, 2, 4), (2, 5, 1)])
def test_ce_qui_ne_se_tire_pas_est_refuse(n, T, n_symbols):
    with pytest.raises(ValueError, match="T ≥ 3 et n_symbols ≥ 2 attendus ; reçu n="):
        induction_batch(n, T, generator(), n_symbols=n_symbols)
