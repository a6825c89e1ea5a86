"""« Prédisez » : la suite cachée, puis montrée avec la réponse et la mesure."""

import pytest
from mini_site import reload, settle
from playwright.sync_api import expect

VARIANCE = "#pred-variance"
HIDDEN = '.revelation[data-prediction="pred-variance"]'


def shown(page, selector=HIDDEN):
    """Vrai si le lecteur voit le contenu, même replié par `content-visibility`."""
    return page.locator(f"{selector} p").first.evaluate(
        "node => node.checkVisibility({contentVisibilityAuto: true})"
    )


def answer(page, text, root=VARIANCE):
    page.fill(f"{root} input[type=text]", text)
    page.click(f"{root} .prediction-valider")


@pytest.mark.parametrize("address", ["http", "file"], indirect=True)
def test_la_suite_est_cachee_puis_montree_avec_la_reponse(page):
    assert not shown(page)
    answer(page, "16")
    assert shown(page)
    expect(page.locator(f"{VARIANCE} .prediction-bilan")).to_contain_text(
        "Vous aviez prédit 16\u202f; la mesure donne 256,3."
    )
    expect(page.locator(f"{VARIANCE} .prediction-bilan")).to_contain_text(
        "Un facteur 16\u00a0: une surprise"
    )
    assert not shown(page, '.revelation[data-prediction="pred-choix"]')


def test_montrer_sans_repondre(page):
    page.click(f"{VARIANCE} .prediction-montrer")
    assert shown(page)
    bilan = page.locator(f"{VARIANCE} .prediction-bilan")
    expect(bilan).to_have_text("La mesure donne 256,3.")


def test_la_virgule_et_la_proximite(page):
    answer(page, "256,0")
    expect(page.locator(f"{VARIANCE} .prediction-bilan")).to_contain_text(
        "Vous aviez prédit 256\u202f; la mesure donne 256,3. Vous y étiez"
    )


def test_une_saisie_illisible_ou_hors_bornes_ne_montre_rien(page):
    bilan = page.locator(f"{VARIANCE} .prediction-bilan")
    for text, said in [
        ("beaucoup", "Écrivez un nombre"),
        ("-3", "au moins 0 et au plus"),
    ]:
        answer(page, text)
        expect(bilan).to_contain_text(said)
        expect(page.locator(f"{VARIANCE} input")).to_be_focused()
        assert not shown(page)


def test_au_clavier_seul(page):
    page.focus(f"{VARIANCE} input")
    page.keyboard.type("9")
    page.keyboard.press("ArrowUp")
    expect(page.locator(f"{VARIANCE} input")).to_have_value("10")
    page.keyboard.press("Enter")
    assert shown(page)
    restart = page.locator(f"{VARIANCE} .prediction-recommencer")
    expect(restart).to_be_focused()
    page.keyboard.press("Enter")
    assert not shown(page)
    expect(page.locator(f"{VARIANCE} input")).to_be_focused()


@pytest.mark.parametrize("address", ["http", "file"], indirect=True)
def test_la_reponse_survit_au_rechargement_et_recommencer_l_oublie(page):
    answer(page, "16")
    reload(page)
    assert shown(page)
    expect(page.locator(f"{VARIANCE} input")).to_have_value("16")
    expect(page.locator(f"{VARIANCE} .prediction-bilan")).to_contain_text(
        "Vous aviez prédit 16"
    )
    page.click(f"{VARIANCE} .prediction-recommencer")
    reload(page)
    assert not shown(page)


@pytest.mark.parametrize("address", ["http", "file"], indirect=True)
def test_sans_memoire_la_page_marche(browser, address):
    """Le thème, lui, se plaint : on ne regarde que la prédiction."""
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage',"
        " {get() { throw new Error('refusé'); }})"
    )
    page.goto(f"{address}/index.html")
    settle(page)
    answer(page, "16")
    assert shown(page)
    context.close()


