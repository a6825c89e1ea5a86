"""Linformer : exact si k = S et E = F = I, sinon un résumé."""

import pytest
import torch

from cours_transformers.kernels.attention import attention
from cours_transformers.layers.efficient import Linformer, linformer_attention


def des_tetes(T=7, S=9, D=4):
    return [torch.randn(2, 3, n, D, dtype=torch.float64) for n in (T, S, S)]


def test_avec_l_identite_c_est_l_attention_entiere():
    q, k, v = des_tetes()
    identity = torch.eye(9, dtype=torch.float64)
    torch.testing.assert_close(
        linformer_attention(q, k, v, identity, identity), attention(q, k, v)
    )
    layer = Linformer(9, 9).double()
    with torch.no_grad():
        layer.e.copy_(identity)
        layer.f.copy_(identity)
    torch.testing.assert_close(layer(q, k, v), attention(q, k, v))


def test_un_resume_suit_la_formule():
    q, k, v = des_tetes()
    e, f = torch.randn(2, 3, 9, dtype=torch.float64)
    scores = q @ (e @ k).mT / 2  # √D = 2
    torch.testing.assert_close(
        linformer_attention(q, k, v, e, f), scores.softmax(-1) @ (f @ v)
    )


def test_une_phrase_plus_courte_emploie_les_premieres_colonnes():
    layer, (q, k, v) = Linformer(20, 5).double(), des_tetes()
    torch.testing.assert_close(
        layer(q, k, v),
        linformer_attention(q, k, v, layer.e[:, :9], layer.f[:, :9]),
    )


def test_les_matrices_apprennent_et_se_partagent():
    shared, apart = Linformer(9, 4, shared=True), Linformer(9, 4)
    assert sum(p.numel() for p in shared.parameters()) == 4 * 9
    assert sum(p.numel() for p in apart.parameters()) == 2 * 4 * 9
    q, k, v = (x.float() for x in des_tetes())
    apart(q, k, v).square().sum().backward()
    assert apart.e.grad.abs().max() > 0 and apart.f.grad.abs().max() > 0


def test_gradcheck():
    e = torch.randn(2, 4, dtype=torch.float64, requires_grad=True)
    q, k, v = (x.requires_grad_() for x in torch.randn(3, 1, 1, 4, 2).double())
    assert torch.autograd.gradcheck(linformer_attention, (q, k, v, e, e))


def test_un_resume_a_la_variance_d_une_cle():
    layer, k = Linformer(256, 64), torch.randn(1, 1, 256, 8)
    assert (layer.e @ k).var().item() == pytest.approx(1, rel=0.2)


@pytest.mark.sans_jaxtyping
def test_refus():
    with pytest.raises(ValueError, match="rank doit être au plus"):
        Linformer(8, 9)
    with pytest.raises(ValueError, match="rank doit valoir au moins 1 ; reçu 0"):
        Linformer(8, 0)
    q, k, v = (x.float() for x in des_tetes(9, 9))
    with pytest.raises(ValueError, match="k doit avoir au plus"):
        Linformer(8, 4)(q, k, v)
    with pytest.raises(ValueError, match="Linformer ne sait pas cacher le futur"):
        Linformer(9, 4)(q, k, v, causal=True)
