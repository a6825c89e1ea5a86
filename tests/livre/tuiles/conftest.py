"""Une page avec la figure des tuiles, et de quoi y glisser une faute."""

import pytest
from mini_site import ASSETS, frame, trial_fixtures

# La largeur que le livre laisse à une figure, sur un écran large et sur un téléphone.
PAGE = '<div style="max-width: 44rem; margin: auto; padding: 0 10px">{}</div>'

adresses, ouvrir = trial_fixtures(
    PAGE.format(frame("tuiles", "L'attention par tuiles.")), "tuiles"
)


@pytest.fixture
def ouvrir_faute(ouvrir):
    """Ouvre la page, puis y remplace le calcul par un calcul faux."""

    def opened(text: str, fault: str):
        page, root = ouvrir()
        script = (ASSETS / "interactions/tuiles/calcul.js").read_text(encoding="utf-8")
        assert script.count(text) == 1, text
        page.add_script_tag(content=script.replace(text, fault))
        return page, root

    return opened
