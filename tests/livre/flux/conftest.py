"""Une page avec la tour dont on retire résidus et normes, comme dans le livre."""

import shutil

import pytest
from mini_site import ASSETS, served, visits

PAGE = """<!doctype html><html lang="fr" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Essai</title>
<link rel="stylesheet" href="_static/cours/css/base.css">
<link rel="stylesheet" href="_static/cours/css/interactions.css">
<script defer src="_static/cours/js/interactions.js"></script></head>
<body class="bd-article"><main><h1>Essai</h1>
<div class="interaction" role="group" aria-label="Une tour"
 data-interaction="flux"><div class="interaction-texte"><p>{}</p></div></div>
</main></body></html>"""
NUMBER = """<span class="nombre-mobile" data-name="{}" data-min="{}" data-max="{}"
 data-value="{}" data-label="{}">{}</span>"""
NUMBERS = (
    ("ecriture", 0.1, 2, 0.5, "taille des écritures", 0.5),
    ("poussee", 0, 3, 0, "poussée commune", 0),
)


@pytest.fixture(scope="session")
def adresses_flux(tmp_path_factory):
    """Les deux adresses de la page d'essai."""
    site = tmp_path_factory.mktemp("flux")
    shutil.copytree(ASSETS, site / "_static" / "cours")
    numbers = " et ".join(NUMBER.format(*number) for number in NUMBERS)
    (site / "essai.html").write_text(PAGE.format(numbers), encoding="utf-8")
    with served(site) as addresses:
        yield addresses


@pytest.fixture
def ouvrir(chromium, adresses_flux):
    """Ouvre la page, attend que la tour soit prête, rend la page et le cadre."""
    with visits(chromium, adresses_flux) as visit:

        def opened(protocol: str = "http", **options):
            page = visit("essai.html", protocol, **options)
            page.wait_for_selector('[data-interaction="flux"][data-etat="prete"]')
            return page, page.locator('[data-interaction="flux"]')

        yield opened
