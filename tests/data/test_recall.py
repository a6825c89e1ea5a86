"""Rappel à distance : chaque token à sa place, et rien qui trahisse la réponse."""

import pytest
import torch

from cours_transformers.data.recall import recall_batch, recall_vocabulary_size


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("distance", [1, 2, 9])
def test_le_symbole_le_bruit_puis_la_question(distance):
    tokens, labels = recall_batch(500, distance, 5, generator())
    assert tokens.shape == (500, distance + 1)
    assert (tokens[:, 0] == labels).all()
    assert (tokens[:, -1] == recall_vocabulary_size(5) - 1).all()
    noise = tokens[:, 1:-1]
    assert ((noise >= 5) & (noise < 10)).all()
    assert set(labels.tolist()) == set(range(5))
    if distance > 1:
        assert set(noise.flatten().tolist()) == set(range(5, 10))


def test_le_bruit_ne_dit_rien_de_la_reponse():
    tokens, labels = recall_batch(20_000, 3, 2, generator())
    agreement = (tokens[:, 1] - 2 == labels).float().mean()
    assert abs(agreement - 0.5) < 0.02


def test_une_graine_un_lot():
    first, again = (recall_batch(9, 4, 5, generator(1))[0] for _ in range(2))
    assert (first == again).all()
    assert (first != recall_batch(9, 4, 5, generator(2))[0]).any()


@pytest.mark.parametrize("arguments", [(0, 3, 5), (4, 0, 5), (4, 3, 1)])
def test_refuse_en_francais(arguments):
    with pytest.raises(ValueError, match="distance ≥ 1 et n_symbols ≥ 2 attendus ; re"):
        recall_batch(*arguments, generator())
