"""Une page avec le réservoir qui fuit, écrite comme le livre l'écrit."""

from functools import partial

import pytest
from mini_site import frame, named, served, trials, write_trial


@pytest.fixture(scope="session")
def adresses_reservoir(tmp_path_factory):
    """Les deux adresses de la page d'essai."""
    site = tmp_path_factory.mktemp("reservoir")
    write_trial(site, frame("reservoir", "Un réservoir qui fuit."))
    with served(site) as addresses:
        yield addresses


@pytest.fixture
def ouvrir(chromium, adresses_reservoir):
    """Ouvre la page, attend que le réservoir soit prêt, rend la page et le cadre."""
    with trials(chromium, adresses_reservoir) as opened:
        yield partial(opened, named("reservoir"))
