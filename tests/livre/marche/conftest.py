"""Une page avec la marche dans un Transformer, émise par sa cellule."""

from functools import partial

import pytest
import torch
from mini_site import book_cell, named, served, trials, write_trial

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


@pytest.fixture(scope="session")
def adresses_marche(tmp_path_factory, marche):
    """Les deux adresses de la page d'essai."""
    site = tmp_path_factory.mktemp("marche")
    write_trial(site, marche.html)
    with served(site) as addresses:
        yield addresses


@pytest.fixture
def ouvrir(chromium, adresses_marche):
    """Ouvre la page et attend que l'interaction soit prête."""
    with trials(chromium, adresses_marche) as opened:
        yield partial(opened, named("marche"))
