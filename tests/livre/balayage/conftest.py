"""Une page avec l'arbre du balayage, et la même dont l'opérateur est à l'envers."""

from contextlib import ExitStack

import pytest
from mini_site import (
    ASSETS,
    frame,
    named,
    served,
    trial_fixtures,
    trials,
    write_trial,
)

SCRIPT = "interactions/balayage.js"


adresses, ouvrir = trial_fixtures(frame("balayage", "L'arbre du balayage."), "balayage")


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
