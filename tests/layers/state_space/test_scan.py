"""Le balayage : son opérateur, ses formes égales, sa passe arrière écrite à la main."""

from functools import partial

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.layers.state_space import (
    FORMS,
    chunked_scan,
    combine,
    linear_scan,
    sequential_scan,
)
from cours_transformers.layers.state_space.adjoint import scan_and_last

forms = pytest.mark.parametrize("form", FORMS)


def steps(T: int, *state: int, batch: int = 2) -> tuple[torch.Tensor, torch.Tensor]:
    """Des pas quelconques en float64, a de tout signe."""
    a = 2 * torch.rand(batch, T, *state, dtype=torch.double) - 1
    return a, torch.randn(batch, T, *state, dtype=torch.double)


def by_hand(a, b, h):
    """La récurrence, nombre par nombre, sans rien du paquet."""
    states = torch.empty_like(b)
    for t in range(b.shape[1]):
        h = a[:, t] * h + b[:, t]
        states[:, t] = h
    return states


def test_combiner_c_est_faire_un_pas_puis_l_autre():
    h, (a, b) = torch.randn(5).double(), steps(2, 5, batch=1)
    first, then = ((a[0, i], b[0, i]) for i in range(2))
    a12, b12 = combine(first, then)
    torch.testing.assert_close(
        a12 * h + b12, a[0, 1] * (a[0, 0] * h + b[0, 0]) + b[0, 1]
    )


def test_l_operateur_est_associatif_mais_pas_commutatif():
    p, q, r = ((a[0, 0], b[0, 0]) for a, b in (steps(1, 7, batch=1) for _ in range(3)))
    torch.testing.assert_close(combine(combine(p, q), r), combine(p, combine(q, r)))
    assert not torch.allclose(combine(p, q)[1], combine(q, p)[1])
    one = (torch.ones(7).double(), torch.zeros(7).double())
    torch.testing.assert_close(combine(one, p), p)
    torch.testing.assert_close(combine(p, one), p)


@forms
@given(T=st.integers(1, 70), seed=st.integers(0, 999), with_state=st.booleans())
@settings(max_examples=25, deadline=None)
def test_chaque_forme_suit_la_recurrence(form, T, seed, with_state):
    torch.manual_seed(seed)
    (a, b), state = steps(T, 3, 2), torch.randn(2, 3, 2).double()
    want = by_hand(a, b, state if with_state else 0 * state)
    got = linear_scan(a, b, state if with_state else None, form)
    torch.testing.assert_close(got, want)


@given(T=st.integers(1, 40), chunk=st.integers(1, 45))
@settings(max_examples=30, deadline=None)
def test_toute_taille_de_morceau_convient(T, chunk):
    """Le morceau peut ne pas diviser T, ou le dépasser."""
    a, b = steps(T, 3)
    torch.testing.assert_close(chunked_scan(a, b, chunk), sequential_scan(a, b))


@forms
@pytest.mark.parametrize("T", [1, 2, 7, 16, 33])
def test_les_gradients_sont_ceux_de_la_boucle(form, T):
    """Deux passes arrière : la nôtre, et la dérivation automatique de la forme."""
    inputs = [x.requires_grad_() for x in (*steps(T, 3), torch.randn(2, 3).double())]
    a, b, state = inputs
    want = by_hand_graph(a, b, state)
    weights = torch.randn_like(want)
    want_grads = torch.autograd.grad((weights * want).sum(), inputs)
    got = linear_scan(a, b, state, form)
    torch.testing.assert_close(
        torch.autograd.grad((weights * got).sum(), inputs), want_grads
    )
    first = torch.cat([(b[:, 0] + a[:, 0] * state)[:, None], b[:, 1:]], dim=1)
    plain = (weights * FORMS[form](a, first)).sum()
    torch.testing.assert_close(torch.autograd.grad(plain, inputs), want_grads)


