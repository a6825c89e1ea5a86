"""Écrire avec un cache : le même texte qu'en relisant tout, même contexte plein."""

import pytest
import torch

from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.gpt import GPT, GPTConfig
from cours_transformers.training.sampling import (
    apply_temperature,
    keep_top_p,
    sample,
)
from cours_transformers.training.writing import generate, generate_batch

V, GREEDY = 30, (lambda logits: apply_temperature(logits, 0.0),)


def small(context: int, position: str = "learned") -> GPT:
    """Un GPT minuscule, aux poids assez grands pour que l'ordre compte."""
    torch.manual_seed(0)
    model = GPT(GPTConfig(V, context, 2, BlockConfig(16, 2, dropout=0.3), position))
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.4)
    return model


def read_again(model: GPT, text: torch.Tensor, n: int) -> torch.Tensor:
    """Sans cache : la fenêtre grandit jusqu'au contexte, puis retombe à sa moitié."""
    model.eval()
    generator = torch.Generator().manual_seed(3)
    context, start = model.config.context, max(0, len(text) - model.config.context)
    for _ in range(n):
        if len(text) - start > context:
            start = len(text) - (context + 1) // 2
        drawn = sample(model(text[None, start:])[:, -1], (), generator)
        text = torch.cat([text, drawn[0]])
    return text


@pytest.mark.parametrize("position", ["learned", "rope"])
@pytest.mark.parametrize("context", [1, 7, 8, 60])
@pytest.mark.parametrize("length", [1, 11])
def test_le_meme_texte_qu_en_relisant_la_fenetre(position, context, length):
    model = small(context, position)
    prompt = torch.randint(V, (length,), generator=torch.Generator().manual_seed(1))
    got = generate(model, prompt, 30, generator=torch.Generator().manual_seed(3))
    assert got.tolist() == read_again(model, prompt, 30).tolist()


def test_chaque_ligne_d_un_lot_s_ecrit_comme_si_elle_etait_seule():
    model = small(8)
    prompts = torch.randint(V, (4, 5), generator=torch.Generator().manual_seed(2))
    together = generate_batch(model, prompts, 20, GREEDY)
    alone = torch.stack([generate(model, row, 20, GREEDY) for row in prompts])
    assert torch.equal(together, alone)


def test_une_graine_un_texte_et_le_dropout_retrouve():
    model, prompt = small(8).train(), torch.tensor([1, 2])
    filters = [lambda logits: keep_top_p(logits, 0.9)]
    first, again, other = (
        generate(model, prompt, 30, filters, torch.Generator().manual_seed(seed))
        for seed in (1, 1, 2)
    )
    assert first.tolist() == again.tolist() != other.tolist()
    assert model.training


def test_n_zero_rend_l_invite():
    assert generate(small(4), torch.tensor([3, 1]), 0).tolist() == [3, 1]


@pytest.mark.sans_jaxtyping
def test_une_invite_vide_ou_un_n_negatif_sont_refuses():
    empty = torch.zeros(0, dtype=torch.long)
    for prompt, n in ((empty, 3), (torch.tensor([1]), -1)):
        with pytest.raises(ValueError, match="prompts doit avoir au moins un symbole"):
            generate(small(4), prompt, n)
