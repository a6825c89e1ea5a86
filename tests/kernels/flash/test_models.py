"""Le noyau sert les modèles du livre, et les trois pas du chapitre disent vrai."""

from functools import partial

import pytest
import torch

from cours_transformers.kernels import steps
from cours_transformers.kernels.attention import attention
from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.gpt import GPT, GPTConfig


@pytest.mark.parametrize("position", ["rope", "alibi", "learned"])
def test_un_gpt_entier_apprend_avec_le_noyau(position):
    losses, grads = [], []
    tokens = torch.randint(0, 11, (2, 25), generator=torch.Generator().manual_seed(3))
    for engine in ("interpreted", "explicit"):
        torch.manual_seed(0)
        model = make(position)
        for layer in model.modules():
            if hasattr(layer, "attend"):
                layer.attend = partial(attention, engine=engine)
        logits = model(tokens[:, :-1])
        loss = torch.nn.functional.cross_entropy(
            logits.flatten(0, 1), tokens[:, 1:].flatten()
        )
        loss.backward()
        losses.append(loss.detach())
        grads.append([p.grad for p in model.parameters()])
    torch.testing.assert_close(*losses)
    for got, expected in zip(*grads, strict=True):
        torch.testing.assert_close(got, expected, atol=1e-6, rtol=1e-4)


def make(position):
    """Un petit GPT à têtes partagées."""
    return GPT(GPTConfig(11, 32, 2, BlockConfig(32, 4, n_kv_heads=2), position))


@pytest.mark.parametrize(("T", "S"), [(1, 16), (40, 40), (33, 70), (50, 20)])
def test_les_pas_du_noyau(T, S):
    q, k, v = (torch.randn(n, 32) for n in (T, S, S))
    batch = [x[None, None] for x in (q, k, v)]
    plain = attention(*batch, engine="explicit")[0, 0]
    torch.testing.assert_close(steps.one_tile(q, k, v), plain, atol=2e-6, rtol=1e-5)
    torch.testing.assert_close(steps.online(q, k, v), plain, atol=2e-6, rtol=1e-5)
    got, visits = steps.causal_skip(q, k, v)
    causal = attention(*batch, causal=True, engine="explicit")[0, 0]
    torch.testing.assert_close(got, causal, atol=2e-6, rtol=1e-5)
    for block, count in enumerate(visits.tolist()):
        seen = min(S, min((block + 1) * 16, T + 15) + S - T)
        assert count == max(0, -(-seen // 16))


def test_une_memoire_tampon_de_nan_ne_contamine_pas_les_bords():
    room = torch.full((64, 32), torch.nan)
    room[:20] = torch.randn(20, 32)
    x = room[:20]
    assert steps.online(x, x, x).isfinite().all()
