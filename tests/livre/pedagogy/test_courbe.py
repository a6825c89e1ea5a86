"""La courbe prédite : tracée à la souris ou au clavier, puis superposée à la mesure."""

import re

import pytest
from mini_site import reload
from playwright.sync_api import expect

ROOT = "#pred-courbe"
REVELATION = '.revelation[data-prediction="pred-courbe"]'


def heights(page):
    """Les ordonnées, en pixels de la toile, des points du tracé du lecteur."""
    path = page.locator(f"{ROOT} .trace-lecteur").first.get_attribute("d")
    return [float(y) for _, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", path or "")]


def draw(page, start=0.0, end=1.0):
    """Trace une droite qui descend, du bord gauche vers le bord droit de la toile."""
    page.locator(f"{ROOT} svg").scroll_into_view_if_needed()
    box = page.locator(f"{ROOT} svg").bounding_box()
    zoom = box["width"] / 640
    left, width = box["x"] + 64 * zoom, 556 * zoom
    top, height = box["y"] + 40 * zoom, 284 * zoom
    page.mouse.move(left + start * width, top + 0.1 * height)
    page.mouse.down()
    for step in range(1, 9):
        t = start + (end - start) * step / 8
        page.mouse.move(left + t * width, top + (0.1 + 0.8 * t) * height)
    page.mouse.up()


@pytest.mark.parametrize("address", ["http", "file"], indirect=True)
def test_une_courbe_se_trace_a_la_souris_et_se_compare(page):
    draw(page)
    drawn = heights(page)
    assert len(drawn) == 121
    assert drawn == sorted(drawn)
    assert drawn[-1] - drawn[0] > 200
    expect(page.locator(f"{ROOT} .trace-mesure path")).to_have_count(0)
    page.click(f"{ROOT} .prediction-valider")
    expect(page.locator(REVELATION)).to_have_class("revelation ouverte")
    expect(page.locator(f"{ROOT} .trace-mesure path")).to_have_count(1)
    expect(page.locator(f"{ROOT} .trace-mesure rect")).to_have_count(4)
    legend = page.locator(f"{ROOT} .legende")
    expect(legend).to_contain_text("votre tracé")
    expect(legend).to_contain_text("la mesure")
    bilan = page.locator(f"{ROOT} .prediction-bilan")
    expect(bilan).to_contain_text("Les deux courbes se suivent de très près")
    expect(bilan).to_contain_text("en 4, vous aviez tracé 1,8 et la mesure donne 1,8")


def test_un_trace_incomplet_est_demande_en_entier(page):
    draw(page, 0.3, 0.7)
    page.click(f"{ROOT} .prediction-valider")
    expect(page.locator(f"{ROOT} .prediction-bilan")).to_contain_text(
        "sur toute la largeur, de 4 à 256"
    )
    expect(page.locator(REVELATION)).not_to_have_class("revelation ouverte")


def test_au_clavier_les_fleches_placent_les_points(page):
    points = page.locator(f"{ROOT} [role=slider]")
    expect(points).to_have_count(4)
    points.first.focus()
    for index in range(4):
        page.keyboard.press("Home")
        expect(points.nth(index)).to_have_attribute("aria-valuetext", "0")
        page.keyboard.press("PageUp")
        page.keyboard.press("ArrowUp")
        expect(points.nth(index)).to_have_attribute("aria-valuetext", "0,24")
        page.keyboard.press("ArrowRight")
    assert len(heights(page)) == 121
    assert max(heights(page)) - min(heights(page)) < 0.5
    page.click(f"{ROOT} .prediction-valider")
    expect(page.locator(f"{ROOT} .prediction-bilan")).to_contain_text(
        "Les deux courbes s’écartent"
    )
    page.keyboard.press("Shift+Tab")
    points.first.focus()
    page.keyboard.press("End")
    expect(points.first).to_have_attribute("aria-valuetext", "0,24")


@pytest.mark.parametrize("address", ["http", "file"], indirect=True)
def test_le_trace_survit_au_rechargement(page):
    draw(page)
    page.click(f"{ROOT} .prediction-valider")
    before = heights(page)
    reload(page)
    assert heights(page) == before
    expect(page.locator(f"{ROOT} .trace-mesure path")).to_have_count(1)
    page.click(f"{ROOT} .prediction-recommencer")
    assert heights(page) == []
    expect(page.locator(f"{ROOT} .trace-mesure path")).to_have_count(0)


def test_au_doigt_la_toile_suit_le_toucher(open_page, address):
    page = open_page(
        f"{address}/index.html", has_touch=True, viewport={"width": 390, "height": 800}
    )
    canvas = page.locator(f"{ROOT} svg")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    session = page.context.new_cdp_session(page)

    def touch(kind, x=None, y=None):
        points = [] if x is None else [{"x": x, "y": y}]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    y = box["y"] + box["height"] / 2
    touch("touchStart", box["x"] + box["width"] * 0.1, y)
    for step in range(1, 11):
        touch("touchMove", box["x"] + box["width"] * (0.1 + 0.087 * step), y)
    touch("touchEnd")
    assert len(heights(page)) > 110
    page.click(f"{ROOT} .prediction-valider")
    expect(page.locator(REVELATION)).to_have_class("revelation ouverte")
