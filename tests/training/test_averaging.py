"""La moyenne des poids : exacte, indépendante des originaux, partage compris."""

import pytest
import torch
from torch import nn

from cours_transformers.training.averaging import average_weights, snapshot


def test_la_moyenne_de_trois_etats():
    model, states = nn.Linear(2, 3), []
    for value in (1.0, 2.0, 6.0):
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.fill_(value)
        states.append(snapshot(model))
    average_weights(model, states)
    for parameter in model.parameters():
        torch.testing.assert_close(parameter, torch.full_like(parameter, 3.0))
    assert states[0]["weight"][0, 0] == 1.0


@pytest.mark.sans_jaxtyping
def test_rien_a_moyenner_est_refuse():
    with pytest.raises(ValueError, match="au moins un état"):
        average_weights(nn.Linear(1, 1), [])
