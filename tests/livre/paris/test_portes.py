"""La marche dans une LSTM : curseur, boutons, valeurs lues, repli, papier."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

STATE = "root => root.interaction.state()"


def written(value: float) -> str:
    return f"{abs(value):.2f}".replace(".", ",")


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_chaque_pas_montre_les_valeurs_de_la_cellule(ouvrir, widgets, protocol):
    page, root = ouvrir("portes", protocol)
    data = widgets["portes"].data
    slider = root.get_by_role("slider")
    slider.focus()
    page.keyboard.press("Home")
    for t, symbol in enumerate(data["symbols"]):
        state = root.evaluate(STATE)
        assert state["position"] == t
        for shown, cell in zip(state["cells"], data["cells"], strict=True):
            assert shown == {key: cell[key][t] for key in "fiogc"}
        here = root.locator(".portes-symbole[aria-current]")
        expect(here).to_have_text("␣" if symbol == " " else symbol)
        values = root.locator(".portes-cellule").first.locator(".portes-valeur")
        texts = values.all_inner_texts()
        for key, text in zip("fiogc", texts, strict=True):
            assert written(data["cells"][0][key][t]) in text
        page.keyboard.press("ArrowRight")
    assert root.evaluate(STATE)["position"] == len(data["symbols"]) - 1


def test_les_boutons_la_barre_et_l_annonce_suivent(ouvrir, widgets):
    _, root = ouvrir("portes")
    cell = widgets["portes"].data["cells"][0]
    root.get_by_role("button", name="Avancer").click()
    t = root.evaluate(STATE)["position"]
    assert t == len(cell["f"]) // 2 + 1
    card = root.locator(".portes-cellule").first
    widths = card.locator(".portes-remplissage").evaluate_all(
        "all => all.map(e => parseFloat(e.style.width))"
    )
    top = max(abs(c) for c in cell["c"])
    expected = [cell["f"][t], cell["i"][t], cell["o"][t]]
    expected += [abs(cell["g"][t]) / 2, abs(cell["c"][t]) / top / 2]
    assert widths == pytest.approx([100 * x for x in expected], abs=0.01)
    sign = "●" if cell["f"][t] >= 2 / 3 else "○" if cell["f"][t] <= 1 / 3 else "◐"
    expect(card.locator(".portes-valeur").first).to_contain_text(sign)
    expect(card.locator(".portes-equation")).to_contain_text(written(cell["c"][t - 1]))
    said = root.locator(".interaction-annonce")
    expect(said).to_contain_text("Cellule 3\u00a0: oubli")
    root.get_by_role("slider").fill("0")
    back = root.get_by_role("button", name="Reculer")
    expect(back).to_have_attribute("aria-disabled", "true")
    back.dispatch_event("click")
    assert root.evaluate(STATE)["position"] == 0


def test_sur_un_telephone_et_sans_mouvement(ouvrir):
    size = {"width": 390, "height": 844}
    page, root = ouvrir("portes", theme="dark", viewport=size, reduced_motion="reduce")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for target in root.locator("button:visible, input:visible").all():
        assert target.bounding_box()["height"] >= 44
    still = "e => getComputedStyle(e).transitionDuration"
    assert root.locator(".portes-remplissage").first.evaluate(still) == "0s"
    outside = """root => [...root.querySelectorAll('.portes-cellule *')].filter((e) =>
      e.getBoundingClientRect().right > innerWidth).length"""
    assert root.evaluate(outside) == 0
    found = Axe().run(page, context={"include": [[".interaction"]]})
    assert [v["id"] for v in found.response["violations"]] == []


def test_sans_script_le_tableau_reste_et_le_papier_montre_la_position(ouvrir):
    _, bare = ouvrir("portes", java_script_enabled=False)
    expect(bare.locator(".interaction-repli tbody tr")).to_have_count(4)
    page, root = ouvrir("portes")
    expect(root.locator(".interaction-repli")).to_be_hidden()
    page.emulate_media(media="print")
    expect(root.locator(".portes-valeur").first).to_be_visible()


def test_charger_deux_fois_les_scripts_ne_double_rien(ouvrir):
    page, root = ouvrir("portes")
    for name in ("js/interactions.js", "interactions/portes.js"):
        page.add_script_tag(url=f"../_static/cours/{name}")
    expect(root.locator(".interaction-scene")).to_have_count(1)
