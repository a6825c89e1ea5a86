"""Marcher dans un Transformer : la page reçoit les poids et les avis du modèle."""

import json

import pytest
import torch
from bs4 import BeautifulSoup

from cours_transformers.data.number_task import START, NumberTask
from cours_transformers.training.decoding import greedy
from cours_transformers.training.numbers import number_model
from cours_transformers.widgets.walk import walk_transformer

TASK = NumberTask()


@pytest.fixture(autouse=True)
def _carnet(monkeypatch):
    monkeypatch.delenv("COURS_PAGE", raising=False)


@pytest.fixture
def model():
    return number_model(TASK).eval()


def test_la_page_recoit_ce_que_le_modele_calcule(monkeypatch, model):
    monkeypatch.setenv("COURS_PAGE", "1")
    shown = walk_transformer(model, TASK, [381_291, 77], caption="Deux <nombres>.")
    root = BeautifulSoup(shown._repr_html_(), "html.parser")
    found = json.loads(root.select_one("script").string)
    assert found["symbols"] == [*"0123456789", "fin"]
    for example, n in zip(found["examples"], (381_291, 77), strict=True):
        assert example["source"] == TASK.source(n)
        batch = TASK.batch([n])
        tokens = greedy(model, batch.source, max_length=batch.target.shape[1] + 2)
        start = torch.full_like(tokens[:, :1], START)
        inputs = torch.cat([start, tokens[:, :-1]], dim=1)
        maps = model.attention_maps(batch.source, inputs)
        for kind in ("encoder", "decoder", "cross"):
            for layer, wanted in zip(example[kind], getattr(maps, kind), strict=True):
                got = torch.tensor(layer) / 1000
                torch.testing.assert_close(got, wanted[0], atol=6e-4, rtol=0)
        opinions = model(batch.source, inputs)[0].softmax(-1)
        got = torch.tensor(example["opinions"]) / 1000
        torch.testing.assert_close(got[:, :10], opinions[:, 3:], atol=6e-4, rtol=0)
        torch.testing.assert_close(got[:, 10], opinions[:, 2], atol=6e-4, rtol=0)
        assert len(example["written"]) == tokens.shape[1]
    assert root.div["data-interaction"] == "marche"
    assert "pour 2 nombres. Deux <nombres>." in root.div["aria-label"]
    assert "soixante dix sept →" in root.select_one(".interaction-repli").text


def test_six_nombres_tiennent_dans_le_cadre(monkeypatch, model):
    monkeypatch.setenv("COURS_PAGE", "1")
    numbers = [777_777, 997_997, 281_391, 80_000, 71, 999_999]
    assert len(walk_transformer(model, TASK, numbers).html.encode()) < 60_000


def test_le_carnet_vivant_montre_une_carte_par_etape(model):
    live = walk_transformer(model, TASK, [21, 80])
    before = live.output.value
    live.controls[1].value = 5
    assert live.output.value != before


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("numbers", [[7], list(range(9)), [5, 5]])
def test_les_nombres_se_comptent(model, numbers):
    with pytest.raises(ValueError, match="numbers doit compter de 2 à 8"):
        walk_transformer(model, TASK, numbers)
