"""Le lissage des étiquettes : celui de PyTorch, et sa meilleure réponse."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from cours_transformers.training.label_smoothing import smoothed_cross_entropy


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 0.9), st.integers(2, 9), st.integers(0, 10_000))
def test_egal_a_pytorch_remplissage_compris(smoothing, V, seed):
    generator = torch.Generator().manual_seed(seed)
    logits = torch.randn(3, 5, V, generator=generator).double().requires_grad_()
    targets = torch.randint(V, (3, 5), generator=generator)
    targets[0, 0], targets[1, 3:] = 1, 0
    ours = smoothed_cross_entropy(logits, targets, smoothing, pad=0)
    theirs = F.cross_entropy(
        logits.mT, targets, label_smoothing=smoothing, ignore_index=0
    )
    torch.testing.assert_close(ours, theirs)
    gradients = [torch.autograd.grad(loss, logits)[0] for loss in (ours, theirs)]
    torch.testing.assert_close(*gradients)
    assert not gradients[0][1, 3:].any()


def test_sans_lissage_c_est_l_entropie_croisee():
    logits, targets = torch.randn(4, 6), torch.randint(6, (4,))
    torch.testing.assert_close(
        smoothed_cross_entropy(logits, targets), F.cross_entropy(logits, targets)
    )


def test_la_meilleure_reponse_est_la_cible_lissee():
    """La perte est minimale, et non nulle, quand p = (1 − ε) cible + ε / V."""
    p = torch.full((1, 4), 0.2 / 4, dtype=torch.float64)
    p[0, 2] += 0.8
    target = torch.tensor([2])
    best = smoothed_cross_entropy(p.log(), target, 0.2)
    torch.testing.assert_close(best, -(p * p.log()).sum())
    sure = torch.tensor([[0.0, 0, 30, 0]]).double()
    assert smoothed_cross_entropy(sure, target, 0.2) > best
    assert smoothed_cross_entropy(p.log() + 0.1 * torch.randn(1, 4), target, 0.2) > best


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("smoothing", [-0.1, 1.0])
def test_une_part_impossible_est_refusee(smoothing):
    with pytest.raises(ValueError, match=r"smoothing doit être dans \[0, 1\["):
        smoothed_cross_entropy(torch.zeros(2, 3), torch.ones(2).long(), smoothing)


@pytest.mark.sans_jaxtyping
def test_un_lot_de_remplissage_est_refuse():
    with pytest.raises(ValueError, match="que du remplissage"):
        smoothed_cross_entropy(torch.zeros(2, 3), torch.zeros(2).long(), 0.1, pad=0)
