"""La tour de la page est celle du paquet : même flux, mêmes gradients partout."""

import pytest
import torch
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from torch import nn

from cours_transformers.layers.connection import BlockConfig, Connection

STATE = "root => root.interaction.state()"
WEIGHTS = "root => root.interaction.weights()"
DONE = "root => root.interaction.done()"


class Sublayer(nn.Module):
    """e · W₂ relu(W₁ x) + p · b, avec les nombres de la page."""

    def __init__(self, up, down, write, push):
        super().__init__()
        self.up, self.down, self.write, self.push = up, down, write, push

    def forward(self, x):
        """Ce que la sous-couche écrit."""
        return self.write * (x @ self.up.T).relu() @ self.down.T + self.push


def connections(state, drawn):
    """Les douze connexions du paquet, selon les réglages de la page."""
    for rank, (up, down) in enumerate(zip(drawn["up"], drawn["down"], strict=True)):
        norm = "layer" if state["norms"][rank] else "none"
        config = BlockConfig(
            16, 1, norm=norm, norm_position=state["place"],
            residual=state["residuals"][rank],
        )  # fmt: skip
        push = state["poussee"] * drawn["push"]
        yield Connection(Sublayer(up, down, state["ecriture"], push), config).double()


def check_against_package(root):
    """Compare le flux et les gradients de la page à ceux que torch calcule."""
    state, drawn = root.evaluate(STATE), root.evaluate(WEIGHTS)
    drawn = {k: torch.tensor(v, dtype=torch.double) for k, v in drawn.items()}
    levels = [drawn["entry"].view(1, 1, 16).requires_grad_()]
    for connection in connections(state, drawn):
        levels.append(connection(levels[-1]))
    gradients = torch.autograd.grad((levels[-1] * drawn["probe"]).sum(), levels)
    sizes = [level.square().mean().sqrt().item() for level in levels]
    norms = [g.norm().item() / drawn["probe"].norm().item() for g in gradients]
    assert state["rms"] == pytest.approx(sizes, rel=1e-9)
    assert state["gradients"] == pytest.approx(norms, rel=1e-9, abs=1e-300)
    return state


def press(root, words):
    root.get_by_role("button", name=words).click()


def to_end(root, name):
    number = root.get_by_role("slider", name=name)
    number.focus()
    number.press("End")


@pytest.mark.parametrize("protocol", ["http", "file"])
@pytest.mark.parametrize("place", ["pré-norme", "post-norme"])
def test_chaque_reglage_donne_les_nombres_du_paquet(ouvrir, protocol, place):
    _, root = ouvrir(protocol)
    root.get_by_label(place).check()
    check_against_package(root)
    for box in ("Résidu de l'étage 4", "Norme de l'étage 9", "Résidu de l'étage 12"):
        root.get_by_label(box, exact=True).uncheck()
        check_against_package(root)
    to_end(root, "poussée commune")
    to_end(root, "taille des écritures")
    state = check_against_package(root)
    assert (state["poussee"], state["ecriture"]) == (3, 2)
    assert state["residuals"].count(False) == 2 and state["norms"].count(False) == 1
    press(root, "Retirer tous les résidus")
    press(root, "Retirer toutes les normes")
    check_against_package(root)
    press(root, "Tout remettre")
    state = check_against_package(root)
    assert all(state["residuals"]) and all(state["norms"])


def test_sans_residu_ni_norme_le_gradient_s_eteint(ouvrir):
    _, root = ouvrir()
    before = root.evaluate(STATE)
    press(root, "Retirer toutes les normes")
    press(root, "Retirer tous les résidus")
    after = root.evaluate(STATE)
    assert before["gradients"][0] > 0.5 and after["gradients"][0] < 1e-2


def test_les_trois_defis_se_relevent(ouvrir):
    _, root = ouvrir()
    root.get_by_label("post-norme").check()
    assert root.evaluate(DONE) == [False] * 3
    to_end(root, "poussée commune")
    assert root.evaluate(DONE) == [True, True, False]
    root.get_by_label("pré-norme").check()
    assert root.evaluate(DONE) == [True, True, True]
    expect(root.locator(".interaction-annonce")).to_contain_text("Défi 3 réussi")


def test_le_clavier_seul_retire_un_residu(ouvrir):
    page, root = ouvrir()
    root.get_by_label("Résidu de l'étage 1", exact=True).focus()
    page.keyboard.press("Space")
    assert root.evaluate(STATE)["residuals"] == [False] + [True] * 11
    expect(root.locator(".a2d-sortie")).to_contain_text("Gradient qui revient")


def test_sur_un_telephone_rien_ne_deborde(ouvrir):
    page, root = ouvrir(viewport={"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert root.locator("svg").bounding_box()["width"] > 280
    for box in root.locator("label:has(input[type=checkbox])").all():
        size = box.bounding_box()
        assert size["width"] >= 43 and size["height"] >= 43


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_rien_ne_gene_un_lecteur_d_ecran(ouvrir, theme):
    page, _ = ouvrir()
    page.evaluate("t => { document.documentElement.dataset.theme = t }", theme)
    page.wait_for_timeout(500)
    found = Axe().run(page, '[data-interaction="flux"]').response["violations"]
    assert not found, [f"{v['id']} : {v['help']}" for v in found]
