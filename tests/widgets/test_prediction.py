"""La mesure opposée à une prédiction : lisible, et lue par la page."""

import html
import json
import math
import re

import numpy as np
import pytest
import torch

from cours_transformers.widgets import prediction
from cours_transformers.widgets.prediction import measured


def data(shown):
    tag = re.search(r"<output [^>]*>", shown._repr_html_())[0]
    assert 'class="mesure"' in tag and 'data-prediction="pred-x"' in tag
    return json.loads(html.unescape(re.search(r'data-valeur="([^"]*)"', tag)[1]))


@pytest.mark.parametrize("value", [256.31, np.float64(256.31), torch.tensor(256.31)])
def test_un_nombre_se_lit_en_francais_et_en_donnees(value):
    shown = measured("pred-x", value)
    assert str(shown) == "Mesure\u00a0: 256,3"
    assert data(shown) == pytest.approx(256.31)


def test_la_position_d_un_choix_reste_un_entier():
    shown = measured("pred-x", np.int64(2), text="La 3ᵉ proposition <l'emporte>.")
    value = data(shown)
    assert value == 2 and type(value) is int
    assert "La 3ᵉ proposition &lt;l&#x27;emporte&gt;." in shown._repr_html_()


def test_l_unite_suit_le_nombre():
    assert str(measured("pred-x", 3, unit="ms")) == "Mesure\u00a0: 3\u00a0ms"


def test_une_courbe_est_transmise_et_dessinee():
    shown = measured("pred-x", (torch.tensor([1.0, 2.0]), [0.5, 0.25]))
    assert data(shown) == [[1.0, 2.0], [0.5, 0.25]]
    page = shown._repr_html_()
    assert page.count("<svg") == 1 and 'role="img"' in page
    assert "de 0,5 (abscisse 1) à 0,25 (abscisse 2)" in str(shown)


def test_l_affichage_donne_le_html_et_la_phrase(monkeypatch):
    bundles = []
    monkeypatch.setattr(prediction, "display", lambda b, raw: bundles.append(b))
    measured("pred-x", 1)._ipython_display_()
    assert bundles[0]["text/plain"] == "Mesure\u00a0: 1"
    assert "<output" in bundles[0]["text/html"]


@pytest.mark.parametrize("name", ["", "Pred x", "pred_x", 'a"b', "pred-"])
def test_un_nom_mal_forme_est_refuse(name):
    with pytest.raises(ValueError, match="name doit être celui de la prédiction"):
        measured(name, 1)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (math.nan, "la mesure vaut non défini"),
        (torch.tensor(math.inf), "la mesure vaut ∞"),
        (True, "un nombre ou une courbe"),
        ("3", "un nombre ou une courbe"),
        (None, "un nombre ou une courbe"),
        (torch.zeros(3), r"un tableau de forme \(3,\)"),
        (([1, 2], [1]), "2 abscisses et 1 ordonnées"),
        (([2, 1], [1, 1]), "doivent être croissantes"),
        (([1, 2], [1, math.nan]), "la mesure vaut non défini"),
        (([1, 2], [1, 2], [3]), "reçu 3 suites"),
    ],
)
def test_une_mesure_impossible_est_refusee(value, message):
    with pytest.raises(ValueError, match=message):
        measured("pred-x", value)
