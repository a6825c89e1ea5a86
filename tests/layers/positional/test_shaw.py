"""Vecteurs relatifs : boucles de l'article, forme naïve et skewing, bornes."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.layers.positional import Shaw
from cours_transformers.layers.positional.skewing import skew, unskew

LENGTHS = [(5, 5), (2, 6), (6, 2), (1, 4), (1, 1)]


def twins(max_distance=2, d_head=4):
    """Donne les deux formes, avec les mêmes vecteurs."""
    naive = Shaw(d_head, max_distance, form="naive").double()
    skewed = Shaw(d_head, max_distance, form="skewing").double()
    skewed.load_state_dict(naive.state_dict())
    return naive, skewed


def row(i, j, T, S, k):
    """Rend la ligne du vecteur de la distance de la requête i à la clé j, bornée."""
    return max(-k, min(k, j - (i + S - T))) + k


@pytest.mark.parametrize("form", ["naive", "skewing"])
@pytest.mark.parametrize(("T", "S"), LENGTHS)
def test_les_boucles_de_l_article(form, T, S):
    encoding = Shaw(4, 2, form).double()
    q, weights = torch.randn(2, 3, T, 4).double(), torch.rand(2, 3, T, S).double()
    bias, read = encoding.bias(q, S), encoding.read(weights)
    keys, values = encoding.key_vectors, encoding.value_vectors
    for i in range(T):
        rows = [row(i, j, T, S, 2) for j in range(S)]
        torch.testing.assert_close(bias[:, :, i], q[:, :, i] @ keys[rows].T / 2)  # √4
        torch.testing.assert_close(read[:, :, i], weights[:, :, i] @ values[rows])


@pytest.mark.parametrize("k", [1, 3, 20])
@pytest.mark.parametrize(("T", "S"), LENGTHS)
def test_les_deux_formes_sont_egales_gradients_compris(T, S, k):
    naive, skewed = twins(max_distance=k)
    q, weights = torch.randn(2, 3, T, 4).double(), torch.rand(2, 3, T, S).double()
    up, results = torch.randn(2, 3, T, 4).double(), []
    for encoding in (naive, skewed):
        inputs = [q.clone().requires_grad_(), weights.clone().requires_grad_()]
        bias, read = encoding.bias(inputs[0], S), encoding.read(inputs[1])
        (bias.sin().sum() + (read * up).sum()).backward()
        grads = [x.grad for x in (*inputs, *encoding.parameters())]
        assert all(grad.abs().sum() > 0 for grad in grads)
        results.append([bias, read, *grads])
    for one, other in zip(*results, strict=True):
        torch.testing.assert_close(one, other)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.integers(1, 7), st.integers(1, 7))
def test_le_skewing_range_chaque_distance_a_sa_cle(T, S):
    x = torch.randn(2, T, T + S - 1)
    y = skew(x, S)
    for i in range(T):
        for j in range(S):
            assert (y[:, i, j] == x[:, i, j - i + T - 1]).all()
    weights = torch.rand(2, T, S)
    assert torch.equal(skew(unskew(weights), S), weights)
    torch.testing.assert_close(unskew(weights).sum(-1), weights.sum(-1))


def test_au_dela_de_la_borne_toutes_les_distances_se_valent():
    encoding, q = Shaw(4, max_distance=2), torch.randn(1, 1, 7, 4)
    last = encoding.bias(q, 7)[0, 0, -1]  # distances 6, 5, 4, 3, 2, 1, 0
    torch.testing.assert_close(last[:5], last[:1].expand(5))
    assert last[4:].unique().numel() == 3


def test_l_echelle_est_celle_des_scores():
    encoding, q, k = Shaw(4, 3), torch.randn(1, 1, 5, 4), torch.randn(1, 1, 5, 4)
    relative = encoding.key_vectors[[row(4, j, 5, 5, 3) for j in range(5)]]
    whole = (k[0, 0] + relative) @ q[0, 0, 4] / math.sqrt(4)
    content = k[0, 0] @ q[0, 0, 4] / math.sqrt(4)
    torch.testing.assert_close(content + encoding.bias(q, 5)[0, 0, 4], whole)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0,), "d_head doit valoir au moins 1 ; reçu 0"),
        ((4, 0), "max_distance doit valoir au moins 1 ; reçu 0"),
        ((4, 2, "lente"), "form.*« skewing », « naive » ; reçu 'lente'"),
    ],
)
def test_reglages_refuses(arguments, message):
    with pytest.raises(ValueError, match=message):
        Shaw(*arguments)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("form", ["naive", "skewing"])
def test_requetes_refusees(form):
    encoding = Shaw(4, 2, form)
    with pytest.raises(ValueError, match=r"q.*longueur, 4\).*reçu \(1, 2, 3, 8\)"):
        encoding.bias(torch.randn(1, 2, 3, 8), 3)
    with pytest.raises(ValueError, match="sans axe vide"):
        encoding.bias(torch.randn(1, 2, 0, 4), 3)
    with pytest.raises(ValueError, match="S doit valoir au moins 1 ; reçu 0"):
        encoding.bias(torch.randn(1, 2, 3, 4), 0)
