"""Neurones à seuil : portes logiques, convergence démontrée, échec sur XOR."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.models.perceptron import Perceptron, mcculloch_pitts

COINS = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


@pytest.mark.parametrize(
    ("weights", "threshold", "expected"),
    [
        ([1.0, 1.0], 2, [0, 0, 0, 1]),
        ([1.0, 1.0], 1, [0, 1, 1, 1]),
        ([-1.0, -1.0], 0, [1, 0, 0, 0]),
        ([0.0, -1.0], -0.5, [1, 0, 1, 0]),
    ],
    ids=["et", "ou", "ni l'un ni l'autre", "non le second"],
)
def test_le_neurone_de_papier_calcule_des_portes(weights, threshold, expected):
    found = mcculloch_pitts(COINS, torch.tensor(weights), threshold)
    assert found.tolist() == expected


def test_le_seuil_exact_allume_le_neurone():
    assert Perceptron(2).predict(COINS).tolist() == [1, 1, 1, 1]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4))
def test_des_reponses_separables_finissent_sans_erreur(seed, d):
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(20, d, generator=generator)
    sums = x @ torch.randn(d, generator=generator) + 0.3
    x, sums = x[sums.abs() > 0.2], sums[sums.abs() > 0.2]  # une marge, donc une borne
    perceptron = Perceptron(d)
    mistakes = perceptron.fit(x, (sums > 0).long(), epochs=500)
    assert mistakes[-1] == 0
    assert (perceptron.predict(x) == (sums > 0)).all()


def test_une_passe_suit_la_regle():
    """Refaite à la main sur ET : 0,0 puis 0,1 corrigés, 1,0 juste, 1,1 corrigé."""
    perceptron = Perceptron(2)
    assert perceptron.fit(COINS, torch.tensor([0, 0, 0, 1]), epochs=1) == [2]
    assert perceptron.weights.tolist() == [1, 1]
    assert perceptron.bias == 0


def test_sans_erreur_rien_ne_bouge():
    perceptron = Perceptron(2)
    answers = perceptron.predict(COINS)
    assert perceptron.fit(COINS, answers, epochs=3) == [0, 0, 0]
    assert perceptron.weights.tolist() == [0, 0]


def test_xor_ne_s_apprend_jamais():
    perceptron = Perceptron(2)
    mistakes = perceptron.fit(COINS, torch.tensor([0, 1, 1, 0]), epochs=200)
    assert min(mistakes) > 0


@pytest.mark.sans_jaxtyping
def test_les_reglages_impossibles_sont_refuses():
    with pytest.raises(ValueError, match="n_inputs doit valoir au moins 1 ; reçu 0"):
        Perceptron(0)
    with pytest.raises(ValueError, match="epochs doit valoir au moins 1 ; reçu 0"):
        Perceptron(2).fit(COINS, torch.tensor([0, 0, 0, 1]), epochs=0)
    with pytest.raises(ValueError, match=r"réponses 0 ou 1 attendues ; reçu \[-1"):
        Perceptron(2).fit(COINS, torch.tensor([-1, 1, 1, 1]), epochs=1)
