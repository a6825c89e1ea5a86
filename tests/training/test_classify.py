"""Boucle d'apprentissage : même résultat qu'écrite à la main, erreurs en français."""

import copy

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cours_transformers.training.classify import accuracy, fit_classifier


def _problem():
    x = torch.randn(40, 3)
    return (x,), (x[:, 0] > 0).long()


def test_un_pas_egale_celui_d_adam_ecrit_a_la_main():
    model, (inputs, labels) = nn.Linear(3, 2), _problem()
    by_hand = copy.deepcopy(model)
    losses = fit_classifier(
        model, inputs, labels, steps=1, batch_size=8, lr=0.1, seed=4
    )

    batch = torch.randint(40, (8,), generator=torch.Generator().manual_seed(4))
    optimizer = torch.optim.Adam(by_hand.parameters(), lr=0.1)
    loss = F.cross_entropy(by_hand(inputs[0][batch]), labels[batch])
    loss.backward()
    optimizer.step()
    torch.testing.assert_close(model.weight, by_hand.weight)
    assert losses == [pytest.approx(loss.item())]


def test_apprend_un_probleme_separable_et_reproduit_sa_course():
    inputs, labels = _problem()
    runs = []
    for _ in range(2):
        torch.manual_seed(0)
        model = nn.Linear(3, 2)
        runs.append(fit_classifier(model, inputs, labels, steps=150, lr=0.1))
    assert runs[0] == runs[1]
    assert runs[0][-1] < runs[0][0] / 3
    assert accuracy(model, inputs, labels) > 0.95


def test_exactitude_comptee_a_la_main():
    model = nn.Identity()
    logits = torch.tensor([[2.0, 1.0], [0.0, 1.0], [5.0, 0.0], [1.0, 0.0]])
    assert accuracy(model, (logits,), torch.tensor([0, 1, 1, 0])) == 0.75


@pytest.mark.parametrize(
    ("steps", "n_labels", "message"),
    [
        (0, 40, "au moins un pas ; reçu 0"),
        (1, 39, r"39 exemples attendus ; reçu \[40\]"),
    ],
)
def test_refuse_en_francais(steps, n_labels, message):
    inputs, labels = _problem()
    with pytest.raises(ValueError, match=message):
        fit_classifier(nn.Linear(3, 2), inputs, labels[:n_labels], steps=steps)
