"""Les têtes dans la page : à l'approche, à la souris, au clavier, sans réseau."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

STATE = "root => root.interaction.state()"
LEFT, RIGHT = ".left .mots > g > g", ".right .mots > g > g"
# Traits que l'on voit : [mot de gauche, mot de droite, opacité, tête].
LINES = """root => [...root.querySelectorAll(".headAttention line")]
  .filter((e) => getComputedStyle(e).visibility === "visible")
  .map((e) => [...["left-token-index", "right-token-index", "stroke-opacity"]
    .map((name) => Number(e.getAttribute(name))),
    Number(e.closest(".headAttention").getAttribute("head-index"))])
  .filter((line) => line[2] > 0)"""
DETAIL = """root => [...root.querySelectorAll(".attn-line-group")].map((group) =>
  [...group.querySelectorAll("line")].map((e) =>
    Number(e.getAttribute("stroke-opacity"))))"""
GLOBALS = "[window.$, typeof window.d3, typeof jQuery, typeof define, window.appels]"
PHONE = {"width": 390, "height": 844}


def rows(widget, layer: int, head: int) -> list[list[float]]:
    """Les poids d'une tête, comme la page doit les dessiner."""
    sparse, width = widget.data["weights"][layer][head], len(widget.data["keys"])
    return [[x / 1000 for x in row] + [0] * (width - len(row)) for row in sparse]


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_rien_ne_se_charge_avant_l_approche_et_rien_ne_fuit(arriver, protocol):
    page, root = arriver(protocol)
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(300)
    loaded = "performance.getEntriesByType('resource').map(e => e.name).join()"
    assert not re.search("vendor|bertviz", page.evaluate(loaded) + "".join(asked))
    expect(root.locator(".tetes")).to_have_count(0)
    root.scroll_into_view_if_needed()
    page.wait_for_selector('[data-etat="prete"]')
    names = [url.rsplit("/", 1)[1] for url in asked]
    assert sorted(names) == [
        "bertviz.css", "bertviz.js", "d3.min.js", "jquery.slim.min.js"
    ]  # fmt: skip
    globals_after = ["à la page", "undefined", "undefined", "function", 0]
    assert page.evaluate(GLOBALS) == globals_after
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_les_traits_sont_les_poids_et_suivent_la_couche(ouvrir, vues, protocol):
    _, root = ouvrir("tetes", protocol)
    choice = root.get_by_role("combobox", name="Couche")
    expect(choice.locator("option")).to_have_text(["1", "2"])
    for layer in (0, 1, 0):
        choice.select_option(label=str(layer + 1))
        expected = {
            (t, s, h): x / 2  # quatre têtes allumées : 1 / √4
            for h in range(4)
            for t, row in enumerate(rows(vues["tetes"], layer, h))
            for s, x in enumerate(row)
            if x
        }
        found = {(t, s, h): x for t, s, x, h in root.evaluate(LINES)}
        assert found == pytest.approx(expected)
        expect(root.locator(".tetes-phrase")).to_contain_text(f"Couche {layer + 1}")


def test_survoler_un_mot_ne_laisse_que_ses_traits(ouvrir, vues):
    page, root = ouvrir("tetes")
    everything = root.evaluate(LINES)
    root.locator(LEFT).nth(5).hover()
    assert {line[0] for line in root.evaluate(LINES)} == {5}
    root.locator(RIGHT).nth(1).hover()
    assert {line[1] for line in root.evaluate(LINES)} == {1}
    page.mouse.move(0, 0)
    assert root.evaluate(LINES) == everything


def test_eteindre_une_tete_enleve_ses_traits(ouvrir):
    page, root = ouvrir("tetes")
    third = root.get_by_role("checkbox", name="Tête 3")
    third.click()
    expect(third).to_have_attribute("aria-checked", "false")
    assert {line[3] for line in root.evaluate(LINES)} == {0, 1, 3}
    root.get_by_role("combobox", name="Couche").select_option(label="2")
    expect(third).to_have_attribute("aria-checked", "false")
    assert {line[3] for line in root.evaluate(LINES)} == {0, 1, 3}
    third.focus()
    page.keyboard.press("Space")
    assert {line[3] for line in root.evaluate(LINES)} == {0, 1, 2, 3}
    page.keyboard.press("Enter")
    assert root.evaluate(STATE)["heads"] == [False, False, True, False]
    assert {line[3] for line in root.evaluate(LINES)} == {2}


def test_le_curseur_parcourt_les_mots_et_les_dit(ouvrir, vues):
    page, root = ouvrir("tetes")
    root.get_by_role("combobox", name="Couche").select_option(label="2")
    root.get_by_role("checkbox", name="Tête 2").dblclick()
    slider = root.get_by_role("slider")
    slider.focus()
    words = vues["tetes"].data["queries"]
    for t in reversed(range(len(words))):
        page.keyboard.press("ArrowLeft")
        assert root.evaluate(STATE)["word"] == t
        assert {tuple(line) for line in root.evaluate(LINES)} == {
            (t, max(t - 1, 0), 1, 1)
        }
        expect(slider).to_have_attribute("aria-valuetext", words[t])
        read = f"«\u00a0{words[t]}\u00a0» lit surtout «\u00a0{words[max(t - 1, 0)]}"
        expect(root.locator(".tetes-phrase")).to_contain_text(read)
    expect(root.locator(".interaction-annonce")).to_contain_text("(1,00)")
    root.get_by_role("combobox", name="Couche").select_option(label="1")
    assert {line[0] for line in root.evaluate(LINES)} == {0}


