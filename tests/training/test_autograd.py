"""Dérivation automatique : égale à celle de PyTorch, à la pente mesurée, et tenace."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cours_transformers.training.autograd import Scalar

reels = st.floats(-2, 2).map(lambda v: round(v, 3))


def calcul(a, b, exp, log, tanh):
    """Toutes les opérations, et des variables qui servent plusieurs fois."""
    c = tanh(a * b + 1) - 2 * a
    d = log(c * c + 1.5) / (b**2 + 1) + exp(-a)
    return 3 - d * c + d**3 + 1 / (d * d + 1) + (a - b)


def gradients_ici(a, b):
    x, y = Scalar(a), Scalar(b)
    result = calcul(x, y, Scalar.exp, Scalar.log, Scalar.tanh)
    result.backward()
    return result.value, x.grad, y.grad


def gradients_torch(a, b):
    x, y = torch.tensor([a, b], dtype=torch.float64).requires_grad_()
    x.retain_grad(), y.retain_grad()
    result = calcul(x, y, torch.exp, torch.log, torch.tanh)
    result.backward()
    return result.item(), x.grad.item(), y.grad.item()


@given(reels, reels)
def test_la_valeur_et_les_gradients_sont_ceux_de_pytorch(a, b):
    assert gradients_ici(a, b) == pytest.approx(gradients_torch(a, b), rel=1e-9)


@given(reels, reels)
def test_le_gradient_est_la_pente_mesuree(a, b):
    _, slope, _ = gradients_ici(a, b)
    step = 1e-5
    measured = (gradients_ici(a + step, b)[0] - gradients_ici(a - step, b)[0]) / (
        2 * step
    )
    assert slope == pytest.approx(measured, rel=1e-4, abs=1e-4)


def test_un_nombre_qui_sert_deux_fois_additionne_ses_chemins():
    w = Scalar(3)
    (w * 2 + w**2).backward()
    assert w.grad == 8
    w = Scalar(5)
    (w * w).backward()
    assert w.grad == 10


def test_un_losange_n_est_traverse_qu_une_fois():
    """Trente losanges en chaîne : deux chemins chacun, un milliard en tout."""
    x = node = Scalar(1.0)
    for _ in range(30):
        node = node * 0.5 + node * 0.5
    node.backward()
    assert x.grad == pytest.approx(1.0)


def test_deux_marches_arriere_s_ajoutent():
    w = Scalar(2.0)
    loss = (w * 3) ** 2
    loss.backward()
    loss.backward()
    assert w.grad == 2 * 36
    assert loss.grad == 2


def test_un_calcul_de_dix_mille_etages_se_remonte():
    x = node = Scalar(0.0)
    for _ in range(10_000):
        node = node + 1
    node.backward()
    assert (node.value, x.grad) == (10_000, 1)


@pytest.mark.parametrize("base", [0.0, -1.5, 2.0])
def test_la_puissance_nulle_est_constante(base):
    x = Scalar(base)
    (x**0).backward()
    assert x.grad == 0


def test_un_reseau_entier_recoit_les_gradients_de_pytorch():
    """MLP 2-3-1 à la main, sur un exemple."""
    torch.manual_seed(0)
    W, v = torch.randn(3, 2).double(), torch.randn(3).double()
    ours_W = [[Scalar(w) for w in row] for row in W.tolist()]
    ours_v = [Scalar(w) for w in v.tolist()]
    hidden = [(row[0] * 0.7 + row[1] * -1.2).tanh() for row in ours_W]
    output = sum(h * w for h, w in zip(hidden, ours_v, strict=True))
    ((output - 0.5) ** 2).backward()
    W.requires_grad_(), v.requires_grad_()
    x = torch.tensor([0.7, -1.2]).double()
    ((torch.tanh(W @ x) @ v - 0.5) ** 2).backward()
    found = [[w.grad for w in row] for row in ours_W]
    torch.testing.assert_close(torch.tensor(found).double(), W.grad, rtol=1e-6, atol=0)
    found = torch.tensor([w.grad for w in ours_v]).double()
    torch.testing.assert_close(found, v.grad, rtol=1e-6, atol=0)


def test_un_nombre_se_lit():
    x = Scalar(1.5)
    (x * 2).backward()
    assert repr(x) == "Scalar(1.5, grad=2)"
    assert math.isclose((2 / x).value, 4 / 3)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("value", ["3", None, True, torch.tensor(1.0)])
def test_une_valeur_qui_n_est_pas_un_nombre_est_refusee(value):
    with pytest.raises(TypeError, match="value doit être un nombre réel, reçu"):
        Scalar(value)
