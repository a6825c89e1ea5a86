"""Attention additive : la formule de l'article, couple par couple."""

import pytest
import torch

from cours_transformers.layers.additive_attention import AdditiveAttention


def by_hand(layer, q, k):
    """Note chaque couple par v · tanh(W q + U k), avec deux boucles."""
    W, U = layer.q_proj.weight, layer.k_proj.weight
    v = layer.energy.weight[0]
    return torch.stack(
        [torch.stack([v @ torch.tanh(W @ a + U @ b) for b in k]) for a in q]
    )


def test_scores_poids_et_sortie_suivent_l_article():
    layer = AdditiveAttention(d_query=6, d_key=4, d_hidden=5).double()
    q, k, v = (torch.randn(n, d).double() for n, d in ((3, 6), (7, 4), (7, 2)))
    scores = by_hand(layer, q, k)
    torch.testing.assert_close(layer.scores(q, k), scores)
    weights = scores.exp() / scores.exp().sum(dim=1, keepdim=True)
    torch.testing.assert_close(layer.weights(q, k), weights)
    torch.testing.assert_close(layer(q, k, v), weights @ v)


def test_un_lot_donne_ce_que_donne_chaque_exemple():
    layer = AdditiveAttention(6, 4, 5)
    q, k, v = torch.randn(2, 3, 6), torch.randn(2, 7, 4), torch.randn(2, 7, 2)
    alone = [layer(*inputs) for inputs in zip(q, k, v, strict=True)]
    torch.testing.assert_close(layer(q, k, v), torch.stack(alone))


def test_le_masque_ecarte_des_cles_et_une_requete_aveugle_recoit_zero():
    layer = AdditiveAttention(6, 4, 5)
    q, k, v = torch.randn(3, 6), torch.randn(7, 4), torch.randn(7, 2)
    mask = torch.ones(3, 7, dtype=torch.bool)
    mask[:, 4:] = False
    mask[1] = False
    out = layer(q, k, v, mask)
    torch.testing.assert_close(out[[0, 2]], layer(q[[0, 2]], k[:4], v[:4]))
    assert not out[1].any()
    out.sum().backward()
    assert all(p.grad.isfinite().all() for p in layer.parameters())


def test_le_nombre_de_parametres():
    layer = AdditiveAttention(6, 4, 5)
    assert sum(p.numel() for p in layer.parameters()) == 5 * (6 + 4 + 1)


@pytest.mark.sans_jaxtyping
def test_des_largeurs_refusees():
    layer = AdditiveAttention(6, 4, 5)
    with pytest.raises(ValueError, match=r"k doit avoir 4 composantes ; reçu \(7, 3\)"):
        layer.scores(torch.randn(3, 6), torch.randn(7, 3))
    with pytest.raises(ValueError, match=r"q doit avoir 6 composantes ; reçu \(3, 4\)"):
        layer.scores(torch.randn(3, 4), torch.randn(7, 4))
