"""Discrétisation : exacte, sans division par zéro ; ou approchée, à un ordre connu."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.layers.state_space import METHODS, discretize, phi


def exact(delta: float, a: float, b: float) -> tuple[float, float]:
    """Ā et B̄ par l'exponentielle d'une matrice, sans division (Van Loan, 1978)."""
    M = torch.tensor([[delta * a, delta * b], [0.0, 0.0]], dtype=torch.double)
    E = torch.linalg.matrix_exp(M)
    return E[0, 0].item(), E[0, 1].item()


def scalars(delta: float, a: float, b: float, method: str) -> tuple[float, float]:
    tensors = [torch.tensor([[z]], dtype=torch.double) for z in (a, b)]
    a_bar, b_bar = discretize(
        torch.tensor([delta], dtype=torch.double), *tensors, method
    )
    return a_bar.item(), b_bar.item()


speeds = st.one_of(
    st.floats(-50, 3), st.floats(-1e-3, 1e-3), st.sampled_from([0.0, -1e-12, -1e-300])
)


@given(delta=st.floats(1e-4, 5), a=speeds, b=st.floats(-3, 3))
@settings(max_examples=80, deadline=None)
def test_zoh_est_l_exponentielle_de_la_matrice(delta, a, b):
    got, want = scalars(delta, a, b, "zoh"), exact(delta, a, b)
    assert got == pytest.approx(want, rel=1e-9, abs=1e-12)


@given(delta=st.floats(1e-4, 5), a=speeds)
@settings(max_examples=40, deadline=None)
def test_zoh_deux_demi_pas_en_valent_un(delta, a):
    """Sous une entrée constante, couper un pas en deux ne change rien : c'est exact."""
    whole, half = scalars(delta, a, 1.0, "zoh"), scalars(delta / 2, a, 1.0, "zoh")
    assert half[0] ** 2 == pytest.approx(whole[0], rel=1e-9, abs=1e-300)
    assert half[0] * half[1] + half[1] == pytest.approx(whole[1], rel=1e-9)


def test_a_nulle_integre_l_entree():
    """A = 0 : l'état est l'intégrale de l'entrée, Ā = 1 et B̄ = ΔB, sans 0/0."""
    for method in METHODS:
        assert scalars(0.3, 0.0, 2.0, method) == pytest.approx((1.0, 0.6))


def test_la_formule_de_la_source_a_un_delta_de_trop():
    """A⁻¹(exp(ΔA) − I)·BΔ ne tend pas vers ΔB quand A → 0, mais vers Δ²B."""
    delta, a, b = 0.1, -1e-6, 1.0
    source = (math.exp(delta * a) - 1) / a * b * delta
    assert source == pytest.approx(delta**2, rel=1e-3)
    assert scalars(delta, a, b, "zoh")[1] == pytest.approx(delta, rel=1e-3)


@pytest.mark.parametrize(("method", "order"), [("mamba", 2), ("euler", 2)])
def test_les_regles_approchees_ont_une_erreur_en_delta_carre(method, order):
    errors = []
    for delta in (1e-2, 5e-3):
        got, want = scalars(delta, -2.0, 1.0, method), exact(delta, -2.0, 1.0)
        errors.append(abs(got[1] - want[1]))
    assert math.log2(errors[0] / errors[1]) == pytest.approx(order, abs=0.1)


def test_la_regle_de_mamba_est_stable_la_ou_euler_explose():
    delta, a = 1.0, -3.0
    assert abs(scalars(delta, a, 1.0, "euler")[0]) == 2  # 1 − 3
    assert 0 < scalars(delta, a, 1.0, "mamba")[0] < 1
    assert scalars(delta, a, 1.0, "mamba")[0] == scalars(delta, a, 1.0, "zoh")[0]


@given(z=st.floats(-1000, 5))
@settings(max_examples=100, deadline=None)
def test_phi_et_sa_derivee(z):
    """φ′(z) = Σ (k+1) zᵏ/(k+2)!, ou (eᶻ − φ)/z loin de 0 : les deux à 1e-9."""
    x = torch.tensor([z], dtype=torch.double, requires_grad=True)
    value = phi(x)
    (slope,) = torch.autograd.grad(value.sum(), x)
    if abs(z) < 0.5:
        want = sum(z**k / math.factorial(k + 1) for k in range(20))
        want_slope = sum((k + 1) * z**k / math.factorial(k + 2) for k in range(20))
    else:
        want = math.expm1(z) / z
        want_slope = (math.exp(z) - want) / z
    assert value.item() == pytest.approx(want, rel=1e-12)
    assert slope.item() == pytest.approx(want_slope, rel=1e-9)


@pytest.mark.parametrize("z", [0.0, 1e-30, -1e-8, 0.05, -0.05, -1e4, -1e30])
def test_phi_en_float32_reste_finie_et_derivable(z):
    x = torch.tensor([z], requires_grad=True)
    value = phi(x)
    (slope,) = torch.autograd.grad(value.sum(), x)
    assert (
        value.isfinite().all() and slope.isfinite().all() and value > 0 and slope >= 0
    )
    if abs(z) < 1e-6:
        torch.testing.assert_close((value, slope), (x * 0 + 1, x * 0 + 0.5))


@pytest.mark.parametrize("method", METHODS)
def test_gradients_de_la_discretisation(method):
    A = torch.tensor([[-1.0, 0.0], [-30.0, -1e-9]], dtype=torch.double)
    inputs = (
        torch.rand(2, 3, 2, dtype=torch.double) + 0.1,
        A,
        torch.randn(2, 3, 1, 2, dtype=torch.double),
    )
    for part in inputs:
        part.requires_grad_()
    assert torch.autograd.gradcheck(lambda *x: discretize(*x, method), inputs)


def test_un_pas_de_duree_nulle_ne_change_rien():
    A, B = -torch.rand(3, 4), torch.randn(3, 4)
    for method in METHODS:
        a_bar, b_bar = discretize(torch.zeros(3), A, B, method)
        assert (a_bar == 1).all() and (b_bar == 0).all()


@pytest.mark.sans_jaxtyping
def test_refuse_une_regle_ou_une_duree_impossible():
    delta, A, B = torch.ones(3), -torch.ones(3, 2), torch.ones(3, 2)
    with pytest.raises(ValueError, match="l'un de : zoh, mamba, euler ; reçu 'tustin'"):
        discretize(delta, A, B, "tustin")
    for wrong in (-0.5, math.nan, math.inf):
        with pytest.raises(ValueError, match="delta, un pas de temps, doit être fini"):
            discretize(torch.tensor([1.0, wrong, 1.0]), A, B)
