"""Signal à débruiter."""

import pytest
import torch

from cours_transformers.data.signals import noisy_steps


def test_le_bruit_a_l_ecart_type_demande():
    clean, noisy = noisy_steps(n=50_000, noise=0.3)
    assert abs((noisy - clean).std() - 0.3) < 0.01
    assert set(clean.unique().tolist()) == {0.0, 1.0, 2.0}


def test_chaque_niveau_revient_ailleurs():
    clean, _ = noisy_steps(n=200, step=20)
    starts = (clean[1:] != clean[:-1]).nonzero().flatten() + 1
    assert starts.tolist() == list(range(20, 200, 20)), "un palier, un niveau nouveau"
    assert all(torch.sum(clean == level) >= 60 for level in (0, 1, 2))


def test_sans_bruit_le_signal_est_propre():
    clean, noisy = noisy_steps(noise=0.0)
    assert torch.equal(clean, noisy)


def test_refuse_en_francais():
    with pytest.raises(ValueError, match="noise ≥ 0 attendus"):
        noisy_steps(noise=-1.0)
