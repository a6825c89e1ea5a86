"""Ce que AdamW rappelle vers zéro : les matrices, sauf les vitesses de Mamba."""

import pytest
import torch

from cours_transformers.models.mamba import MIXERS, Mamba, MambaConfig
from cours_transformers.training.optimizer import adamw, decay_groups


def mamba(mixer: str) -> Mamba:
    torch.manual_seed(0)
    return Mamba(MambaConfig(7, 16, 2, mixer, d_state=4, d_head=8))


@pytest.mark.parametrize("mixer", MIXERS)
def test_les_vitesses_de_mamba_ne_sont_pas_rappelees(mixer):
    model = mamba(mixer)
    matrices, others = decay_groups(model, 0.1)
    names = {id(p): name for name, p in model.named_parameters()}
    free = {names[id(p)] for p in others["params"]}
    for rank in range(2):
        rates = f"blocks.{rank}.mixer.A_log"
        assert {rates, f"blocks.{rank}.mixer.D", f"blocks.{rank}.norm.gain"} <= free
    recalled = {names[id(p)] for p in matrices["params"]}
    assert {"embedding.weight", "blocks.1.mixer.in_proj.weight"} <= recalled
    assert len(recalled) + len(free) == len(names), "chacun une fois, et une seule"


@pytest.mark.parametrize("mixer", MIXERS)
def test_sans_gradient_les_vitesses_ne_changent_pas(mixer):
    """Le rappel seul ferait tendre toutes les vitesses vers −1."""
    model = mamba(mixer)
    before = [block.mixer.rates.clone() for block in model.blocks]
    optimizer = adamw(model, lr=0.5, weight_decay=0.2)
    for p in model.parameters():
        p.grad = torch.zeros_like(p)
    optimizer.step()
    for block, rates in zip(model.blocks, before, strict=True):
        torch.testing.assert_close(block.mixer.rates, rates)
