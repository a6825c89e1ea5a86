"""Chaque page du site, dans un vrai navigateur."""

import pytest
from axe_playwright_python.sync_playwright import Axe

# Ce que la page a le droit de demander avant tout geste du lecteur, compressé.
FIRST_PAINT_LIMIT = 600_000

SCROLL = """(top) => new Promise((done) => {
  window.scrollTo(0, top);
  requestAnimationFrame(() => requestAnimationFrame(done));
})"""

# Dessin des formules, muet pour les lecteurs d'écran : des milliers d'éléments dont le
# contraste est celui du texte ou des trois couleurs, vérifié ailleurs.
AXE_CONTEXT = {"include": [["html"]], "exclude": [[".katex-html"]]}

TRANSFERRED = """() => {
  const entries = [
    ...performance.getEntriesByType("navigation"),
    ...performance.getEntriesByType("resource"),
  ];
  return entries.map((e) => [e.name, e.encodedBodySize + 300]);
}"""

WIDE = """() => {
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  if (wide <= 0) return [];
  const scrolls = (e) => e && e !== document.body &&
    (["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(e).overflowX) ||
     scrolls(e.parentElement));
  return [...document.body.querySelectorAll("*")]
    .filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1)
    .filter((e) => !scrolls(e.parentElement))
    .map((e) => e.tagName + "." + e.className).slice(0, 8);
}"""


def scroll_through(page):
    """Descend jusqu'au bas de la page : ce qui se charge à l'approche se charge."""
    top = 0
    while top < page.evaluate("document.documentElement.scrollHeight"):
        page.evaluate(SCROLL, top)
        top += 1000  # la page s'allonge à mesure qu'elle est mise en page
    page.wait_for_load_state("networkidle")


def test_la_page_est_legere_et_ne_demande_rien_ailleurs(visiter, adresse_page):
    page, visit = visiter(adresse_page)
    page.wait_for_load_state("networkidle")
    sizes = page.evaluate(TRANSFERRED)
    total = sum(size for _, size in sizes)
    heaviest = sorted(sizes, key=lambda entry: -entry[1])[:6]
    assert 0 < total <= FIRST_PAINT_LIMIT, f"{total} octets, dont {heaviest}"
    scroll_through(page)
    visit.check()


def test_depuis_un_dossier_la_page_ne_se_plaint_de_rien(visiter, adresse_page):
    page, visit = visiter(adresse_page, "file")
    scroll_through(page)
    visit.check()


def violations(page, **options):
    """Ce qu'axe reproche à la page : règle, éléments et explication."""
    options = {"resultTypes": ["violations"], **options}
    found = Axe().run(page, AXE_CONTEXT, options).response["violations"]
    return [
        (rule["id"], node["target"], node["failureSummary"][:200])
        for rule in found
        for node in rule["nodes"][:3]
    ]


def test_la_page_est_accessible_en_clair_et_en_sombre(visiter, adresse_page):
    page, _ = visiter(adresse_page, reduced_motion="reduce")
    scroll_through(page)
    page.wait_for_timeout(250)
    page.add_style_tag(content="section { content-visibility: visible !important; }")
    assert violations(page) == []
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_timeout(100)
    # Du clair au sombre, seules les couleurs changent.
    assert violations(page, runOnly=["color-contrast", "link-in-text-block"]) == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_le_theme_suit_le_systeme_des_le_premier_affichage(visiter, theme):
    page, _ = visiter("search.html", theme=theme)
    assert page.evaluate("document.documentElement.dataset.theme") == theme


def test_sur_un_telephone_rien_ne_deborde_et_ce_qui_defile_prend_le_clavier(
    visiter, adresse_page
):
    page, _ = visiter(adresse_page, viewport={"width": 390, "height": 844})
    scroll_through(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, f"largeur {width}, à cause de {page.evaluate(WIDE)}"
    page.wait_for_timeout(300)
    unreachable = page.evaluate(
        """() => [...document.querySelectorAll(".formule-corps, pre")]
          .filter((e) => e.checkVisibility({ visibilityProperty: true }))
          .filter((e) => ["auto", "scroll"].includes(getComputedStyle(e).overflowX))
          .filter((e) => e.scrollWidth > e.clientWidth + 1 && e.tabIndex !== 0)
          .map((e) => e.textContent.slice(0, 60))"""
    )
    assert unreachable == []


def test_l_adresse_du_site_mene_a_l_accueil(visiter):
    page, visit = visiter("index.html")
    page.wait_for_url("**/book/accueil.html")
    visit.check()


def test_une_adresse_inconnue_mene_a_la_page_introuvable(visiter):
    page, _ = visiter("chapitres/nulle/part.html")
    assert page.locator("h1").inner_text() == "Page introuvable"
