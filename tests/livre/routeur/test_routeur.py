"""Être le routeur : les nombres du paquet, les gestes, les défis, les écrans."""

import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from cours_transformers.layers.moe import Routing, balance_loss, within_capacity

STATE = "root => root.interaction.state()"
DONE = "root => root.interaction.done()"


def placer(root, t: int, expert: int) -> None:
    """Coche l'expert (de 0 à 3) du token ``t``."""
    root.locator("tbody tr").nth(t).locator("input").nth(expert).check()


def celui_du_paquet(root, state: dict) -> Routing:
    """La même décision, prise par le code du cours."""
    p = torch.tensor(root.evaluate("root => root.interaction.probabilities"))
    experts = torch.tensor(state["choices"])[:, None]
    kept = within_capacity(experts, 4, state["capacity"])
    return Routing(p.log(), p, experts, p.gather(1, experts), kept)


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_les_nombres_sont_ceux_du_paquet(ouvrir, protocol):
    _, root = ouvrir(protocol)
    number = root.get_by_role("slider", name="places par expert")
    for t, expert, key in [(0, 1, "ArrowLeft"), (8, 0, "ArrowLeft"), (5, 2, "End")]:
        state = root.evaluate(STATE)
        ours = celui_du_paquet(root, state)
        assert state["kept"] == ours.kept[:, 0].tolist()
        assert state["dropped"] == ours.dropped_tokens
        assert state["load"] == pytest.approx(ours.load.tolist())
        assert state["loss"] == pytest.approx(balance_loss(ours).item(), abs=1e-6)
        assert state["agreement"] == pytest.approx(ours.weights.mean().item())
        placer(root, t, expert)
        number.focus()
        number.press(key)
    assert root.evaluate(STATE)["capacity"] == 12


def test_le_routeur_commence_par_abandonner_cinq_tokens(ouvrir):
    _, root = ouvrir()
    assert root.evaluate(STATE)["dropped"] == 5
    expect(root.locator(".routeur-dehors")).to_have_count(5)
    expect(root.locator("tr.abandonne")).to_have_count(5)
    placer(root, 4, 1)
    expect(root.locator(".routeur-dehors")).to_have_count(4)
    root.get_by_role("button", name="Laisser choisir le routeur").click()
    assert root.evaluate(STATE)["dropped"] == 5


def test_les_trois_defis_se_relevent(ouvrir):
    _, root = ouvrir()
    assert root.evaluate(DONE) == [False] * 3
    for t, expert in enumerate([0, 1, 2, 0, 1, 3, 0, 1, 3, 2, 3, 2]):
        placer(root, t, expert)
    assert root.evaluate(DONE) == [True, False, False]
    number = root.get_by_role("slider", name="places par expert")
    number.focus()
    number.press("End")
    root.get_by_role("button", name="Laisser choisir le routeur").click()
    assert root.evaluate(DONE) == [True, False, False]  # douze places : c'est trop
    for _ in range(4):
        number.press("ArrowLeft")
    assert root.evaluate(DONE) == [True, True, False]
    for t in range(12):
        placer(root, t, 3)
    assert root.evaluate(DONE) == [True, True, True]
    expect(root.locator(".interaction-annonce")).to_contain_text("Défi 3 réussi")


def test_on_place_les_tokens_au_clavier(ouvrir):
    page, root = ouvrir()
    root.locator("tbody tr").first.locator("input").first.focus()
    page.keyboard.press("ArrowRight")
    assert root.evaluate(STATE)["choices"][0] == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sur_un_telephone_rien_ne_deborde_et_tout_est_nomme(ouvrir, theme):
    page, _ = ouvrir(theme=theme, viewport={"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    violations = Axe().run(page).response["violations"]
    assert [v["id"] for v in violations] == []
