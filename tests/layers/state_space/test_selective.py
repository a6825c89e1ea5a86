"""Le balayage sélectif : définition, matrice, tranches, pas seul, durées extrêmes."""

from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.layers.state_space import (
    FORMS,
    METHODS,
    discretize,
    lti_recurrence,
    selective_matrix,
    selective_scan,
    selective_step,
    sliced_scan,
)

NAMES = ("x", "delta", "A", "B", "C", "D", "state")


def signals(T: int = 9, d: int = 3, N: int = 2, batch: int = 2) -> list[torch.Tensor]:
    """x, Δ, A, B, C, D et un état de départ, en float64."""
    draw = partial(torch.randn, dtype=torch.double)
    delta = torch.rand(batch, T, d, dtype=torch.double) * 2
    A = -3 * torch.rand(d, N, dtype=torch.double)
    return [draw(batch, T, d), delta, A, draw(batch, T, N), draw(batch, T, N), draw(d),
            draw(batch, d, N)]  # fmt: skip


def definition(x, delta, A, B, C, D, state, method="mamba"):
    """Nombre par nombre, en boucles, à partir de la seule discrétisation."""
    y, state = torch.empty_like(x), state.clone()
    for b in range(x.shape[0]):
        for t in range(x.shape[1]):
            for c in range(x.shape[2]):
                a_bar, b_bar = discretize(
                    delta[b, t, c : c + 1], A[c : c + 1], B[b, t][None], method
                )
                state[b, c] = a_bar[0] * state[b, c] + b_bar[0] * x[b, t, c]
                y[b, t, c] = C[b, t] @ state[b, c] + D[c] * x[b, t, c]
    return y, state


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("method", METHODS)
def test_chaque_forme_suit_la_definition(form, method):
    arguments = signals()
    got = selective_scan(*arguments, form=form, method=method)
    torch.testing.assert_close(got, definition(*arguments, method))


def gradients(run, arguments):
    arguments = [part.clone().requires_grad_() for part in arguments]
    y, state = run(*arguments)
    loss = (y * torch.arange(y.numel()).view_as(y)).sum() + state.sin().sum()
    return torch.autograd.grad(loss, arguments)


@pytest.mark.parametrize("T", [1, 8, 13])
def test_les_formes_ont_les_memes_gradients(T):
    arguments = signals(T)
    want = gradients(partial(selective_scan, form="sequential"), arguments)
    runs = [partial(selective_scan, form=form) for form in FORMS]
    runs += [
        partial(sliced_scan, length=length, recompute=recompute)
        for length in (1, 4, 50)
        for recompute in (False, True)
    ]
    for run in runs:
        for name, ours, theirs in zip(
            NAMES, gradients(run, arguments), want, strict=True
        ):
            torch.testing.assert_close(ours, theirs, msg=f"{run.keywords} : {name}")


@pytest.mark.parametrize("method", METHODS)
def test_gradients_contre_les_differences_finies(method):
    inputs = [part.requires_grad_() for part in signals(T=4, batch=1)]
    assert torch.autograd.gradcheck(partial(selective_scan, method=method), inputs)


@given(T=st.integers(1, 30), length=st.integers(1, 35), recompute=st.booleans())
@settings(max_examples=30, deadline=None)
def test_toute_tranche_convient(T, length, recompute):
    arguments = signals(T)
    got = sliced_scan(*arguments, length=length, recompute=recompute)
    torch.testing.assert_close(got, selective_scan(*arguments))


@pytest.mark.parametrize("method", METHODS)
def test_la_matrice_fait_le_meme_calcul(method):
    x, delta, A, B, C, _, _ = signals(T=11)
    M = selective_matrix(delta, A, B, C, method=method)
    assert (M.triu(1) == 0).all()
    want = selective_scan(x, delta, A, B, C, method=method)[0]
    torch.testing.assert_close((M @ x.mT[..., None]).squeeze(-1).mT, want)


@pytest.mark.parametrize("method", METHODS)
def test_pas_a_pas_vaut_d_un_trait(method):
    x, delta, A, B, C, D, start = signals()
    for state in (None, start):
        whole, last = selective_scan(x, delta, A, B, C, D, state, method=method)
        outputs = []
        for now in zip(*(z.unbind(1) for z in (x, delta, B, C)), strict=True):
            x_t, delta_t, B_t, C_t = now
            y, state = selective_step(
                x_t, delta_t, A, B_t, C_t, D, state, method=method
            )
            outputs.append(y)
        torch.testing.assert_close(torch.stack(outputs, 1), whole)
        torch.testing.assert_close(state, last)


def test_signaux_constants_on_retrouve_le_modele_a_reglages_fixes():
    x, delta, A, B, C, _, state = signals()
    delta, B, C = (z[:1, :1].expand_as(z) for z in (delta, B, C))
    a_bar, b_bar = discretize(delta[0, 0], A, B[0, :1])
    got = selective_scan(x, delta, A, B, C, None, state, method="zoh")
    per_channel = C[0, :1].expand_as(A)
    torch.testing.assert_close(got, lti_recurrence(x, a_bar, b_bar, per_channel, state))


