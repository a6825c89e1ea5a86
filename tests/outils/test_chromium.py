"""Le navigateur des essais : lequel, et ce qui se dit quand il n'y en a aucun."""

import chromium
import pytest


@pytest.fixture
def installed(monkeypatch):
    """Feint que seuls les programmes nommés sont installés."""

    def pretend(*names):
        monkeypatch.delenv("CHROMIUM", raising=False)
        monkeypatch.setattr(
            chromium.shutil, "which", lambda name: name if name in names else None
        )

    return pretend


def test_la_version_sans_interface_passe_d_abord(installed):
    installed("chromium", "chromium-headless-shell")
    assert chromium.program() == "chromium-headless-shell"


def test_a_defaut_l_ordinaire_et_la_variable_l_emporte(installed, monkeypatch):
    installed("chromium")
    assert chromium.program() == "chromium"
    monkeypatch.setenv("CHROMIUM", "/ailleurs/navigateur")
    assert chromium.program() == "/ailleurs/navigateur"


def test_sans_navigateur_une_phrase_nomme_le_paquet(installed):
    installed()
    with pytest.raises(FileNotFoundError, match="installez le paquet chromium-headl"):
        chromium.program()
