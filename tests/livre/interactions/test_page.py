"""Ce que toute figure doit au lecteur : accès, impression, repli, sobriété."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from mini_site import reload
from playwright.sync_api import expect

PAGES = ["index.html", "chapitres/04_attention.html"]


def reveiller(page):
    """Fait venir toutes les figures de la page."""
    for root in page.locator(".interaction").all():
        root.scroll_into_view_if_needed()
        expect(root).to_have_attribute("data-etat", "prete")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_ne_trouve_rien_a_redire(ouvrir, path, theme, width):
    page = ouvrir(path, theme=theme, width=width)
    reveiller(page)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    for details in page.locator("details").all():
        details.evaluate("d => { d.open = true; }")
    page.wait_for_timeout(300)
    cadres = [[".interaction"], [".carte"]]
    # « preload » irait chercher les feuilles importées à une mauvaise adresse.
    options = {"resultTypes": ["violations"], "preload": False}
    results = Axe().run(page, context={"include": cadres}, options=options)
    found = results.response["violations"]
    assert not found, [(v["id"], [n["html"] for n in v["nodes"]][:3]) for v in found]


@pytest.mark.parametrize("path", PAGES)
def test_rien_ne_deborde_sur_un_telephone(ouvrir, path):
    page = ouvrir(path, width=390)
    reveiller(page)
    debords = page.evaluate(
        """() => [...document.querySelectorAll('.interaction *, .carte')]
          .filter((e) => !e.closest('.defile, .plan, .interaction-annonce'))
          .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
          .map((e) => e.outerHTML.slice(0, 90))"""
    )
    assert debords == []


def test_un_script_ne_vient_que_si_lon_approche(ouvrir):
    page = ouvrir("chapitres/04_attention.html")
    page.set_viewport_size({"width": 1280, "height": 200})
    reload(page)
    page.wait_for_timeout(400)
    scripts = page.locator('script[src*="cours/interactions/"]')
    assert scripts.count() == 0
    reveiller(page)
    assert scripts.count() == 2


def test_sans_javascript_le_texte_et_la_description_se_lisent(ouvrir):
    page = ouvrir("chapitres/04_attention.html", java_script_enabled=False)
    root = page.locator('[data-interaction="saturation"]')
    expect(root.locator(".interaction-repli")).to_contain_text("avec et sans division")
    expect(root.locator(".interaction-texte")).to_contain_text("64 composantes")
    assert page.get_by_role("slider").count() == 0
    expect(page.locator(".carte svg")).to_be_visible()


def test_a_limpression_le_premier_etat_demeure(ouvrir):
    page = ouvrir("chapitres/04_attention.html")
    reveiller(page)
    page.emulate_media(media="print")
    root = page.locator('[data-interaction="attention-2d"]')
    expect(root.locator(".plan svg").first).to_be_visible()
    expect(root.locator(".a2d-table")).to_be_visible()
    expect(root.locator(".interaction-bouton")).to_be_hidden()
    expect(page.locator('[data-interaction="saturation"] svg').last).to_be_visible()


def test_demander_limpression_reveille_les_figures(ouvrir):
    page = ouvrir("chapitres/04_attention.html")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for name in ("attention-2d", "saturation"):
        page.wait_for_selector(f'[data-interaction="{name}"][data-etat="prete"]')


def test_recharger_les_scripts_ne_double_rien(ouvrir, adresses):
    page = ouvrir("chapitres/04_attention.html")
    reveiller(page)
    for script in (
        "js/interactions",
        "interactions/attention_2d",
        "interactions/saturation",
    ):
        page.add_script_tag(url=f"{adresses['http']}_static/cours/{script}.js")
    page.wait_for_timeout(200)
    assert page.locator(".interaction-scene").count() == 2
    assert page.locator(".poignee").count() == 9


def test_un_script_absent_laisse_le_repli(ouvrir):
    page = ouvrir("index.html")
    page.context.route("**/phrase.js", lambda route: route.abort())
    reload(page)
    root = page.locator('[data-interaction="phrase"]')
    root.scroll_into_view_if_needed()
    expect(root).to_have_attribute("data-etat", "erreur")
    expect(root.locator(".interaction-repli")).to_be_visible()
    ouvrir.problems[:] = [p for p in ouvrir.problems if "ERR_FAILED" not in p]


def test_les_scripts_se_taisent_sur_une_page_sans_figure(ouvrir):
    page = ouvrir("search.html")
    assert page.evaluate("typeof coursInteractions.register") == "function"


def test_mouvement_reduit_aucune_transition(ouvrir):
    page = ouvrir("chapitres/04_attention.html", reduced_motion="reduce")
    reveiller(page)
    barre = page.locator(".a2d-table .barre").first
    durees = barre.evaluate("e => getComputedStyle(e).transitionDuration")
    assert durees == "0s"


@pytest.mark.parametrize(
    ("x", "digits", "attendu"),
    [(2.526, 2, "2,53"), (-0.001, 2, "0,00"), (-1.5, 1, "\u22121,5"), (0, 1, "0,0")],
)
def test_les_nombres_secrivent_a_la_francaise(ouvrir, x, digits, attendu):
    page = ouvrir("index.html")
    assert page.evaluate("a => coursInteractions.fr(...a)", [x, digits]) == attendu
