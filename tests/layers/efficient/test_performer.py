"""Performer : noyau sans biais, variance prédite, sortie qui converge."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import hyp1f1

from cours_transformers.kernels.attention import attention
from cours_transformers.layers.efficient import (
    Performer,
    kernel_variance,
    positive_features,
    random_projection,
    trigonometric_features,
)
from cours_transformers.layers.efficient.random_features import _hypergeometric


def estimations(q, k, m, n, orthogonal, features=positive_features):
    """N estimations indépendantes du noyau, m lignes chacune, d'un seul tirage."""
    d = len(q)
    whole = -(-m // d) * d  # des groupes entiers, dont on garde m lignes
    w = random_projection(
        n * whole, d, orthogonal=orthogonal, dtype=q.dtype,
        generator=torch.Generator().manual_seed(3),
    )  # fmt: skip
    w = w.view(n, whole, d)[:, :m].reshape(n * m, d)
    products = features(q, w) * features(k, w) * n  # 1/m au lieu de 1/(n m)
    if len(products) == 2 * len(w):  # cosinus, puis sinus
        products = products.view(2, -1).sum(0)
    return products.view(n, m).sum(-1)


def un_couple(d=4, size=0.5):
    generator = torch.Generator().manual_seed(1)
    return size * torch.randn(2, d, generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("orthogonal", [False, True])
@pytest.mark.parametrize("m", [1, 4, 6, 8])
def test_le_noyau_est_estime_sans_biais_et_avec_la_variance_prevue(m, orthogonal):
    (q, k), n = un_couple(), 20_000
    drawn = estimations(q, k, m, n, orthogonal)
    exact = math.exp(q @ k / math.sqrt(len(q)))
    predicted = kernel_variance(q, k, m, orthogonal=orthogonal)
    assert abs(drawn.mean() - exact) < 4 * math.sqrt(predicted / n)
    assert drawn.var().item() == pytest.approx(predicted, rel=0.1)


def test_l_orthogonalite_diminue_la_variance():
    q, k = un_couple()
    ratios = [
        kernel_variance(q, k, m) / kernel_variance(q, k, m, orthogonal=False)
        for m in (1, 2, 4, 8)
    ]
    assert ratios[0] == pytest.approx(1)  # une seule ligne n'est orthogonale à rien
    assert ratios[1] < 1 and ratios[2] < ratios[1]
    assert ratios[3] == pytest.approx(ratios[2])  # deux groupes indépendants
    # Mesuré sur les mêmes tirages, et pas seulement prédit.
    iid, ortho = (estimations(q, k, 4, 20_000, o).var() for o in (False, True))
    assert ortho < 0.95 * iid


def test_la_covariance_compte_chaque_couple_dans_les_deux_sens():
    """Un groupe entier de seize lignes : l'orthogonalité retire un cinquième."""
    q = torch.full((16,), 0.2, dtype=torch.float64)
    predicted = kernel_variance(q, q, 16)
    assert predicted < 0.83 * kernel_variance(q, q, 16, orthogonal=False)
    drawn = estimations(q, q, 16, 20_000, True)
    assert drawn.var().item() == pytest.approx(predicted, rel=0.05)


@pytest.mark.parametrize("d", [1, 2, 5, 16])
@pytest.mark.parametrize("z", [0.0, 0.3, 4.0])
def test_la_serie_est_celle_de_scipy(d, z):
    assert _hypergeometric(d, z) == pytest.approx(hyp1f1(d, d / 2, z))


@pytest.mark.parametrize(("m", "d"), [(3, 5), (5, 5), (12, 5), (4, 1)])
def test_les_lignes_sont_orthogonales_par_groupes(m, d):
    generator = torch.Generator().manual_seed(0)
    w = random_projection(m, d, generator=generator, dtype=torch.float64)
    assert w.shape == (m, d)
    for start in range(0, m, d):
        block = w[start : start + d]
        gram = block @ block.T
        torch.testing.assert_close(gram, gram.diagonal().diag(), atol=1e-10, rtol=0)


def test_une_ligne_orthogonale_garde_la_loi_gaussienne():
    generator = torch.Generator().manual_seed(0)
    drawn = random_projection(12_000, 3, generator=generator).view(4000, 3, 3)
    assert (drawn.mean(0).abs() < 0.07).all()
    second = torch.einsum("nij,nik->ijk", drawn, drawn) / len(drawn)
    assert (second - torch.eye(3)).abs().max() < 0.09
    assert (drawn**4).mean(0).sub(3).abs().max() < 0.6  # kurtosis d'une gaussienne


def test_les_features_trigonometriques_sont_sans_biais_mais_signees():
    q, k = un_couple(size=1.2)
    q = -k  # un petit noyau : c'est là qu'elles deviennent négatives
    exact = math.exp(q @ k / math.sqrt(len(q)))
    drawn = estimations(q, k, 4, 3000, False, trigonometric_features)
    assert abs(drawn.mean() - exact) < 4 * drawn.std() / math.sqrt(3000)
    assert (drawn < 0).double().mean() > 0.05
    assert (estimations(q, k, 4, 100, False) > 0).all()


def test_la_sortie_converge_sans_etre_exacte():
    q, k, v = torch.randn(3, 1, 2, 16, 4, dtype=torch.float64) * 0.5
    exact = attention(q, k, v)
    errors = []
    for m in (16, 256, 4096):
        outputs = [Performer(4, m, seed=s)(q, k, v) - exact for s in range(6)]
        errors.append(torch.stack(outputs).square().mean().sqrt().item())
    assert errors[0] > 2 * errors[1] > 4 * errors[2] > 1e-6


def test_la_sortie_est_biaisee_quand_m_est_petit():
    """Moyenne de quotients, et non quotient de moyennes."""
    q, k = torch.full((1, 1, 1, 1), 1.5).double(), torch.tensor([[[[1.5], [-1.5]]]])
    k = k.double()
    v = torch.tensor([[[[1.0], [0.0]]]]).double()
    outputs = torch.cat([Performer(1, 1, seed=s)(q, k, v) for s in range(200)])
    error = outputs.std() / math.sqrt(200)
    assert (outputs.mean() - attention(q, k, v).squeeze()).abs() > 8 * error


def test_avec_une_seule_caracteristique_la_requete_ne_sert_a_rien():
    q, k, v = torch.randn(3, 1, 2, 7, 4, dtype=torch.float64)
    out = Performer(4, 1)(q, k, v)
    torch.testing.assert_close(out, Performer(4, 1)(-2 * q, k, v))
    assert out.std(dim=-2).max() < 1e-12 < attention(q, k, v).std(dim=-2).min()


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("form", ["quadratic", "recurrent", "chunked"])
@pytest.mark.parametrize("m", [3, 8])  # impair, et plus grand que D
def test_la_stabilisation_ne_change_pas_la_sortie(causal, form, m):
    q, k, v = torch.randn(3, 2, 2, 9, 4, dtype=torch.float64)
    layer = Performer(4, m, form=form, chunk=4)
    w = layer.projection.double()
    weights = positive_features(q, w) @ positive_features(k, w).mT
    weights = weights.tril() if causal else weights
    expected = weights @ v / weights.sum(-1, keepdim=True)
    torch.testing.assert_close(layer(q, k, v, causal=causal), expected)


def test_de_grandes_normes_ne_debordent_pas():
    q, k, v = torch.randn(3, 1, 1, 8, 4) * torch.tensor([60.0, 60, 1]).view(
        3, 1, 1, 1, 1
    )
    q.requires_grad_()
    out = Performer(4, 16)(q, k, v, causal=True)
    out.sum().backward()
    assert out.isfinite().all() and q.grad.isfinite().all()


def test_le_gradient_de_la_sortie_est_celui_des_features_nues():
    q, k, v = torch.randn(3, 1, 1, 5, 3, dtype=torch.float64)
    q.requires_grad_(), k.requires_grad_()
    layer = Performer(3, 4)
    w = layer.projection.double()
    weights = positive_features(q, w) @ positive_features(k, w).mT
    plain = (weights @ v / weights.sum(-1, keepdim=True)).sin().sum()
    ours = layer(q, k, v).sin().sum()
    for one, two in zip(
        torch.autograd.grad(ours, (q, k)), torch.autograd.grad(plain, (q, k)),
        strict=True,
    ):  # fmt: skip
        torch.testing.assert_close(one, two)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 999), m=st.integers(1, 20))
def test_les_poids_restent_positifs_et_somment_a_un(seed, m):
    torch.manual_seed(seed)
    q, k = torch.randn(2, 1, 1, 6, 4)
    weights = Performer(4, m, seed=seed).weights(q, k)
    assert (weights >= 0).all()
    torch.testing.assert_close(weights.sum(-1), torch.ones(1, 1, 6))


def test_retirer_les_features_les_change_a_graine_egale_non():
    one, two = Performer(4, 8, seed=1), Performer(4, 8, seed=1)
    assert torch.equal(one.projection, two.projection)
    two.redraw(2)
    assert not torch.equal(one.projection, two.projection)
    assert "projection" in one.state_dict() and not list(one.parameters())


@pytest.mark.sans_jaxtyping
def test_refus():
    with pytest.raises(ValueError, match="n_features doit valoir au moins 1 ; reçu 0"):
        Performer(4, 0)
    with pytest.raises(TypeError, match="d_head doit être un entier"):
        Performer(4.0, 8)
    with pytest.raises(ValueError, match="q doit avoir la dimension d_head = 4"):
        Performer(4, 8)(*torch.randn(3, 1, 1, 5, 6))