def by_hand_graph(a, b, h):
    states = []
    for t in range(b.shape[1]):
        h = a[:, t] * h + b[:, t]
        states.append(h)
    return torch.stack(states, 1)


@forms
def test_gradient_et_gradient_du_gradient(form):
    inputs = [x.requires_grad_() for x in (*steps(5, 2), torch.randn(2, 2).double())]
    scan = partial(scan_and_last, form=form)  # les états, et le dernier seul
    assert torch.autograd.gradcheck(scan, inputs)
    assert torch.autograd.gradgradcheck(scan, inputs)


def test_la_passe_arriere_ne_garde_que_deux_tenseurs():
    """La dérivation automatique de Hillis–Steele garde au moins ses log₂ T étapes."""
    a, b = (x.requires_grad_() for x in steps(256, 4))
    kept = {}
    for name, scan in (
        ("à la main", partial(linear_scan, form="hillis_steele")),
        ("automatique", FORMS["hillis_steele"]),
    ):
        sizes = []
        with torch.autograd.graph.saved_tensors_hooks(
            lambda x, sizes=sizes: sizes.append(x.numel()) or x, lambda x: x
        ):
            scan(a, b)
        kept[name] = sum(sizes) / a.numel()
    assert kept["à la main"] == 2 + 1 / 256  # a et h, et l'état reçu
    assert kept["automatique"] > 8


@forms
def test_le_futur_ne_change_pas_le_passe(form):
    """Y compris de part et d'autre d'une frontière de morceau."""
    for changed in (1, 8, 15, 16, 30):
        a, b = steps(32, 3)
        before = linear_scan(a, b, form=form)
        a[:, changed], b[:, changed] = 0.3, 5.0
        after = linear_scan(a, b, form=form)
        torch.testing.assert_close(after[:, :changed], before[:, :changed])
        assert ((after - before)[:, changed].abs() > 1e-6).all()


@forms
def test_long_et_extreme_en_float32(form):
    """T = 8 192 : a tout près de 1, nul, minuscule ; ni infini, ni dérive."""
    T = 8192
    choices = torch.tensor([1.0, 1 - 1e-7, 0.999, 0.5, 1e-30, 0.0])
    a = choices[torch.randint(6, (1, T, 4))]
    a[..., 0] = 1.0  # une simple somme
    b = torch.randn(1, T, 4)
    b[0, 4000] = 1e4
    a, b = a.requires_grad_(), b.requires_grad_()
    h = linear_scan(a, b, form=form)
    exact = by_hand(
        a.detach().double(), b.detach().double(), torch.zeros(1, 4).double()
    )
    torch.testing.assert_close(h.double(), exact, rtol=1e-4, atol=1e-2)
    grads = torch.autograd.grad(h.sum(), (a, b))
    assert all(g.isfinite().all() for g in grads)


@pytest.mark.sans_jaxtyping
def test_refuse_en_francais():
    a, b = steps(5, 3)
    with pytest.raises(ValueError, match="sequential, hillis_steele, tree, chunked ;"):
        linear_scan(a, b, form="blelloch")
    with pytest.raises(ValueError, match=r"a doit avoir .*\(2, 5, 3\) ; reçu \(2, 4"):
        linear_scan(a[:, :4], b)
    with pytest.raises(ValueError, match=r"b doit .*sans axe vide ; reçu \(2, 0, 3\)"):
        linear_scan(a[:, :0], b[:, :0])
    with pytest.raises(ValueError, match=r"state doit .*\(2, 3\) ; reçu \(3,\)"):
        linear_scan(a, b, torch.zeros(3).double())
    with pytest.raises(TypeError, match=r"b doit être un tenseur .* reçu torch\.int64"):
        linear_scan(a, b.long())
    with pytest.raises(ValueError, match="chunk doit valoir au moins 1 ; reçu 0"):
        chunked_scan(a, b, 0)
    with pytest.raises(TypeError, match=r"chunk doit être un entier ; reçu 2\.5"):
        chunked_scan(a, b, 2.5)
