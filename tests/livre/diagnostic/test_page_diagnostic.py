"""Le diagnostic dans la page : réponses, route de lecture, clavier, papier."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect


def question(page: Page, number: int) -> Locator:
    return page.locator(".diagnostic .question").nth(number)


def choose(page: Page, number: int, rank: int) -> Locator:
    """Choisit l'option de rang `rank` dans la source, puis vérifie."""
    root = question(page, number)
    root.locator(f'.option[data-option="{rank}"] label').click()
    root.locator(".verifier").click()
    return root.locator(".retour")


def route(page: Page) -> dict[str, list[str]]:
    """La route affichée : titre de chaque liste → textes de ses liens."""
    boxes = page.locator(".route > div").all()
    return {
        box.locator(".route-titre").inner_text(): box.locator("a").all_inner_texts()
        for box in boxes
    }


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_une_question_manquee_suffit_pour_que_sa_section_soit_a_lire(ouvrir, protocol):
    page = ouvrir("index.html", protocol)
    expect(question(page, 0).locator(".section-citee")).to_be_hidden()
    expect(choose(page, 0, 0)).to_contain_text("Juste. On ajoute")
    assert route(page) == {"✓ Vous pouvez passer": ["Le produit scalaire"]}
    question(page, 1).locator(".ignorer").click()
    reply = question(page, 1).locator(".retour")
    expect(reply).to_contain_text("La bonne réponse est marquée. C’est")
    expect(reply).to_be_focused()
    expect(page.locator(".diagnostic-score")).to_have_text("2 réponses sur 3.")
    assert route(page)["→ À lire"] == ["Le softmax et la température"]
    expect(choose(page, 2, 0)).to_contain_text("Non. Ce serait")
    assert route(page) == {
        "→ À lire": ["Le produit scalaire", "Le softmax et la température"]
    }
    score = page.locator(".diagnostic-score")
    expect(score).to_have_text("1 bonne réponse sur 3. 2 sections à lire.")
    page.locator(".route a").last.click()
    expect(page.locator("article h1")).to_contain_text("Le softmax")


def test_la_premiere_reponse_clot_la_question_puis_l_on_recommence(ouvrir):
    page = ouvrir("index.html")
    choose(page, 0, 1)
    root = question(page, 0)
    expect(root.locator(".verifier")).to_be_hidden()
    expect(root.locator(".ignorer")).to_be_hidden()
    expect(root.locator('[data-option="0"]')).to_contain_text("✓ juste")
    expect(root.get_by_text("On ajoute 3")).to_be_visible()
    expect(root.locator(".section-citee a")).to_have_text("Le produit scalaire")
    choose(page, 1, 1)
    choose(page, 2, 1)
    page.locator(".recommencer").click()
    assert route(page) == {}
    expect(page.locator(".diagnostic-score")).to_have_text("")
    expect(root.locator("input:checked")).to_have_count(0)
    for number, rank in enumerate([0, 1, 1]):
        choose(page, number, rank)
    score = page.locator(".diagnostic-score")
    expect(score).to_contain_text("3 bonnes réponses sur 3. Vous pouvez")


def test_au_clavier_sur_un_telephone_rien_ne_deborde(ouvrir):
    size = {"width": 390, "height": 844}
    page = ouvrir("index.html", theme="dark", viewport=size, reduced_motion="reduce")
    question(page, 0).locator("input").first.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(question(page, 0).locator(".ignorer")).to_be_focused()
    page.keyboard.press("Enter")
    assert route(page) == {"→ À lire": ["Le produit scalaire"]}
    choose(page, 1, 1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    targets = ".diagnostic :is(button, label, .route a):visible"
    for target in page.locator(targets).all():
        assert target.bounding_box()["height"] >= 40
    options = {"resultTypes": ["violations"], "preload": False}
    found = Axe().run(page, context={"include": [[".diagnostic"]]}, options=options)
    assert [v["id"] for v in found.response["violations"]] == []


def test_sans_script_et_sur_papier_reponses_et_sections_sont_la(ouvrir):
    bare = ouvrir("index.html", java_script_enabled=False)
    expect(question(bare, 0).locator(".ignorer")).to_be_hidden()
    for media in ("screen", "print"):
        bare.emulate_media(media=media)
        expect(question(bare, 1).locator(".section-citee a")).to_be_visible()
    text = question(bare, 0).get_by_text("On ajoute 3")
    assert text.evaluate("node => node.checkVisibility()")
    page = ouvrir("index.html")
    page.emulate_media(media="print")
    expect(question(page, 0).get_by_text("On ajoute 3")).to_be_visible()
    expect(question(page, 0).locator(".section-citee a")).to_be_visible()
