"""Le quiz : explication de chaque choix, score du premier coup, options mêlées."""

import pytest
from mini_site import reload
from playwright.sync_api import expect


def question(page, number):
    return page.locator(".quiz .question").nth(number)


def choose(page, number, rank):
    """Choisit l'option de rang `rank` dans la source, puis vérifie."""
    root = question(page, number)
    option = root.locator(f'.option[data-option="{rank}"]')
    option.locator("label").click()
    expect(option.locator("input")).to_be_checked()
    root.locator(".verifier").click()
    return root.locator(".retour")


def test_une_mauvaise_option_est_expliquee_sans_livrer_la_bonne(page):
    said = choose(page, 0, 1)
    expect(said).to_contain_text("Non. Ce serait le cas après l’échelle.")
    expect(said).to_have_class("retour faux")
    for text in ("s’ajoute", "C’est l’écart type."):
        for found in question(page, 0).get_by_text(text).all():
            expect(found).to_be_hidden()
    expect(question(page, 0).locator(".verifier")).to_be_visible()
    expect(question(page, 0).locator('[data-option="1"]')).to_contain_text("✗ essayée")


@pytest.mark.parametrize("address", ["http", "file"], indirect=True)
def test_la_bonne_option_ouvre_toutes_les_explications(page):
    said = choose(page, 0, 0)
    expect(said).to_contain_text("Juste. La variance d’une somme")
    expect(said).to_have_class("retour juste")
    expect(said).to_be_focused()
    for text in ("Ce serait le cas", "C’est l’écart type."):
        expect(question(page, 0).get_by_text(text)).to_be_visible()
    expect(question(page, 0).locator(".verifier")).to_be_hidden()


@pytest.mark.parametrize("address", ["http", "file"], indirect=True)
def test_le_score_compte_les_reussites_du_premier_coup(page):
    choose(page, 0, 1)
    choose(page, 0, 0)
    expect(page.locator(".quiz-score")).to_have_text("")
    choose(page, 1, 1)
    expect(page.locator(".quiz-score")).to_contain_text("1 sur 2 du premier coup")
    page.click(".quiz .recommencer")
    expect(page.locator(".quiz-score")).to_have_text("")
    expect(question(page, 0).locator("input:checked")).to_have_count(0)
    expect(question(page, 0).get_by_text("C’est l’écart type.")).to_be_hidden()
    choose(page, 0, 0)
    choose(page, 1, 1)
    expect(page.locator(".quiz-score")).to_contain_text("2 sur 2 du premier coup")


def test_sans_choix_rien_n_est_juge(page):
    question(page, 0).locator(".verifier").click()
    expect(question(page, 0).locator(".retour")).to_contain_text("Choisissez d’abord")
    choose(page, 0, 0)
    choose(page, 1, 1)
    expect(page.locator(".quiz-score")).to_contain_text("2 sur 2")


def test_au_clavier_seul(page):
    first = question(page, 0).locator("input").first
    first.focus()
    page.keyboard.press("Space")
    while question(page, 0).locator("input:checked").get_attribute("value") != "0":
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(question(page, 0).locator(".verifier")).to_be_focused()
    page.keyboard.press("Enter")
    expect(question(page, 0).locator(".retour")).to_contain_text("Juste.")


def test_les_options_changent_d_ordre(page):
    orders = set()
    for _ in range(12):
        options = question(page, 0).locator(".option").all()
        orders.add(tuple(option.get_attribute("data-option") for option in options))
        reload(page)
    assert len(orders) > 1
    assert all(sorted(order) == ["0", "1", "2"] for order in orders)


def test_sans_javascript_et_a_l_impression_les_explications_sont_la(
    open_page, address, page
):
    page.emulate_media(media="print")
    expect(question(page, 0).get_by_text("C’est l’écart type.")).to_be_visible()
    bare = open_page(f"{address}/index.html", java_script_enabled=False)
    expect(question(bare, 0).locator(".verifier")).to_be_hidden()
    question(bare, 0).locator("summary").click()
    expect(question(bare, 0).get_by_text("C’est l’écart type.")).to_be_visible()
    reload(bare)
    bare.emulate_media(media="print")
    text = question(bare, 0).get_by_text("C’est l’écart type.")
    assert text.evaluate("node => node.checkVisibility()")
