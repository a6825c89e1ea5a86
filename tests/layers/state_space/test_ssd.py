"""SSD : récurrence, attention et morceaux font le même calcul."""

from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.layers.state_space import (
    selective_scan,
    ssd_chunked,
    ssd_matrix,
    ssd_quadratic,
    ssd_recurrence,
    ssd_step,
)
from cours_transformers.layers.state_space.ssd import segment_sums

NAMES = ("x", "delta", "A", "B", "C", "D", "state")


def signals(T=9, H=4, P=3, G=2, N=2, batch=2) -> list[torch.Tensor]:
    """x, Δ, A, B, C, D et un état de départ, en float64."""
    draw = partial(torch.randn, dtype=torch.double)
    delta = torch.rand(batch, T, H, dtype=torch.double) * 2
    A = -3 * torch.rand(H, dtype=torch.double)
    shared = [draw(batch, T, G, N) for _ in "BC"]
    return [draw(batch, T, H, P), delta, A, *shared, draw(H), draw(batch, H, P, N)]


def as_selective(x, delta, A, B, C, D, state):
    """La même chose par le balayage de Mamba : P canaux par tête, A et Δ répétés."""
    _, _, H, P = x.shape
    heads = []
    for h in range(H):
        g = h * B.shape[2] // H
        heads.append(
            selective_scan(
                x[:, :, h], delta[:, :, h, None].expand(-1, -1, P),
                A[h].expand(P, B.shape[-1]), B[:, :, g], C[:, :, g],
                D[h].expand(P), state[:, h],
            )
        )  # fmt: skip
    outputs, states = zip(*heads, strict=True)
    return torch.stack(outputs, 2), torch.stack(states, 1)


@pytest.mark.parametrize("G", [1, 2, 4])
def test_chaque_tete_est_un_balayage_selectif(G):
    arguments = signals(G=G)
    want = as_selective(*arguments)
    torch.testing.assert_close(ssd_recurrence(*arguments), want)
    torch.testing.assert_close(ssd_chunked(*arguments, chunk=4), want)


@given(T=st.integers(1, 40), chunk=st.integers(1, 45), G=st.sampled_from([1, 2]))
@settings(max_examples=40, deadline=None)
def test_les_morceaux_egalent_la_recurrence(T, chunk, G):
    """Le morceau peut ne pas diviser T, ou le dépasser."""
    arguments = signals(T, G=G)
    torch.testing.assert_close(
        ssd_chunked(*arguments, chunk=chunk), ssd_recurrence(*arguments)
    )


def test_l_attention_egale_la_recurrence():
    arguments = signals(T=17)[:-1]
    torch.testing.assert_close(ssd_quadratic(*arguments), ssd_recurrence(*arguments)[0])
    M = ssd_matrix(*arguments[1:5])
    assert (M.triu(1) == 0).all()


def test_sans_oubli_c_est_l_attention_lineaire():
    """A = 0 et Δ = 1 : M = CBᵀ sous le masque causal, sans softmax."""
    _, delta, A, B, C, _, _ = signals(G=4)
    M = ssd_matrix(torch.ones_like(delta), 0 * A, B, C)
    want = (C.transpose(1, 2) @ B.permute(0, 2, 3, 1)).tril()
    torch.testing.assert_close(M, want)


def gradients(run, arguments):
    arguments = [part.clone().requires_grad_() for part in arguments]
    y, state = run(*arguments)
    loss = (y * torch.arange(y.numel()).view_as(y)).sum() + state.sin().sum()
    return torch.autograd.grad(loss, arguments)


@pytest.mark.parametrize("chunk", [1, 4, 5, 13, 64])
def test_memes_gradients_que_la_recurrence(chunk):
    arguments = signals(T=13)
    want = gradients(ssd_recurrence, arguments)
    got = gradients(partial(ssd_chunked, chunk=chunk), arguments)
    for name, ours, theirs in zip(NAMES, got, want, strict=True):
        torch.testing.assert_close(ours, theirs, msg=name)


def test_gradients_contre_les_differences_finies():
    inputs = [p.requires_grad_() for p in signals(T=5, H=2, P=2, G=1, batch=1)]
    assert torch.autograd.gradcheck(partial(ssd_chunked, chunk=2), inputs)
    without_state = inputs[:-1]
    assert torch.autograd.gradcheck(ssd_quadratic, without_state)


