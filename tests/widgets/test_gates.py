"""Marcher dans une LSTM : les valeurs de la page sont celles de torch.nn.LSTM."""

import json

import pytest
import torch
from bs4 import BeautifulSoup

from cours_transformers.widgets.gates import walk_gates

TEXT = "la souris dort"
HIDDEN = 5


@pytest.fixture(autouse=True)
def _carnet(monkeypatch):
    monkeypatch.delenv("COURS_PAGE", raising=False)


def lstm_gates(T: int = len(TEXT)) -> dict[str, torch.Tensor]:
    """Portes et états d'une LSTM tirée au sort, lus avec torch.nn.LSTMCell."""
    cell = torch.nn.LSTMCell(3, HIDDEN).double()
    h = c = torch.zeros(1, HIDDEN, dtype=torch.float64)
    rows = {key: [] for key in "ifgoc"}
    with torch.no_grad():
        for x in torch.randn(T, 1, 3, dtype=torch.float64):
            z = x @ cell.weight_ih.T + h @ cell.weight_hh.T
            i, f, g, o = (z + cell.bias_ih + cell.bias_hh).chunk(4, dim=-1)
            h, c = cell(x, (h, c))
            values = (i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid(), c)
            for key, value in zip("ifgoc", values, strict=True):
                rows[key].append(value[0])
    return {key: torch.stack(values) for key, values in rows.items()}


def test_la_page_recoit_les_portes_de_la_lstm(monkeypatch):
    monkeypatch.setenv("COURS_PAGE", "1")
    gates = lstm_gates()
    shown = walk_gates(TEXT, gates, {"Sujet": 3, "Fin": 0}, caption="Une <phrase>.")
    root = BeautifulSoup(shown._repr_html_(), "html.parser")
    found = json.loads(root.select_one("script").string)
    assert found["symbols"] == list(TEXT)
    assert [cell["name"] for cell in found["cells"]] == ["Sujet", "Fin"]
    for cell, k in zip(found["cells"], (3, 0), strict=True):
        for key in "ifgoc":
            expected = gates[key][:, k].tolist()
            assert cell[key] == pytest.approx(expected, abs=5.1e-4)
    assert root.div["data-interaction"] == "portes"
    assert "2 cellules d'une LSTM, le long de 14 symboles" in root.div["aria-label"]
    last = [td.text for td in root.select(".interaction-repli tbody td")]
    expected = f"{float(gates['f'][-1, 3]):.2f}".replace(".", ",")
    assert last[0] == expected


def test_par_defaut_quatre_cellules_en_mots_aussi(monkeypatch):
    monkeypatch.setenv("COURS_PAGE", "1")
    shown = walk_gates(["la", "souris", "dort"], lstm_gates(3))
    assert [cell["name"] for cell in shown.data["cells"]] == [
        f"Cellule {k}" for k in range(4)
    ]
    assert "la souris <b>[dort]</b>" in shown._repr_html_()


def test_le_carnet_vivant_avance_d_un_symbole():
    gates = lstm_gates()
    live = walk_gates(TEXT, gates, [1])
    assert live.controls[0].value == len(TEXT) // 2
    live.controls[0].value = 2
    assert "<b>[espace]</b>" in live.output.value
    written = f"{abs(float(gates['c'][2, 1])):.2f}".replace(".", ",")
    assert written in live.output.value


def changed(key: str, value) -> dict:
    return lstm_gates() | {key: value}


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("symbols", "gates", "cells", "message"),
    [
        ("a", lambda: lstm_gates(1), None, "de 2 à 200 symboles"),
        (TEXT, lambda: {"i": 0, "f": 0, "c": 0}, None, "il manque g, o"),
        (TEXT + "!", lstm_gates, None, r"la forme \(15, n_cells\)"),
        (TEXT, lambda: changed("o", torch.zeros(3, 2)), None, "doivent avoir la forme"),
        (TEXT, lambda: changed("f", lstm_gates()["f"] + 3), None, "f doit rester"),
        (TEXT, lstm_gates, [5], "rangs entre 0 et 4, reçu"),
        (TEXT, lstm_gates, [], "de 1 à 6 rangs"),
        (TEXT, lambda: changed("c", torch.ones(14, HIDDEN)), None, "à la position 0"),
    ],
)
def test_les_erreurs_nomment_l_argument(symbols, gates, cells, message):
    with pytest.raises(ValueError, match=message):
        walk_gates(symbols, gates(), cells)


@pytest.mark.sans_jaxtyping
def test_une_suite_coupee_de_son_debut_est_refusee():
    gates = {key: value[1:] for key, value in lstm_gates().items()}
    with pytest.raises(ValueError, match="donnez la suite depuis son début"):
        walk_gates(TEXT[1:], gates)
