"""Régler le tirage : la page reçoit toute la loi, le carnet calcule comme le paquet."""

import json
import math

import pytest
import torch
from bs4 import BeautifulSoup
from torch.distributions import Categorical

from cours_transformers.training.sampling import (
    apply_temperature,
    keep_min_p,
    keep_top_k,
    keep_top_p,
)
from cours_transformers.widgets.draw_law import draw_law
from cours_transformers.widgets.draw_law_live import entropy_bits, set_law

V = 964
PIECES = ["\n", " ", *(f" mot{i}" for i in range(V - 3)), "<b>"]


@pytest.fixture(autouse=True)
def _carnet(monkeypatch):
    monkeypatch.delenv("COURS_PAGE", raising=False)


@pytest.fixture
def laws() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    spreads = {"Un lion <i>": 4.0, "La chèvre": 2.0, "Un jour": 0.5}
    return {s: w * torch.randn(V, generator=generator) for s, w in spreads.items()}


def cadre(shown) -> BeautifulSoup:
    return BeautifulSoup(shown._repr_html_(), "html.parser")


def test_la_page_recoit_toute_la_loi(monkeypatch, laws):
    """964 morceaux, trois débuts : moins de 60 ko, et des lois exactes à 0,1 % près."""
    monkeypatch.setenv("COURS_PAGE", "1")
    shown = draw_law(laws, PIECES, seed=3, caption="Trois <débuts>.")
    assert len(shown.html.encode()) < 60_000
    root = cadre(shown)
    data = json.loads(root.select_one("script").string)
    assert (data["seed"], data["pieces"]) == (3, PIECES)
    assert [law["start"] for law in data["laws"]] == list(laws)
    for law, logits in zip(data["laws"], laws.values(), strict=True):
        gaps = torch.tensor(law["gaps"])
        assert gaps.min() == 0
        found = (-gaps / 1000).softmax(-1)
        torch.testing.assert_close(found, logits.softmax(-1), rtol=1.1e-3, atol=0)
    assert root.div["data-interaction"] == "tirage"
    assert "pour 3 débuts" in root.div["aria-label"]
    assert "Trois <débuts>." in root.div["aria-label"]


def test_le_repli_compte_ce_que_garde_chaque_reglage(monkeypatch, laws):
    monkeypatch.setenv("COURS_PAGE", "1")
    rows = cadre(draw_law(laws, PIECES)).select(".interaction-repli tbody tr")
    for row, (start, logits) in zip(rows, laws.items(), strict=True):
        assert row.th.text == start
        entropy, best, *counts = (cell.text for cell in row.select("td"))
        bits = Categorical(logits=logits).entropy().item() / math.log(2)
        assert entropy == f"{bits:.2f}".replace(".", ",")
        assert best.startswith(PIECES[logits.argmax()].replace(" ", "␣"))
        assert len(row.select("br")) == 4  # cinq morceaux
        few, nucleus = keep_top_k(logits, 10), keep_top_p(logits, 0.9)
        kept = [few, nucleus, keep_min_p(logits, 0.1)]
        assert counts == [str(int(z.isfinite().sum())) for z in kept]


def test_les_reglages_s_enchainent_dans_l_ordre(laws):
    """À chaud, top-p et min-p gardent davantage : la température passe la première."""
    logits = laws["La chèvre"]
    warm = apply_temperature(logits, 1.7)
    expected = keep_min_p(keep_top_p(keep_top_k(warm, 30), 0.8), 0.2)
    found = set_law(logits, 1.7, 30, 0.8, 0.2)
    assert torch.equal(found, expected)
    cold = apply_temperature(keep_min_p(logits, 0.2), 1.7)
    assert found.isfinite().sum() > cold.isfinite().sum()
    assert torch.equal(set_law(logits), logits)
    assert set_law(logits, 0.0).isfinite().sum() == 1


def test_l_entropie_est_en_bits():
    assert entropy_bits(torch.full((8,), 1 / 8)) == pytest.approx(3)
    assert entropy_bits(torch.tensor([1.0, 0.0])) == 0


def test_le_carnet_montre_la_loi_reglee(laws):
    live = draw_law(laws, PIECES, caption="Trois <débuts>.")
    start, temperature, top_k, top_p, min_p = live.controls
    before = live.output.value
    assert f"gardés : {V} sur {V}" in before and "<i>" not in before
    top_k.value = 4  # cinq morceaux
    assert f"gardés : 5 sur {V}" in live.output.value
    assert live.output.value.count("exclu") == 10 + 1  # et les autres
    top_k.value, top_p.value = 0, 5
    start.value = 2
    kept = int(keep_top_p(laws["Un jour"], 0.9).isfinite().sum())
    assert f"gardés : {kept} sur" in live.output.value
    for control in (temperature, min_p):
        seen = live.output.value
        control.value = 2
        assert live.output.value != seen
    assert "a échoué" not in live.output.value


def test_moins_de_quinze_morceaux_n_ont_pas_de_reste():
    laws = {"a": torch.tensor([2.0, 1.0, 0.0]), "b": torch.zeros(3)}
    live = draw_law(laws, ["x", "y", "z"])
    assert "autres" not in live.output.value
    assert "gardés : 3 sur 3" in live.output.value


LAW = torch.zeros(3)


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("laws", "options", "message"),
    [
        ({"a": LAW}, {}, r"de 2 à 5 débuts non vides ; reçu \['a'\]"),
        ({str(i): LAW for i in range(6)}, {}, "de 2 à 5 débuts"),
        ({"a": LAW, "": LAW}, {}, "débuts non vides"),
        ({"a": LAW, "b": torch.zeros(4)}, {}, r"'b' doit .* \(3,\).* reçu \(4,\)"),
        ({"a": LAW, "b": LAW.log()}, {}, "'b' doit n'avoir que des logits finis"),
        ({"a": LAW, "b": LAW}, {"seed": -1}, "seed doit être de 0 à 9999 ; reçu -1"),
        ({"a": LAW, "b": LAW}, {"seed": 10_000}, "seed doit .* reçu 10000"),
    ],
)
def test_ce_qui_n_est_pas_une_loi_est_refuse(laws, options, message):
    with pytest.raises(ValueError, match=message):
        draw_law(laws, ["x", "y", "z"], **options)


@pytest.mark.sans_jaxtyping
def test_un_vocabulaire_trop_lourd_est_refuse(monkeypatch):
    monkeypatch.setenv("COURS_PAGE", "1")
    laws = {"a": torch.zeros(9000), "b": torch.ones(9000)}
    with pytest.raises(ValueError, match="tirage : les données pèsent"):
        draw_law(laws, [f" mot{i}" for i in range(9000)])
