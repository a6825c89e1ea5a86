"""Deux têtes que l'on tourne : poids égaux à ceux de torch, défis relevés."""

import math

import pytest
import torch
from playwright.sync_api import expect

KEYS = torch.tensor([[0.3, 0.2], [2, -0.3], [0.6, 0.6], [0.2, 0.3], [-0.3, 2]])
STATE = "e => e.interaction.state()"


def weights(degrees: int) -> torch.Tensor:
    """softmax((q·u)(k·u)), u la direction de la tête."""
    angle = math.radians(degrees)
    u = torch.tensor([math.cos(angle), math.sin(angle)])
    return ((torch.tensor([2.0, 2]) @ u) * (KEYS @ u)).softmax(dim=0)


def turn(root, head: int, to: str, times: int = 1) -> None:
    number = root.locator(".nombre-mobile").nth(head - 1)
    number.focus()
    for _ in range(times):
        number.press(to)


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_les_poids_sont_ceux_de_torch(ouvrir, protocol):
    _, root = ouvrir(protocol)
    for _ in range(3):
        state = root.evaluate(STATE)
        for degrees, seen in zip(state["angles"], state["weights"], strict=True):
            torch.testing.assert_close(torch.tensor(seen), weights(degrees))
        turn(root, 1, "PageUp")
        turn(root, 2, "ArrowLeft", 3)
    assert root.evaluate(STATE)["angles"] == [99, 27]


def test_chaque_nombre_tourne_sa_tete(ouvrir):
    _, root = ouvrir()
    turn(root, 2, "End")
    assert root.evaluate(STATE)["angles"] == [45, 180]
    turn(root, 1, "Home")
    assert root.evaluate(STATE)["angles"] == [0, 180]
    expect(root.locator("tbody tr").nth(1).locator("td").first).to_have_text(
        "88,4\u00a0%"
    )


def test_les_trois_defis_se_relevent(ouvrir):
    _, root = ouvrir()
    done = "e => e.interaction.done()"
    turn(root, 1, "ArrowLeft")
    turn(root, 1, "ArrowRight")  # retour à 45 degrés, comme l'autre
    assert root.evaluate(done) == [False, True, False]
    turn(root, 1, "Home")
    turn(root, 2, "PageUp", 3)
    assert root.evaluate(done) == [True, True, False]
    turn(root, 1, "PageUp", 7)
    turn(root, 1, "ArrowRight", 4)
    assert root.evaluate(STATE)["angles"][0] == 134
    assert root.evaluate(done) == [True, True, True]


def test_sur_un_telephone_rien_ne_deborde(ouvrir):
    page, root = ouvrir(viewport={"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    boxes = [frame.bounding_box()["width"] for frame in root.locator("svg").all()]
    assert len(boxes) == 2
    assert all(width > 250 for width in boxes)
