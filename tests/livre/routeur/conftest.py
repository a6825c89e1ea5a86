"""Une page où l'on est le routeur, écrite comme le livre l'écrit."""

import shutil

import pytest
from mini_site import ASSETS, served, visits

PAGE = """<!doctype html><html lang="fr" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Essai</title>
<link rel="stylesheet" href="_static/cours/css/base.css">
<link rel="stylesheet" href="_static/cours/css/interactions.css">
<script>document.documentElement.dataset.theme = localStorage.theme || "light"</script>
<script defer src="_static/cours/js/interactions.js"></script></head>
<body class="bd-article"><main><h1>Essai</h1>
<div class="interaction" role="group" aria-label="Être le routeur"
 data-interaction="routeur"><div class="interaction-texte"><p>
<span class="nombre-mobile" data-name="capacite" data-min="1" data-max="12"
 data-value="3" data-label="places par expert">3</span></p></div></div>
</main></body></html>"""


@pytest.fixture(scope="session")
def adresses_routeur(tmp_path_factory):
    """Les deux adresses de la page d'essai."""
    site = tmp_path_factory.mktemp("routeur")
    shutil.copytree(ASSETS, site / "_static" / "cours")
    (site / "essai.html").write_text(PAGE, encoding="utf-8")
    with served(site) as addresses:
        yield addresses


@pytest.fixture
def ouvrir(chromium, adresses_routeur):
    """Ouvre la page, attend que le routeur soit prêt, rend la page et le cadre."""
    with visits(chromium, adresses_routeur) as visit:

        def opened(protocol: str = "http", **options):
            page = visit("essai.html", protocol, **options)
            page.wait_for_selector('[data-interaction="routeur"][data-etat="prete"]')
            return page, page.locator('[data-interaction="routeur"]')

        yield opened
