"""Modèle de langue récurrent : même calcul que PyTorch, état porté, erreurs."""

import pytest
import torch
from torch import nn

from cours_transformers.models.recurrent_lm import RecurrentLanguageModel


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_lire_en_deux_fois_vaut_lire_d_un_trait(cell):
    model = RecurrentLanguageModel(7, 4, 5, cell, n_layers=2).double()
    tokens = torch.randint(7, (3, 9))
    whole = model(tokens)
    first, state = model.step(tokens[:, :4])
    second, state = model.step(tokens[:, 4:], state)
    torch.testing.assert_close(torch.cat([first, second], dim=1), whole)
    assert len(state) == 2
    restarted = model(tokens[:, 4:])  # sans l'état, la suite n'est pas la même
    assert (restarted - second).abs().max() > 1e-3


def test_deux_etages_egalent_ceux_de_pytorch():
    model = RecurrentLanguageModel(7, 4, 5, "lstm", n_layers=2, forget_bias=1.0)
    theirs = nn.LSTM(4, 5, num_layers=2, batch_first=True)
    with torch.no_grad():
        for number, layer in enumerate(model.layers):
            getattr(theirs, f"weight_ih_l{number}").copy_(layer.x_proj.weight)
            getattr(theirs, f"weight_hh_l{number}").copy_(layer.h_proj.weight)
            getattr(theirs, f"bias_ih_l{number}").copy_(layer.x_proj.bias)
            getattr(theirs, f"bias_hh_l{number}").zero_()
    tokens = torch.randint(7, (3, 9))
    want = model.head(theirs(model.embedding(tokens))[0])
    torch.testing.assert_close(model(tokens), want)


def test_le_futur_ne_change_pas_le_passe():
    model = RecurrentLanguageModel(7, 4, 5)
    tokens = torch.randint(7, (2, 8))
    changed = tokens.clone()
    changed[:, 5] = (changed[:, 5] + 1) % 7
    before, after = model(tokens), model(changed)
    torch.testing.assert_close(after[:, :5], before[:, :5], rtol=0, atol=0)
    assert (after[:, 5:] != before[:, 5:]).any(dim=2).all()


def test_le_biais_d_oubli_arrive_dans_chaque_etage():
    model = RecurrentLanguageModel(7, 4, 5, "lstm", n_layers=2, forget_bias=3.0)
    assert all((layer.x_proj.bias[5:10] == 3).all() for layer in model.layers)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"cell": "gpt"}, "cell : rnn, lstm, gru attendu ; reçu 'gpt'"),
        ({"n_layers": 0}, "n_layers doit valoir au moins 1 ; reçu 0"),
        ({"cell": "gru", "forget_bias": 1.0}, "ne vaut que pour cell='lstm'"),
    ],
)
def test_refuse_en_francais(options, message):
    with pytest.raises(ValueError, match=message):
        RecurrentLanguageModel(7, 4, 5, **options)


@pytest.mark.sans_jaxtyping
def test_refuse_un_etat_pour_un_autre_nombre_d_etages():
    one, two = (RecurrentLanguageModel(7, 4, 5, n_layers=n) for n in (1, 2))
    tokens = torch.randint(7, (2, 3))
    _, state = one.step(tokens)
    with pytest.raises(ValueError, match=r"élément par couche \(2\) ; reçu 1"):
        two.step(tokens, state)
