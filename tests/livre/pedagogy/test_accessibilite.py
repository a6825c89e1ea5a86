"""Aucune infraction relevée par axe, en clair et en sombre, avant et après usage."""

import pytest
from axe_playwright_python.sync_playwright import Axe

PARTS = [".prediction", ".revelation", ".calcul", ".ordonner", ".quiz"]


def violations(page):
    found = Axe().run(page, context={"include": [[part] for part in PARTS]})
    return [
        (rule["id"], node["html"][:120])
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


def use_everything(page):
    """Répond partout, juste ou faux, pour faire paraître chaque état."""
    page.fill("#pred-variance input", "16")
    for show in page.locator(".prediction-montrer").all()[1:]:
        show.click()
    page.click("#pred-variance .prediction-valider")
    for text in ("0,867", "0,2"):
        page.fill(".calcul input", text)
        page.click(".calcul .verifier")
    page.click(".ordonner .verifier")
    page.locator(".ordonner .retirer").first.click()
    for number, rank in [(0, 1), (1, 1)]:
        root = page.locator(".quiz .question").nth(number)
        root.locator(f'[data-option="{rank}"] label').click()
        root.locator(".verifier").click()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_ne_trouve_rien(open_page, server, theme):
    page = open_page(f"{server}/index.html", color_scheme=theme)
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert violations(page) == []
    use_everything(page)
    assert violations(page) == []


def test_les_cibles_font_44_pixels(open_page, server):
    page = open_page(f"{server}/index.html", viewport={"width": 390, "height": 800})
    page.fill("#pred-variance input", "16")
    parts = ", ".join(
        f"{part} {tag}" for part in PARTS for tag in ("button", "label:has(input)")
    )
    boxes = [node.bounding_box() for node in page.locator(parts).all()]
    sizes = [(box["width"], box["height"]) for box in boxes if box]
    assert len(sizes) > 20
    assert min(min(size) for size in sizes) >= 44


def test_rien_ne_deborde_sur_un_telephone(open_page, server):
    page = open_page(f"{server}/index.html", viewport={"width": 390, "height": 800})
    use_everything(page)
    for part in PARTS:
        for node in page.locator(part).all():
            overflow = node.evaluate("n => n.scrollWidth - n.clientWidth")
            assert overflow <= 0, part
