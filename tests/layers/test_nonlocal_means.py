"""Moyennes non locales : limites connues, et la formule mot à mot."""

import math

import pytest
import torch

from cours_transformers.data.signals import noisy_steps
from cours_transformers.layers.nonlocal_means import neighbourhoods, nonlocal_means


def test_suit_la_formule_point_par_point():
    signal, radius, h = torch.randn(12), 1, 0.7
    padded = torch.cat([signal[:1], signal, signal[-1:]])
    for i in range(12):
        weights = [
            math.exp(-((padded[i : i + 3] - padded[j : j + 3]).square().sum()) / h**2)
            for j in range(12)
        ]
        expected = sum(w * s for w, s in zip(weights, signal, strict=True))
        actual = nonlocal_means(signal, radius, h)[i]
        torch.testing.assert_close(actual, expected / sum(weights))


def test_largeur_infinie_donne_la_moyenne_et_nulle_le_signal():
    signal = torch.randn(40)
    everywhere = nonlocal_means(signal, 2, 1e4)
    torch.testing.assert_close(everywhere, signal.mean().expand(40))
    torch.testing.assert_close(nonlocal_means(signal, 2, 1e-3), signal)


def test_debruite_mieux_que_la_moyenne_locale():
    for seed in range(3):
        clean, noisy = noisy_steps(seed=seed)
        local = (neighbourhoods(noisy, 2).mean(dim=-1) - clean).square().mean()
        assert (nonlocal_means(noisy, 2, 0.8) - clean).square().mean() < local / 2


@pytest.mark.parametrize(
    ("radius", "bandwidth", "message"),
    [(1, 0.0, "strictement positive ; reçu 0.0"), (-1, 1.0, "positif ou nul ; reçu")],
)
def test_refuse_en_francais(radius, bandwidth, message):
    with pytest.raises(ValueError, match=message):
        nonlocal_means(torch.zeros(5), radius, bandwidth)
