"""Modèle d'état à réglages fixes : la récurrence égale la convolution."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from cours_transformers.layers.state_space import (
    causal_convolution,
    discretize,
    lti_convolution,
    lti_kernel,
    lti_recurrence,
)


def system(d: int, N: int) -> list[torch.Tensor]:
    """Ā, B̄ et C d'un système stable, en float64."""
    delta = torch.rand(d, dtype=torch.double) + 0.01
    A = -3 * torch.rand(d, N, dtype=torch.double)
    a_bar, b_bar = discretize(delta, A, torch.randn(d, N, dtype=torch.double))
    return [a_bar, b_bar, torch.randn(d, N, dtype=torch.double)]


@given(T=st.integers(1, 40), d=st.integers(1, 4), N=st.integers(1, 5))
@settings(max_examples=30, deadline=None)
def test_la_recurrence_est_une_convolution(T, d, N):
    x = torch.randn(2, T, d, dtype=torch.double)
    matrices = system(d, N)
    torch.testing.assert_close(
        lti_convolution(x, *matrices), lti_recurrence(x, *matrices)[0]
    )


def test_les_gradients_aussi():
    inputs = [torch.randn(2, 12, 3, dtype=torch.double), *system(3, 4)]
    for part in inputs:
        part.requires_grad_()
    weights = torch.randn(2, 12, 3, dtype=torch.double)
    losses = [
        (weights * y).sum()
        for y in (lti_convolution(*inputs), lti_recurrence(*inputs)[0])
    ]
    got, want = (torch.autograd.grad(loss, inputs) for loss in losses)
    torch.testing.assert_close(got, want)


def test_le_noyau_est_la_reponse_a_une_impulsion():
    matrices = system(3, 4)
    impulse = torch.zeros(1, 9, 3, dtype=torch.double)
    impulse[:, 0] = 1
    kernel = lti_kernel(*matrices, 9)
    torch.testing.assert_close(kernel.T[None], lti_recurrence(impulse, *matrices)[0])
    _, b_bar, C = matrices
    torch.testing.assert_close(kernel[:, 0], (C * b_bar).sum(1))  # âge 0 : sans Ā


def test_la_fft_est_la_convolution_de_pytorch():
    x, kernel = torch.randn(2, 11, 3).double(), torch.randn(3, 11).double()
    padded = F.pad(x.mT, (10, 0))
    want = F.conv1d(padded, kernel.flip(1)[:, None], groups=3).mT
    torch.testing.assert_close(causal_convolution(x, kernel), want)


def test_le_futur_ne_change_pas_le_passe():
    """Sans les 2T places, la fin de la suite retomberait sur son début."""
    matrices, x = system(3, 4), torch.randn(1, 10, 3, dtype=torch.double)
    changed = x.clone()
    changed[:, 6] += 100
    before, after = lti_convolution(x, *matrices), lti_convolution(changed, *matrices)
    torch.testing.assert_close(after[:, :6], before[:, :6])
    assert (after[:, 6:] - before[:, 6:]).abs().amax(dim=(0, 2)).min() > 1e-6


def test_l_etat_porte_d_un_morceau_au_suivant():
    matrices, x = system(3, 4), torch.randn(2, 10, 3, dtype=torch.double)
    whole, last = lti_recurrence(x, *matrices)
    first, state = lti_recurrence(x[:, :4], *matrices)
    second, state = lti_recurrence(x[:, 4:], *matrices, state)
    torch.testing.assert_close(torch.cat([first, second], 1), whole)
    torch.testing.assert_close(state, last)


def test_un_reservoir_qui_fuit_tend_vers_son_equilibre():
    """Sous x = 1, h' = −h/τ + x mène h à τ, quelle que soit la durée du pas."""
    tau, ones = 4.0, torch.ones(1, 400, 1, dtype=torch.double)
    rate, one = torch.full((1, 1), -1 / tau).double(), torch.ones(1, 1).double()
    for delta in (0.1, 1.0, 5.0):
        a_bar, b_bar = discretize(torch.full((1,), delta).double(), rate, one)
        y, _ = lti_recurrence(ones, a_bar, b_bar, one)
        at = min(400, round(tau / delta)) or 1
        t = torch.tensor(at * delta).double()
        torch.testing.assert_close(y[0, at - 1, 0], tau * -torch.expm1(-t / tau))
        assert y[0, -1, 0] == pytest.approx(tau, rel=1e-3)


@pytest.mark.sans_jaxtyping
def test_refuse_en_francais():
    a, b, C = system(3, 4)
    x = torch.randn(2, 5, 3).double()
    with pytest.raises(ValueError, match=r"x doit avoir .*\(B, T, d\).*\(2, 0, 3"):
        lti_recurrence(x[:, :0], a, b, C)
    with pytest.raises(ValueError, match=r"a_bar .*= \(2, 4\) ; reçu \(3, 4\)"):
        lti_recurrence(x[..., :2], a, b, C)
    with pytest.raises(ValueError, match=r"C doit avoir .* \(3, 4\) ; reçu \(3, 3\)"):
        lti_convolution(x, a, b, C[:, :3])
    with pytest.raises(ValueError, match=r"kernel .*= \(3, 5\) ; reçu \(3, 4\)"):
        causal_convolution(x, torch.ones(3, 4).double())
    with pytest.raises(ValueError, match="T doit valoir au moins 1 ; reçu 0"):
        lti_kernel(a, b, C, 0)
    with pytest.raises(TypeError, match=r"T doit être un entier ; reçu 2\.0"):
        lti_kernel(a, b, C, 2.0)
    with pytest.raises(TypeError, match="x doit être un tenseur flottant ; reçu list"):
        lti_recurrence([1.0], a, b, C)
