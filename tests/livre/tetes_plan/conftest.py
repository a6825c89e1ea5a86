"""Une page avec les deux têtes à tourner, écrite comme le livre l'écrit."""

import shutil

import pytest
from mini_site import ASSETS, served, visits

PAGE = """<!doctype html><html lang="fr" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Essai</title>
<link rel="stylesheet" href="_static/cours/css/base.css">
<link rel="stylesheet" href="_static/cours/css/interactions.css">
<script defer src="_static/cours/js/interactions.js"></script></head>
<body class="bd-article"><main><h1>Essai</h1>
<div class="interaction" role="group" aria-label="Deux têtes"
 data-interaction="tetes"><div class="interaction-texte"><p>{}</p></div></div>
</main></body></html>"""
NUMBER = """<span class="nombre-mobile" data-name="theta_{0}"
 data-min="0" data-max="180"
 data-value="45" data-label="angle de la tête {0}">45</span>"""


@pytest.fixture(scope="session")
def adresses_tetes(tmp_path_factory):
    """Les deux adresses de la page d'essai."""
    site = tmp_path_factory.mktemp("tetes")
    shutil.copytree(ASSETS, site / "_static" / "cours")
    numbers = NUMBER.format(1) + " et " + NUMBER.format(2)
    (site / "essai.html").write_text(PAGE.format(numbers), encoding="utf-8")
    with served(site) as addresses:
        yield addresses


@pytest.fixture
def ouvrir(chromium, adresses_tetes):
    """Ouvre la page, attend que les têtes soient prêtes, rend la page et le cadre."""
    with visits(chromium, adresses_tetes) as visit:

        def opened(protocol: str = "http", **options):
            page = visit("essai.html", protocol, **options)
            page.wait_for_selector('[data-interaction="tetes"][data-etat="prete"]')
            return page, page.locator('[data-interaction="tetes"]')

        yield opened
