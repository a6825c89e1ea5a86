"""Perceptron multicouche : le calcul écrit à la main, et XOR, qu'il apprend."""

import pytest
import torch

from cours_transformers.models.mlp import MLP
from cours_transformers.training.classify import accuracy, fit_classifier


def test_la_sortie_est_celle_du_calcul_ecrit_a_la_main():
    torch.manual_seed(0)
    network, x = MLP(3, 5, 4, 2), torch.randn(6, 3)
    (A, a), (B, b), (C, c) = ((w.weight, w.bias) for w in network.layers)
    hidden = torch.tanh(torch.tanh(x @ A.T + a) @ B.T + b)
    torch.testing.assert_close(network(x), hidden @ C.T + c)


def test_sans_couche_cachee_le_reseau_est_affine():
    torch.manual_seed(0)
    network, (x, y) = MLP(3, 2), torch.randn(2, 4, 3)
    middle = (network(x) + network(y)) / 2
    torch.testing.assert_close(network((x + y) / 2), middle)


def test_une_couche_cachee_apprend_xor_et_aucune_n_y_arrive():
    x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y, found = torch.tensor([0, 1, 1, 0]), {}
    for sizes in ((2, 2), (2, 8, 2)):
        torch.manual_seed(0)
        network = MLP(*sizes)
        fit_classifier(network, (x,), y, steps=300, lr=0.05)
        found[sizes] = accuracy(network, (x,), y)
    assert found[2, 8, 2] == 1
    assert found[2, 2] < 1


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("sizes", [(), (3,), (3, 0, 2)])
def test_des_tailles_impossibles_sont_refusees(sizes):
    with pytest.raises(ValueError, match="sizes doit donner au moins deux tailles"):
        MLP(*sizes)
