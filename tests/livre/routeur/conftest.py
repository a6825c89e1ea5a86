"""Une page où l'on est le routeur, écrite comme le livre l'écrit."""

from functools import partial

import pytest
from mini_site import frame, named, served, trials, write_trial

CAPACITY = ("capacite", 1, 12, 3, "places par expert")


@pytest.fixture(scope="session")
def adresses_routeur(tmp_path_factory):
    """Les deux adresses de la page d'essai."""
    site = tmp_path_factory.mktemp("routeur")
    write_trial(site, frame("routeur", "Être le routeur", CAPACITY))
    with served(site) as addresses:
        yield addresses


@pytest.fixture
def ouvrir(chromium, adresses_routeur):
    """Ouvre la page, attend que le routeur soit prêt, rend la page et le cadre."""
    with trials(chromium, adresses_routeur) as opened:
        yield partial(opened, named("routeur"))
