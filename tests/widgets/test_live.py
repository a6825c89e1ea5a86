"""Explorateur vivant : tourner un réglage change ce qui est affiché."""

import ipywidgets
import pytest

from cours_transformers.visualization.curves import plot_lines
from cours_transformers.widgets import live
from cours_transformers.widgets.explore import Choice, Html, explore


@pytest.fixture(autouse=True)
def _carnet(monkeypatch):
    monkeypatch.delenv("COURS_PAGE", raising=False)


def draw(d, mask):
    if d == 4 and mask == "causal":
        raise ZeroDivisionError("division par zéro")
    return f"d vaut {d}, masque {mask} <ici>"


def explorer(**arguments):
    d = Choice("Dimension", [1, 2, 4], initial=2)
    return explore(draw, d=d, mask=Choice("Masque", ["aucun", "causal"]), **arguments)


def test_les_commandes_suivent_l_ordre_et_l_etat_de_depart():
    shown = explorer()
    slider, buttons = shown.controls
    assert isinstance(slider, ipywidgets.SelectionSlider)
    assert isinstance(buttons, ipywidgets.ToggleButtons)
    assert [slider.description, buttons.description] == ["Dimension", "Masque"]
    assert "d vaut 2, masque aucun &lt;ici&gt;" in shown.output.value


def test_chaque_reglage_change_le_dessin():
    shown = explorer()
    seen = {shown.output.value}
    for control, value in ((0, 0), (1, 1), (0, 1)):
        shown.controls[control].value = value
        seen.add(shown.output.value)
    assert len(seen) == 4
    assert "d vaut 2, masque causal" in shown.output.value


def test_une_erreur_s_affiche_en_phrase_puis_le_dessin_revient():
    shown = explorer()
    shown.controls[0].value = 2
    shown.controls[1].value = 1
    assert "Le dessin a échoué pour Dimension\u00a0: 4\u00a0; Masque" in shown.text
    assert 'role="alert"' in shown.output.value
    assert "ZeroDivisionError : division par zéro" in shown.output.value
    shown.controls[1].value = 0
    assert "d vaut 4, masque aucun" in shown.output.value


def test_l_etat_est_aussi_decrit_en_mots():
    shown = explore(
        lambda n: plot_lines([0, 1], {"y": [0, n]}, "x", "y", alt=f"Pente {n}."),
        n=Choice("Pente", [1, 3]),
    )
    shown.controls[0].value = 1
    assert "<svg" in shown.output.value
    assert "<details>" in shown.output.value
    assert "Pente\u00a0: 3. Pente 3.</p>" in shown.output.value


def test_l_affichage_donne_le_widget_et_le_texte(monkeypatch):
    bundles = []
    monkeypatch.setattr(live, "display", lambda bundle, raw: bundles.append(bundle))
    shown = explorer(caption="Tournez & voyez")
    shown._ipython_display_()
    view = bundles[0]["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == shown.box.model_id
    assert "d vaut 2" in bundles[0]["text/plain"]
    assert "Tournez &amp; voyez" in shown.box.children[2].value


def test_le_html_de_l_auteur_passe_tel_quel():
    shown = explore(lambda n: Html(f"<b>{n}</b> tours"), n=Choice("Tours", [1, 2]))
    assert "<b>1</b> tours" in shown.output.value
    assert shown.text == "Tours\u00a0: 1. 1 tours"


def test_un_objet_inconnu_donne_une_phrase():
    shown = explore(lambda n: n, n=Choice("Tours", [1, 2]))
    assert "draw doit renvoyer une figure du cours" in shown.text