def test_pas_a_pas_et_en_deux_fois_valent_d_un_trait():
    x, delta, A, B, C, D, start = signals(T=10)
    for state in (None, start):
        whole, last = ssd_chunked(x, delta, A, B, C, D, state, chunk=4)
        first, middle = ssd_chunked(
            x[:, :3], delta[:, :3], A, B[:, :3], C[:, :3], D, state, chunk=4
        )
        second, end = ssd_chunked(
            x[:, 3:], delta[:, 3:], A, B[:, 3:], C[:, 3:], D, middle, chunk=4
        )
        torch.testing.assert_close(torch.cat([first, second], 1), whole)
        torch.testing.assert_close(end, last)
        outputs = []
        for x_t, delta_t, B_t, C_t in zip(
            *(z.unbind(1) for z in (x, delta, B, C)), strict=True
        ):
            y, state = ssd_step(x_t, delta_t, A, B_t, C_t, D, state)
            outputs.append(y)
        torch.testing.assert_close(torch.stack(outputs, 1), whole)
        torch.testing.assert_close(state, last)


def test_le_futur_ne_change_pas_le_passe():
    """À chaque position, frontières de morceaux comprises."""
    arguments = signals(T=13)
    run = partial(ssd_chunked, chunk=4)
    before = run(*arguments)[0]
    for changed in range(1, 13):
        other = [part.clone() for part in arguments]
        for rank in (0, 1, 3, 4):
            other[rank][:, changed] += 0.5
        after = run(*other)[0]
        torch.testing.assert_close(after[:, :changed], before[:, :changed])
        assert ((after - before)[:, changed].abs() > 1e-9).all()


def test_les_sommes_de_segments_gardent_leurs_chiffres():
    """Après un pas énorme, une différence de sommes cumulées perdrait le petit."""
    x = torch.tensor([-1.0, -3e7, -0.5, -0.25])
    sums = segment_sums(x)
    assert sums[3, 1] == -0.75 and sums[2, 1] == -0.5 and sums[3, 3] == 0
    assert (x.cumsum(0)[3] - x.cumsum(0)[1]) != -0.75
    assert sums[0, 1] == -torch.inf


def test_long_et_extreme_en_float32():
    """T = 8 192, Δ de 0 à 10⁴ : comme en float64, et des gradients finis."""
    T = 8192
    x, _, _, B, C, D, _ = signals(T, H=2, P=2, G=1, N=2, batch=1)
    choices = torch.tensor([0.0, 1e-12, 1e-4, 0.01, 1.0, 1e4]).double()
    delta = choices[torch.randint(6, (1, T, 2))]
    arguments = [x, delta, torch.tensor([-1.0, -100.0]).double(), B, C, D]
    exact = ssd_chunked(*arguments)[0]
    single = [part.float().requires_grad_() for part in arguments]
    y, _ = ssd_chunked(*single)
    error = (y.double() - exact).abs().amax(dim=(0, 1)) / exact.abs().amax(dim=(0, 1))
    assert error.max() < 1e-4
    grads = torch.autograd.grad(y.mean(), single)
    assert all(g.isfinite().all() for g in grads)


@pytest.mark.sans_jaxtyping
def test_refuse_en_francais():
    x, delta, A, B, C, D, state = signals()
    with pytest.raises(ValueError, match="fini et positif ; reçu"):
        ssd_chunked(x, delta - 3, A, B, C)
    with pytest.raises(ValueError, match="G = 3 et H = 4"):
        ssd_recurrence(x, delta, A, *(z[:, :, [0, 1, 1]] for z in (B, C)))
    with pytest.raises(ValueError, match=r"A .*\(H,\) = \(4,\) ; reçu \(3,\)"):
        ssd_quadratic(x, delta, A[:3], B, C)
    with pytest.raises(ValueError, match=r"C .*= \(2, 9, 2, 2\) ; reçu \(2, 8, 2, 2\)"):
        ssd_chunked(x, delta, A, B, C[:, :8])
    with pytest.raises(ValueError, match=r"state .*\(2, 4, 3, 2\) ; reçu \(2, 4, 2"):
        ssd_chunked(x, delta, A, B, C, D, state.mT)
    with pytest.raises(ValueError, match="chunk doit valoir au moins 1 ; reçu 0"):
        ssd_chunked(x, delta, A, B, C, chunk=0)
    with pytest.raises(ValueError, match=r"x doit .*\(B, T, H, P\), sans axe vide"):
        ssd_chunked(x[:, :0], delta[:, :0], A, B[:, :0], C[:, :0])