def test_une_duree_nulle_saute_le_pas():
    """Δ = 0 : l'état traverse, et ce que vaut x à ce pas n'y change rien."""
    arguments = signals()
    arguments[1][:, 4] = 0
    x = arguments[0].clone()
    x[:, 4] += 100
    before = selective_scan(*arguments)
    after = selective_scan(x, *arguments[1:])
    torch.testing.assert_close(after[0][:, 5:], before[0][:, 5:])
    torch.testing.assert_close(after[1], before[1])


def test_une_grande_duree_oublie_tout_le_passe():
    arguments = signals()
    arguments[1][:, 4], arguments[2] = 1e4, arguments[2] - 1
    other = arguments[0].clone()
    other[:, :4] += 100
    before = selective_scan(*arguments)[0]
    after = selective_scan(other, *arguments[1:])[0]
    torch.testing.assert_close(after[:, 5:], before[:, 5:])


@pytest.mark.parametrize("method", ["zoh", "mamba"])
def test_le_futur_ne_change_pas_le_passe(method):
    arguments = signals(T=20)
    for changed in (1, 8, 16):
        other = [part.clone() for part in arguments]
        for rank in (0, 1, 3, 4):
            other[rank][:, changed] += 0.5
        for form in FORMS:
            run = partial(selective_scan, form=form, method=method)
            before, after = run(*arguments)[0], run(*other)[0]
            torch.testing.assert_close(after[:, :changed], before[:, :changed])
            assert ((after - before)[:, changed].abs() > 1e-9).all()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("method", ["zoh", "mamba"])
def test_long_et_extreme_en_float32(form, method):
    """T = 8 192, Δ de 0 à 10⁴ : comme en float64, et des gradients finis."""
    T = 8192
    x, _, _, B, C, D, _ = signals(T, d=4, N=2, batch=1)
    choices = torch.tensor([0.0, 1e-12, 1e-4, 0.01, 1.0, 1e4]).double()
    delta = choices[torch.randint(6, (1, T, 4))]
    A = torch.tensor([[-1.0, -16.0], [0.0, -1e-8], [-1e-3, -100.0], [-1.0, -2.0]])
    delta[..., 1] /= 1e3  # A = 0 n'oublie rien : l'état ne doit pas dépasser float32
    arguments = [x, delta, A.double(), B, C, D]
    exact = selective_scan(*arguments, method=method)[0]
    single = [part.float().requires_grad_() for part in arguments]
    y, _ = selective_scan(*single, form=form, method=method)
    error = (y.double() - exact).abs().amax(dim=(0, 1)) / exact.abs().amax(dim=(0, 1))
    assert error.max() < 1e-4
    grads = torch.autograd.grad(y.mean(), single)
    assert all(g.isfinite().all() for g in grads)


def test_recalculer_garde_moins():
    """Ce que retient la passe avant : T d N états, ou presque rien."""
    arguments = [part.requires_grad_() for part in signals(256, d=8, N=16, batch=1)]
    kept = {}
    for recompute in (False, True):
        sizes = []
        with torch.autograd.graph.saved_tensors_hooks(
            lambda x, sizes=sizes: sizes.append(x.numel()) or x, lambda x: x
        ):
            sliced_scan(*arguments, length=32, recompute=recompute)
        kept[recompute] = sum(sizes)
    assert kept[False] > 3 * 256 * 8 * 16
    assert kept[True] < 256 * 8 * 16


@pytest.mark.sans_jaxtyping
def test_refuse_en_francais():
    x, delta, A, B, C, D, state = signals()
    with pytest.raises(ValueError, match=r"fini et positif ; reçu .* de -1.0 à "):
        selective_scan(x, delta.clamp(max=0) - 1, A, B, C)
    with pytest.raises(ValueError, match="fini et positif ; reçu"):
        selective_step(x[:, 0], delta[:, 0] - 9, A, B[:, 0], C[:, 0])
    with pytest.raises(ValueError, match=r"delta .*= \(2, 9, 3\) ; reçu \(2, 8"):
        selective_scan(x, delta[:, :8], A, B, C)
    with pytest.raises(ValueError, match=r"C .*= \(2, 9, 2\) ; reçu \(2, 9, 1"):
        selective_scan(x, delta, A, B, C[..., :1])
    with pytest.raises(ValueError, match=r"A .*\(d, N\) = \(3, 2\) ; reçu \(1, 2\)"):
        selective_scan(x, delta, A[:1], B, C)
    with pytest.raises(ValueError, match=r"D .*\(d,\) = \(3,\) ; reçu \(1,\)"):
        sliced_scan(x, delta, A, B, C, D[:1])
    with pytest.raises(ValueError, match=r"state .*= \(2, 3, 2\) ; reçu \(2, 2, 3\)"):
        selective_scan(x, delta, A, B, C, D, state.mT)
    with pytest.raises(ValueError, match="length doit valoir au moins 1 ; reçu 0"):
        sliced_scan(x, delta, A, B, C, length=0)
    with pytest.raises(ValueError, match="method doit être l'un de"):
        selective_scan(x, delta, A, B, C, method="tustin")
    with pytest.raises(ValueError, match="form doit être l'un de"):
        selective_scan(x, delta, A, B, C, form="boucle")
