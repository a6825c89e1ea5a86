"""Une page où l'on joue au budget, écrite comme le livre l'écrit."""

from functools import partial

import pytest
from mini_site import frame, named, served, trials, write_trial


@pytest.fixture(scope="session")
def adresses_budget(tmp_path_factory):
    """Les deux adresses de la page d'essai."""
    site = tmp_path_factory.mktemp("budget")
    write_trial(site, frame("budget", "Le jeu du budget"))
    with served(site) as addresses:
        yield addresses


@pytest.fixture
def ouvrir(chromium, adresses_budget):
    """Ouvre la page, attend que le jeu soit prêt, rend la page et le cadre."""
    with trials(chromium, adresses_budget) as opened:
        yield partial(opened, named("budget"))
