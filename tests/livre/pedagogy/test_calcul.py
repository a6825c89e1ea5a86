"""Le calcul de la page : l'erreur reconnue est nommée, la bonne réponse acceptée."""

import pytest
from playwright.sync_api import expect


def answer(page, text):
    page.fill(".calcul input", text)
    page.click(".calcul .verifier")
    return page.locator(".calcul .retour")


@pytest.mark.parametrize("text", ["0,665", "0.665", "0,67", "133/200", "66,5 %"])
def test_la_bonne_reponse_est_acceptee(page, text):
    said = answer(page, text)
    expect(said).to_contain_text("Oui, c’est juste.")
    expect(said).to_contain_text("L’échelle est là.")
    assert page.get_attribute(".calcul input", "aria-invalid") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0,867", "Vous avez oublié de diviser par"),
        ("0.87", "Vous avez oublié de diviser par"),
        ("1/3", "réparti les poids à égalité"),
        ("0,333", "réparti les poids à égalité"),
        ("0,7", "Reprenez la définition"),
        ("0,68", "Reprenez la définition"),
        ("-0,665", "Reprenez la définition"),
    ],
)
def test_une_erreur_recoit_son_message(page, text, message):
    said = answer(page, text)
    expect(said).to_contain_text("Pas encore.")
    expect(said).to_contain_text(message)
    expect(said).not_to_contain_text("0,867")
    expect(page.locator(".calcul input")).to_be_focused()
    expect(page.locator(".calcul input")).to_have_attribute("aria-invalid", "true")


def test_une_saisie_illisible_ne_compte_pas_comme_essai(page):
    for text in ("", "zéro", "1/2/3", "1,000.5"):
        expect(answer(page, text)).to_contain_text("par exemple 0,5 ou 2/3")
    expect(page.locator(".calcul .voir-solution")).to_be_hidden()


def test_la_solution_s_offre_apres_deux_essais(page):
    answer(page, "0,1")
    expect(page.locator(".calcul .voir-solution")).to_be_hidden()
    answer(page, "0,2")
    page.click(".calcul .voir-solution")
    expect(page.locator(".calcul .retour")).to_contain_text("Réponse\u00a0: 0,665.")


@pytest.mark.parametrize("address", ["http", "file"], indirect=True)
def test_au_clavier_seul(page):
    page.focus(".calcul input")
    page.keyboard.type("0,867")
    page.keyboard.press("Enter")
    expect(page.locator(".calcul .retour")).to_contain_text("oublié de diviser")
    page.keyboard.press("Control+a")
    page.keyboard.type("0,665")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".calcul .retour")).to_contain_text("c’est juste")


@pytest.mark.parametrize("address", ["http", "file"], indirect=True)
def test_sans_javascript_la_reponse_se_deplie(open_page, address):
    page = open_page(f"{address}/index.html", java_script_enabled=False)
    expect(page.locator(".calcul input")).to_be_hidden()
    page.click(".calcul summary")
    expect(page.locator(".calcul .reponse")).to_contain_text("0,665")
    expect(page.locator(".calcul .messages")).to_contain_text("0,867")
