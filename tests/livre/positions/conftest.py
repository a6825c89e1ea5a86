"""Une page avec les horloges et la rotation, écrite comme le livre l'écrit."""

import pytest
from mini_site import frame, named, served, trials, write_trial

NUMBERS = {
    "horloges": [
        ("paires", 2, 32, 8, "nombre d'horloges"),
        ("base", 10, 100000, 10000, "base"),
        ("k", 0, 128, 5, "distance"),
    ],
    "rope": [("degres", 0, 60, 15, "degrés par position")],
}


@pytest.fixture(scope="session")
def adresses_positions(tmp_path_factory):
    """Les deux adresses de la page d'essai."""
    site = tmp_path_factory.mktemp("positions")
    frames = (frame(name, f"Figure {name}.", *n) for name, n in NUMBERS.items())
    write_trial(site, "".join(frames))
    with served(site) as addresses:
        yield addresses


@pytest.fixture
def ouvrir(chromium, adresses_positions):
    """Ouvre la page et attend qu'une de ses interactions soit prête."""
    with trials(chromium, adresses_positions) as opened:
        yield lambda name, *args, **options: opened(named(name), *args, **options)
