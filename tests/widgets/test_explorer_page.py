"""L'explorateur dans un vrai navigateur, ouvert depuis un dossier, sans réseau."""

import os
import pathlib

import pytest
from chromium import launched
from playwright.sync_api import sync_playwright

from cours_transformers.visualization.curves import plot_lines
from cours_transformers.visualization.theme import STYLE_Q
from cours_transformers.widgets.explore import Choice, explore

ASSETS = pathlib.Path(__file__).parents[2] / "book/_assets"
PAGE = """<!doctype html><html lang="fr"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Essai</title>
<link rel="stylesheet" href="{assets}/css/explorer.css">
<style>:root{{--figure-background:#fff;--cours-q:#0072b2}}
html[data-theme="dark"]{{--figure-background:#1c2026;--cours-q:#6cc3f5}}</style>
<script defer src="{assets}/js/explorer.js"></script></head>
<body><main>{body}</main></body></html>"""


def draw_slope(slope, mask):
    return plot_lines(
        [0, 1], {"y": [0, slope]}, "x", "y",
        alt=f"Pente {slope}, {mask}.", styles={"y": STYLE_Q},
    )  # fmt: skip


@pytest.fixture(scope="module")
def page_address(tmp_path_factory):
    os.environ["COURS_PAGE"] = "1"
    try:
        slope = Choice("Pente", [0.5, 1, 2], initial=1)
        first = explore(draw_slope, slope=slope, mask=Choice("Masque", ["oui", "non"]))
        second = explore(lambda n: f"n vaut {n}", n=Choice("n", [1, 2, 3]))
    finally:
        del os.environ["COURS_PAGE"]
    file = tmp_path_factory.mktemp("page") / "essai.html"
    body = first.html + second.html
    file.write_text(PAGE.format(assets=ASSETS.as_uri(), body=body), encoding="utf-8")
    return file.as_uri()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with sync_playwright() as playwright, launched(playwright) as browser:
        yield browser


@pytest.fixture
def open_page(browser, page_address):
    contexts = []

    def opened(**options):
        options = {"viewport": {"width": 390, "height": 844}} | options
        contexts.append(browser.new_context(locale="fr-FR", **options))
        page = contexts[-1].new_page()
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda m: m.type == "error" and page.errors.append(m.text))
        page.goto(page_address)
        return page

    yield opened
    for context in contexts:
        context.close()


def alt(page) -> str:
    figure = page.locator(".explorateur").first.locator(".explorateur-etat [role=img]")
    return figure.get_attribute("aria-label")


def test_le_curseur_change_l_image_le_texte_et_l_annonce(open_page):
    page = open_page(reduced_motion="reduce")
    slider = page.get_by_label("Pente", exact=True)
    stage = page.locator(".explorateur-etat").first
    before = stage.screenshot()
    assert alt(page) == "Pente 1, oui."
    slider.fill("2")
    assert alt(page) == "Pente 2, oui."
    assert stage.screenshot() != before
    assert page.locator("output").first.inner_text() == "2"
    assert slider.get_attribute("aria-valuetext") == "2"
    named = page.locator(".explorateur-etat-nomme").first
    assert named.text_content() == "Pente\u00a0: 2\u00a0; Masque\u00a0: oui"
    slider.fill("1")
    assert alt(page) == "Pente 1, oui."
    assert stage.screenshot() == before
    assert page.errors == []


def test_le_clavier_seul_suffit(open_page):
    page = open_page()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    assert alt(page) == "Pente 0.5, oui."
    assert page.locator("output").first.inner_text() == "0,5"
    page.keyboard.press("End")
    assert alt(page) == "Pente 2, oui."
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert alt(page) == "Pente 2, non."
    assert page.evaluate("document.activeElement.value") == "1"


def test_chaque_combinaison_montre_son_etat(open_page):
    page = open_page()
    for i, slope in enumerate([0.5, 1, 2]):
        for j, mask in enumerate(["oui", "non"]):
            page.get_by_label("Pente", exact=True).fill(str(i))
            page.get_by_label(mask, exact=True).check()
            assert alt(page) == f"Pente {slope}, {mask}."
            stage = page.locator(".explorateur-etat").first
            assert stage.get_attribute("data-state") == f"{i},{j}"


def test_deux_explorateurs_ne_se_melangent_pas(open_page):
    page = open_page()
    page.get_by_label("n", exact=True).fill("2")
    assert "n vaut 3" in page.locator(".explorateur-etat").nth(1).inner_text()
    assert alt(page) == "Pente 1, oui."


def test_sans_script_l_etat_de_depart_est_lisible(open_page):
    page = open_page(java_script_enabled=False)
    assert not page.get_by_label("Pente", exact=True).is_visible()
    assert page.get_by_text("Pente\u00a0: 1\u00a0; Masque\u00a0: oui").is_visible()
    assert page.locator(".explorateur-etat svg").first.is_visible()


def test_a_l_impression_l_etat_courant_est_montre(open_page):
    page = open_page()
    page.get_by_label("Pente", exact=True).fill("2")
    page.emulate_media(media="print")
    assert not page.get_by_label("Pente", exact=True).is_visible()
    named = page.locator(".explorateur-etat-nomme").first
    assert named.is_visible() and "Pente\u00a0: 2" in named.inner_text()
    assert named.bounding_box()["width"] > 100
    assert alt(page) == "Pente 2, oui."


def test_le_theme_sombre_change_la_figure_sans_la_redessiner(open_page):
    page = open_page()
    color = """() => {
      const path = document.querySelector('[style*="--cours-q"]');
      return getComputedStyle(path).stroke; }"""
    assert page.evaluate(color) == "rgb(0, 114, 178)"
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert page.evaluate(color) == "rgb(108, 195, 245)"
    grid = (
        "getComputedStyle(document.documentElement).getPropertyValue('--figure-grid')"
    )
    assert page.evaluate(grid).strip() == "#3b424b"


def test_les_commandes_se_touchent_et_tiennent_sur_un_telephone(open_page):
    page = open_page()
    for target in page.locator("input[type=range], .explorateur-options label").all():
        assert target.bounding_box()["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator(".explorateur-etat svg").first.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390


def test_sans_mouvement_rien_ne_s_anime(open_page):
    name = """() => getComputedStyle(
      document.querySelector(".explorateur-etat > *")).animationName"""
    assert open_page(reduced_motion="reduce").evaluate(name) == "none"
    moving = open_page(reduced_motion="no-preference")
    assert moving.evaluate(name) == "explorateur-apparait"
