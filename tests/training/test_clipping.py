"""Coupure du gradient : celle de PyTorch, et la direction intacte."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from cours_transformers.training.clipping import clip_gradient_norm


def parameters(seed=0):
    generator = torch.Generator().manual_seed(seed)
    made = [nn.Parameter(torch.zeros(shape)) for shape in ((3, 4), (5,), (2,))]
    for p, scale in zip(made[:2], (1.0, 9.0), strict=True):
        p.grad = scale * torch.randn(p.shape, generator=generator)
    return made  # le dernier n'a pas de gradient


@settings(deadline=None)
@given(st.floats(0.01, 100), st.integers(0, 100))
def test_meme_coupure_que_pytorch(max_norm, seed):
    ours, theirs = parameters(seed), parameters(seed)
    norm = clip_gradient_norm(ours, max_norm)
    want = nn.utils.clip_grad_norm_(theirs, max_norm)
    assert norm == pytest.approx(want.item(), rel=1e-5)
    for a, b in zip(ours[:2], theirs[:2], strict=True):
        torch.testing.assert_close(a.grad, b.grad)
    assert ours[2].grad is None


def test_la_direction_ne_change_pas_et_la_norme_est_la_borne():
    clipped = parameters()
    before = torch.cat([p.grad.flatten().clone() for p in clipped[:2]])
    clip_gradient_norm(clipped, 0.5)
    after = torch.cat([p.grad.flatten() for p in clipped[:2]])
    cosine = torch.cosine_similarity(before, after, dim=0)
    assert cosine.item() == pytest.approx(1) and after.norm().item() == pytest.approx(
        0.5
    )


def test_sous_la_borne_rien_ne_bouge():
    untouched, kept = parameters(), parameters()
    clip_gradient_norm(untouched, 1000.0)
    for a, b in zip(untouched[:2], kept[:2], strict=True):
        torch.testing.assert_close(a.grad, b.grad, rtol=0, atol=0)


@pytest.mark.parametrize("max_norm", [0.0, -1.0, float("nan")])
def test_refuse_une_borne_nulle(max_norm):
    with pytest.raises(ValueError, match="max_norm doit être strictement positif"):
        clip_gradient_norm(parameters(), max_norm)
