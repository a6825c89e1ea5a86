"""Horloges et rotation : les nombres du paquet, les gestes, le clavier, les écrans."""

import math

import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from mini_site import reach
from playwright.sync_api import expect

from cours_transformers.layers.positional import Sinusoidal, frequencies, rotate_pairs

STATE = "root => root.interaction.state()"
EXACT = torch.empty(0, dtype=torch.float64)


def avancer(root, nom: str, valeur: int) -> None:
    """Règle une glissière, comme le ferait un doigt."""
    root.get_by_label(nom).evaluate(
        "(input, v) => { input.value = v;"
        " input.dispatchEvent(new Event('input', { bubbles: true })); }",
        valeur,
    )


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_les_horloges_disent_les_sinusoides_du_paquet(ouvrir, protocol):
    page, root = ouvrir("horloges", protocol)
    first = root.evaluate(STATE)
    assert (first["d"], first["base"], first["k"], first["p"]) == (16, 10000, 5, 0)
    distance = root.get_by_role("slider", name="distance")
    distance.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    root.get_by_role("slider", name="nombre d'horloges").focus()
    page.keyboard.press("End")
    avancer(root, "Avancer les deux mots", 137)
    state = root.evaluate(STATE)
    assert (state["d"], state["k"], state["p"]) == (64, 8, 137)
    omegas = frequencies(64, 1e4, dtype=torch.float64)
    assert state["omegas"] == pytest.approx(omegas.tolist(), rel=1e-12)
    table = Sinusoidal(64).table(146, like=EXACT)
    assert state["product"] == pytest.approx((table[137] @ table[145]).item(), abs=1e-9)
    assert state["product"] == pytest.approx(state["expected"], abs=1e-9)


def test_avancer_les_deux_mots_ne_change_pas_leur_ressemblance(ouvrir):
    _, root = ouvrir("horloges")
    products = []
    for p in (0, 1, 250, 500):
        avancer(root, "Avancer les deux mots", p)
        products.append(root.evaluate(STATE)["product"])
    assert products == pytest.approx([products[0]] * 4, abs=1e-9)
    assert root.locator("svg[aria-label^='Paire']").count() == 8
    expect(root.locator(".interaction-annonce")).to_contain_text("position 500")


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_la_rotation_est_celle_du_paquet(ouvrir, protocol):
    page, root = ouvrir("rope", protocol)
    point = root.get_by_role("slider", name="Requête q")
    point.focus()
    for key in ("ArrowLeft", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    avancer(root, "Position de la requête p", 9)
    avancer(root, "Position de la clé s", 4)
    state = root.evaluate(STATE)
    assert state["q"] == pytest.approx([1.5, 0.6])
    vectors = torch.tensor([state["q"], state["k"]], dtype=torch.float64)
    angle = torch.tensor([[9.0], [4.0]], dtype=torch.float64) * math.radians(15)
    q, k = rotate_pairs(vectors, angle)
    assert state["turned"]["q"] == pytest.approx(q.tolist(), abs=1e-12)
    assert state["turned"]["k"] == pytest.approx(k.tolist(), abs=1e-12)
    assert state["score"] == pytest.approx((q @ k).item(), abs=1e-12)


def test_le_score_ne_depend_que_de_l_ecart(ouvrir):
    page, root = ouvrir("rope")
    before = root.evaluate(STATE)
    for _ in range(4):
        root.get_by_role("button", name="Avancer les deux").click()
    after = root.evaluate(STATE)
    assert (after["p"], after["s"]) == (before["p"] + 4, before["s"] + 4)
    assert after["score"] == pytest.approx(before["score"], abs=1e-12)
    assert after["turned"]["q"] != pytest.approx(before["turned"]["q"], abs=0.1)
    root.get_by_role("slider", name="degrés par position").focus()
    page.keyboard.press("PageUp")
    assert root.evaluate(STATE)["score"] != pytest.approx(before["score"], abs=0.01)
    root.get_by_role("button", name="Revenir au départ").click()
    assert root.evaluate(STATE)["p"] == before["p"]
    for _ in range(40):  # on ne sort pas des positions permises
        root.get_by_role("button", name="Reculer les deux").click()
    assert root.evaluate(STATE)["s"] == 0


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sur_un_telephone_rien_ne_deborde_et_tout_est_nomme(ouvrir, theme):
    page, _ = ouvrir("horloges", theme=theme, viewport={"width": 390, "height": 800})
    reach(page, page.locator('[data-interaction="rope"]'))
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    violations = Axe().run(page).response["violations"]
    assert [v["id"] for v in violations] == []
