"""Une page avec la tour dont on retire résidus et normes, comme dans le livre."""

from functools import partial

import pytest
from mini_site import frame, named, served, trials, write_trial

NUMBERS = (
    ("ecriture", 0.1, 2, 0.5, "taille des écritures"),
    ("poussee", 0, 3, 0, "poussée commune"),
)


@pytest.fixture(scope="session")
def adresses_flux(tmp_path_factory):
    """Les deux adresses de la page d'essai."""
    site = tmp_path_factory.mktemp("flux")
    write_trial(site, frame("flux", "Une tour", *NUMBERS))
    with served(site) as addresses:
        yield addresses


@pytest.fixture
def ouvrir(chromium, adresses_flux):
    """Ouvre la page, attend que la tour soit prête, rend la page et le cadre."""
    with trials(chromium, adresses_flux) as opened:
        yield partial(opened, named("flux"))