def test_la_vue_croisee_part_de_la_couche_et_de_la_tete_choisies(ouvrir, vues):
    _, root = ouvrir("croisee")
    state = root.evaluate(STATE)
    assert (state["layer"], state["heads"]) == (1, [False, True, False, False])
    found = {(t, s): x for t, s, x, _ in root.evaluate(LINES)}
    assert found == {(0, 0): 1, (1, 0): 1, (2, 1): 1}
    expect(root.locator(LEFT)).to_have_text(["a", "b", "␣"])
    expect(root.locator(RIGHT)).to_have_count(5)


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_une_vignette_s_agrandit_au_clic_et_au_clavier(ouvrir, vues, protocol):
    page, root = ouvrir("modele", protocol)
    shown = root.locator(".tetes svg text").all_text_contents()
    assert shown == ["Têtes", "1", "2", "3", "4", "Couches", "1", "2"]
    cell = root.locator('[data-tete="0-2"] ~ rect')
    cell.click()
    expect(root.locator("text.detail")).to_have_text("Couche 1, tête 3")
    assert root.evaluate(DETAIL) == rows(vues["modele"], 0, 2)
    assert root.evaluate(STATE)["head"] == 2
    slider = root.get_by_role("slider")
    expect(slider).to_have_value("2")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(root.locator("text.detail")).to_have_text("Couche 2, tête 2")
    assert root.evaluate(DETAIL) == rows(vues["modele"], 1, 1)
    said = root.locator(".tetes-phrase")
    expect(said).to_contain_text("0\u00a0% du poids sur le mot lui-même")
    expect(said).to_contain_text("100\u00a0% sur le précédent, 0\u00a0% sur le premier")
    page.keyboard.press("End")
    assert root.evaluate(STATE)["head"] is None
    expect(root.locator(".detail")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["tetes", "modele", "croisee"])
def test_sur_un_telephone_rien_ne_deborde_et_axe_ne_dit_rien(ouvrir, name, theme):
    page, root = ouvrir(name, theme=theme, viewport=PHONE)
    slider = root.get_by_role("slider")
    slider.press("ArrowLeft")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    frame = root.bounding_box()
    drawing = root.locator(".tetes svg").bounding_box()
    assert drawing["x"] >= frame["x"]
    assert drawing["x"] + drawing["width"] <= frame["x"] + frame["width"]
    found = Axe().run(page, context={"include": [[f"#{name}"]]})
    assert [v["id"] for v in found.response["violations"]] == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_les_mots_se_lisent_sur_leur_fond(ouvrir, theme):
    _, root = ouvrir("modele", theme=theme)
    root.get_by_role("slider").press("ArrowLeft")
    script = """root => {
      const light = (color) => {
        const [r, g, b] = color.match(/[\\d.]+/g).map((c) => {
          const x = c / 255;
          return x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
      const back = light(getComputedStyle(root.querySelector("rect.detail")).fill);
      return [...root.querySelectorAll("svg text")].map((e) => {
        const ink = light(getComputedStyle(e).fill);
        return (Math.max(ink, back) + 0.05) / (Math.min(ink, back) + 0.05); }); }"""
    contrasts = root.evaluate(script)
    assert len(contrasts) > 20
    assert min(contrasts) > 7


def test_trop_de_tetes_pour_un_telephone_defilent_dans_leur_cadre(ouvrir):
    page, root = ouvrir("large", viewport=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    frame = root.get_by_role("region", name="Têtes, à faire défiler")
    expect(frame).to_have_attribute("tabindex", "0")
    inside = """root => {
      const box = (name) => root.querySelector(name).getBoundingClientRect();
      const [part, all] = [box("rect.detail"), box(".tetes")];
      return part.left >= all.left - 1 && part.right <= all.right + 1; }"""
    slider = root.get_by_role("slider")
    for rank in range(17, -1, -1):
        slider.press("ArrowLeft")
        assert root.evaluate(STATE)["head"] == rank
        assert root.evaluate(inside), rank
    found = Axe().run(page, context={"include": [["#large"]]})
    assert [v["id"] for v in found.response["violations"]] == []


def test_une_page_qui_s_elargit_redessine_et_garde_les_choix(ouvrir):
    page, root = ouvrir("tetes", viewport=PHONE)
    width = "root => root.querySelector('.tetes svg').clientWidth"
    root.get_by_role("combobox", name="Couche").select_option(label="2")
    root.get_by_role("checkbox", name="Tête 4").dblclick()
    narrow, before = root.evaluate(width), root.evaluate(STATE)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.wait_for_timeout(600)
    assert root.evaluate(width) > narrow
    assert root.evaluate(STATE) == before
    expect(root.get_by_role("combobox", name="Couche")).to_have_value("1")


def test_sans_script_et_sur_papier_il_reste_une_carte(ouvrir, arriver):
    page, root = ouvrir("modele", java_script_enabled=False)
    picture = root.locator(".interaction-repli .figure-cours")
    expect(picture).to_be_visible()
    label = re.compile(r"Couche 1, tête 1\. Clé la plus lue")
    expect(picture).to_have_attribute("aria-label", label)
    page, root = arriver()
    page.emulate_media(media="print")
    expect(root.locator(".interaction-repli .figure-cours")).to_be_visible()
    page, root = ouvrir("modele")
    page.emulate_media(media="print")
    expect(root.locator(".tetes svg")).to_be_visible()
    expect(root.locator(".interaction-repli")).to_be_hidden()
