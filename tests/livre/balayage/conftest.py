"""Une page avec l'arbre du balayage, et la même dont l'opérateur est à l'envers."""

from contextlib import ExitStack
from functools import partial

import pytest
from mini_site import ASSETS, frame, named, served, trials, write_trial

SCRIPT = "interactions/balayage.js"


@pytest.fixture(scope="session")
def adresses_balayage(tmp_path_factory):
    """Les deux adresses de la page d'essai."""
    site = tmp_path_factory.mktemp("balayage")
    write_trial(site, frame("balayage", "L'arbre du balayage."))
    with served(site) as addresses:
        yield addresses


@pytest.fixture
def ouvrir(chromium, adresses_balayage):
    """Ouvre la page, attend que l'arbre soit prêt, rend la page et le cadre."""
    with trials(chromium, adresses_balayage) as opened:
        yield partial(opened, named("balayage"))


@pytest.fixture
def ouvrir_faute(chromium, tmp_path):
    """Ouvre la page après avoir remplacé, dans le script, un texte par un autre."""
    with ExitStack() as stack:

        def opened(text: str, fault: str):
            write_trial(tmp_path, frame("balayage", "Avec une faute."))
            script = (ASSETS / SCRIPT).read_text(encoding="utf-8")
            assert script.count(text) == 1, text
            copy = tmp_path / "_static/cours" / SCRIPT
            copy.write_text(script.replace(text, fault), encoding="utf-8")
            addresses = stack.enter_context(served(tmp_path))
            return stack.enter_context(trials(chromium, addresses))(named("balayage"))

        yield opened
