"""Chercher dans une LSTM la cellule qui suit un trait : une corrélation exacte."""

import pytest
import torch
from torch import nn

from cours_transformers.models.cell_probe import (
    cells_that_follow,
    correlation,
    text_traits,
)
from cours_transformers.models.recurrent_lm import RecurrentLanguageModel
from cours_transformers.tokenization.characters import CharacterTokenizer

TEXT = "Ah ! « Oui », dit-il. Non. "


def test_les_traits_comptes_a_la_main():
    traits = {name: t.tolist() for name, t in text_traits("ab « c ». d").items()}
    assert traits["début de mot"] == [0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0]
    assert traits["longueur du mot"] == [1, 2, 0, 0, 0, 1, 0, 0, 0, 0, 1]
    assert traits["dialogue"] == [0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]
    assert traits["longueur de la phrase"] == [1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2]


def test_la_correlation_est_celle_de_torch():
    torch.manual_seed(0)
    cells, trait = torch.randn(50, 4), torch.randn(50)
    for column, found in zip(cells.T, correlation(cells, trait), strict=True):
        expected = torch.corrcoef(torch.stack([column, trait]))[0, 1]
        torch.testing.assert_close(found, expected)
    assert correlation(torch.ones(50, 2), trait).tolist() == [0, 0]


class Spy(nn.Module):
    """Une LSTM dont deux cellules suivent, par construction, deux traits."""

    def __init__(self, text):
        super().__init__()
        traits = text_traits(text)
        torch.manual_seed(0)
        self.c = 0.1 * torch.randn(1, len(text), 6)
        self.c[0, :, 2] = -traits["dialogue"]
        self.c[0, :, 4] = traits["début de mot"]

    def gates(self, x):
        """Rend les cellules fabriquées, quoi qu'on lise."""
        return self


def test_la_cellule_plantee_est_retrouvee():
    tokenizer = CharacterTokenizer.from_text(TEXT)
    model = RecurrentLanguageModel(tokenizer.vocabulary_size, 4, 6)
    model.layers[0] = Spy(TEXT)
    ranks, found = cells_that_follow(model, tokenizer.encode(TEXT), tokenizer)
    assert ranks["dialogue"] == 2 and found["dialogue"] < -0.99
    assert ranks["début de mot"] == 4 and found["début de mot"] > 0.99
    assert len(set(ranks.values())) == 4, "une cellule ne sert qu'une fois"


@pytest.mark.sans_jaxtyping
def test_il_faut_une_lstm():
    tokenizer = CharacterTokenizer.from_text(TEXT)
    model = RecurrentLanguageModel(tokenizer.vocabulary_size, 4, 6, cell="gru")
    with pytest.raises(ValueError, match="model doit avoir une LSTM"):
        cells_that_follow(model, tokenizer.encode(TEXT), tokenizer)
