"""Une page où l'on explore les motifs, écrite comme le livre l'écrit."""

from functools import partial

import pytest
from mini_site import frame, named, served, trials, write_trial


@pytest.fixture(scope="session")
def adresses_motifs(tmp_path_factory):
    """Les deux adresses de la page d'essai."""
    site = tmp_path_factory.mktemp("motifs")
    write_trial(site, frame("motifs", "Explorer les motifs"))
    with served(site) as addresses:
        yield addresses


@pytest.fixture
def ouvrir(chromium, adresses_motifs):
    """Ouvre la page, attend que la grille soit prête, rend la page et le cadre."""
    with trials(chromium, adresses_motifs) as opened:
        yield partial(opened, named("motifs"))
