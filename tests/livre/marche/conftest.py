"""Une page avec la marche dans un Transformer, émise par sa cellule."""

import pytest
import torch
from mini_site import book_cell, trial_fixtures

from cours_transformers.data.number_task import NumberTask
from cours_transformers.training.numbers import number_model
from cours_transformers.widgets.walk import walk_transformer

NUMBERS = [381_291, 77, 4_092]


@pytest.fixture(scope="session")
def marche():
    """L'interaction d'un modèle tiré au sort, telle que la page la reçoit."""
    torch.manual_seed(0)
    task = NumberTask()
    caption = "Trois nombres, un modèle ignorant."
    with book_cell():
        return walk_transformer(number_model(task), task, NUMBERS, caption=caption)


adresses, ouvrir = trial_fixtures(
    lambda request: request.getfixturevalue("marche").html, "marche"
)
