"""Une page avec la marche dans un Transformer, émise par sa cellule."""

import os
import shutil

import pytest
import torch
from mini_site import ASSETS, served, visits

from cours_transformers.data.number_task import NumberTask
from cours_transformers.training.numbers import number_model
from cours_transformers.widgets.walk import walk_transformer

PAGE = """<!doctype html><html lang="fr" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Essai</title>
<link rel="stylesheet" href="../_static/cours/css/base.css">
<link rel="stylesheet" href="../_static/cours/css/interactions.css">
<script>document.documentElement.dataset.theme = localStorage.theme || "light"</script>
<script defer src="../_static/cours/js/interactions.js"></script></head>
<body class="bd-article"><main><h1>Essai</h1>{body}</main></body></html>"""
NUMBERS = [381_291, 77, 4_092]


@pytest.fixture(scope="session")
def marche():
    """L'interaction d'un modèle tiré au sort, telle que la page la reçoit."""
    os.environ["COURS_PAGE"] = "1"
    try:
        torch.manual_seed(0)
        task = NumberTask()
        caption = "Trois nombres, un modèle ignorant."
        return walk_transformer(number_model(task), task, NUMBERS, caption=caption)
    finally:
        del os.environ["COURS_PAGE"]


@pytest.fixture(scope="session")
def adresses_marche(tmp_path_factory, marche):
    """Les adresses d'un site où la page est dans un sous-dossier, comme un chapitre."""
    site = tmp_path_factory.mktemp("marche")
    shutil.copytree(ASSETS, site / "_static" / "cours")
    (site / "chapitres").mkdir()
    page = site / "chapitres" / "essai.html"
    page.write_text(PAGE.format(body=marche.html), encoding="utf-8")
    with served(site) as addresses:
        yield addresses


@pytest.fixture
def ouvrir(chromium, adresses_marche):
    """Ouvre la page et attend que l'interaction soit prête."""
    with visits(chromium, adresses_marche) as visit:

        def opened(protocol: str = "http", **options):
            page = visit("chapitres/essai.html", protocol, **options)
            root = page.locator('[data-interaction="marche"]')
            root.scroll_into_view_if_needed()
            if options.get("java_script_enabled", True):
                page.wait_for_selector('[data-interaction][data-etat="prete"]')
            return page, root

        yield opened