def test_un_choix_compare_les_options(page):
    page.locator("#pred-choix label").nth(1).click()
    page.click("#pred-choix .prediction-valider")
    bilan = page.locator("#pred-choix .prediction-bilan")
    expect(bilan).to_contain_text("Vous aviez choisi «\u00a0celle avec échelle\u00a0»")
    expect(bilan).to_contain_text("sans échelle\u00a0». La suite dit pourquoi.")
    expect(page.locator("#pred-choix .option").nth(0)).to_contain_text("mesuré")
    expect(page.locator("#pred-choix .option").nth(1)).to_contain_text("votre choix")
    expect(page.locator("#pred-choix .option").nth(2)).not_to_contain_text("mesuré")


def test_un_choix_confirme_par_la_mesure(page):
    page.locator("#pred-choix label").nth(0).click()
    page.click("#pred-choix .prediction-valider")
    expect(page.locator("#pred-choix .prediction-bilan")).to_contain_text(
        "la mesure vous donne raison"
    )


def test_un_choix_demande_une_reponse(page):
    page.click("#pred-choix .prediction-valider")
    expect(page.locator("#pred-choix .prediction-bilan")).to_contain_text("Choisissez")
    assert not shown(page, '.revelation[data-prediction="pred-choix"]')


@pytest.mark.parametrize("address", ["http", "file"], indirect=True)
def test_une_adresse_vers_la_suite_l_ouvre(page, address, open_page):
    assert not shown(page)
    page.click("a[href='#cible-cachee']")
    assert shown(page)
    expect(page.locator("#cible-cachee")).to_be_in_viewport()
    other = open_page(f"{address}/index.html#cible-cachee")
    assert shown(other)
    expect(other.locator("#cible-cachee")).to_be_in_viewport()


def test_la_recherche_du_navigateur_ouvre_la_suite(page):
    assert page.get_attribute(HIDDEN, "hidden") == "until-found"
    page.locator(HIDDEN).dispatch_event("beforematch")
    assert shown(page)


def test_a_l_impression_tout_est_visible(page):
    page.emulate_media(media="print")
    for revelation in page.locator(".revelation").all():
        assert revelation.locator("p").first.evaluate("n => n.checkVisibility()")
    expect(page.locator(f"{VARIANCE} button").first).to_be_hidden()


def test_sans_javascript_tout_est_visible(open_page, address):
    page = open_page(f"{address}/index.html", java_script_enabled=False)
    for name in ("pred-variance", "pred-choix", "pred-courbe"):
        revelation = page.locator(f'.revelation[data-prediction="{name}"]')
        expect(revelation).to_be_visible()
    expect(page.locator(f"{VARIANCE} button").first).to_be_hidden()
    expect(page.locator(f"{VARIANCE} .sans-js")).to_be_visible()


def test_rien_n_apparait_avant_que_le_script_agisse(browser, server):
    """Le script est retenu : la feuille de style suffit à cacher la suite."""
    context = browser.new_context()
    page = context.new_page()
    page.route("**/pedagogy*.js*", lambda route: route.abort())
    page.goto(f"{server}/index.html")
    settle(page)
    assert not shown(page)
    context.close()


@pytest.mark.parametrize("address", ["http", "file"], indirect=True)
def test_les_cellules_d_un_carnet_sont_cachees_avec_leurs_sorties(open_page, address):
    page = open_page(f"{address}/carnet.html")
    hidden = page.locator(".revelation .cell")
    assert hidden.count() == 2
    expect(page.locator(".revelation output.mesure")).to_have_count(1)
    visible = "node => node.checkVisibility({contentVisibilityAuto: true})"
    assert not hidden.first.locator("pre").first.evaluate(visible)
    answer(page, "8", "#pred-carnet")
    assert hidden.first.locator("pre").first.evaluate(visible)
    expect(page.locator("#pred-carnet .prediction-bilan")).to_contain_text(
        "exactement cela"
    )
    expect(page.locator(".revelation details")).to_have_count(1)
