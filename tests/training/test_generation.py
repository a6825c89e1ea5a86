"""Génération : gloutonne ou tirée au sort, avec ou sans état porté."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cours_transformers.models.recurrent_lm import RecurrentLanguageModel
from cours_transformers.training.generation import generate


class Window(nn.Module):
    """Prédit la somme des symboles visibles modulo 6 : dit ce que l'on a montré."""

    def forward(self, tokens):
        """Logits d'une certitude."""
        return 9.0 * F.one_hot(tokens.cumsum(dim=1) % 6, 6).float()


class Carried(Window):
    """Le même calcul, dont l'état est la somme de ce qui a été lu."""

    def step(self, tokens, state=None):
        """Logits et nouvel état."""
        total = tokens.cumsum(dim=1) + (0 if state is None else state)
        return 9.0 * F.one_hot(total % 6, 6).float(), total[:, -1:]


def test_porter_l_etat_egale_tout_relire():
    prompt = torch.tensor([5, 1, 2])
    carried, read_again = (
        generate(model, prompt, 5, temperature=0.0).tolist()
        for model in (Carried(), Window())
    )
    assert carried == read_again == [5, 1, 2, 2, 4, 2, 4, 2]


def test_sans_etat_seule_la_fin_du_texte_est_relue():
    got = generate(Window(), torch.tensor([5, 1, 2]), 2, temperature=0.0, context=2)
    assert got.tolist() == [5, 1, 2, 3, 5]  # 1 + 2, puis 2 + 3


def test_la_temperature_divise_les_logits():
    model = nn.Embedding.from_pretrained(torch.tensor([[0.0, 2.0], [0.0, 2.0]]))
    generator = torch.Generator().manual_seed(0)
    written = generate(
        model, torch.tensor([0]), 3000, temperature=2.0, generator=generator, context=1
    )
    share = written[1:].float().mean().item()
    assert abs(share - torch.tensor(1.0).sigmoid().item()) < 0.03  # 0,73 et non 0,88


def test_une_graine_un_texte():
    model, prompt = RecurrentLanguageModel(6, 4, 8), torch.tensor([1, 2])
    first, again, other = (
        generate(model, prompt, 30, generator=torch.Generator().manual_seed(seed))
        for seed in (1, 1, 2)
    )
    assert first.tolist() == again.tolist() != other.tolist()
    assert first[:2].tolist() == [1, 2] and len(first) == 32
    assert generate(model, prompt, 0).tolist() == [1, 2]


def test_ecrire_coupe_le_dropout_puis_le_rend():
    model = nn.Sequential(Window(), nn.Dropout(0.9))
    prompt = torch.tensor([5, 1])
    got = generate(model, prompt, 3, temperature=0.0)
    assert got.tolist() == [5, 1, 0, 0, 0]
    assert model.training and model[1].training


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("n_prompt", "options", "message"),
    [
        (0, {"n": 3}, "invite de 0 symboles"),
        (2, {"n": -1}, "n=-1"),
        (2, {"n": 3, "temperature": -1.0}, "temperature=-1.0"),
        (2, {"n": 3, "context": 0}, "context doit valoir au moins 1 ; reçu 0"),
    ],
)
def test_refuse_en_francais(n_prompt, options, message):
    with pytest.raises(ValueError, match=message):
        generate(Window(), torch.ones(n_prompt, dtype=torch.long), **options)
