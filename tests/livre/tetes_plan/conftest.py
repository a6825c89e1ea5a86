"""Une page avec les deux têtes à tourner, écrite comme le livre l'écrit."""

from functools import partial

import pytest
from mini_site import frame, named, served, trials, write_trial

ANGLES = [(f"theta_{h}", 0, 180, 45, f"angle de la tête {h}") for h in (1, 2)]


@pytest.fixture(scope="session")
def adresses_plan(tmp_path_factory):
    """Les deux adresses de la page d'essai."""
    site = tmp_path_factory.mktemp("plan")
    write_trial(site, frame("tetes", "Deux têtes", *ANGLES))
    with served(site) as addresses:
        yield addresses


@pytest.fixture
def ouvrir(chromium, adresses_plan):
    """Ouvre la page, attend que les têtes soient prêtes, rend la page et le cadre."""
    with trials(chromium, adresses_plan) as opened:
        yield partial(opened, named("tetes"))
