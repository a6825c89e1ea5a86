"""Une page avec les horloges et la rotation, écrite comme le livre l'écrit."""

import shutil

import pytest
from mini_site import ASSETS, served, visits

PAGE = """<!doctype html><html lang="fr" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Essai</title>
<link rel="stylesheet" href="_static/cours/css/base.css">
<link rel="stylesheet" href="_static/cours/css/interactions.css">
<script>document.documentElement.dataset.theme = localStorage.theme || "light"</script>
<script defer src="_static/cours/js/interactions.js"></script></head>
<body class="bd-article"><main><h1>Essai</h1>{body}</main></body></html>"""
FRAME = """<div class="interaction" role="group" aria-label="{alt}"
 data-interaction="{name}"><p class="interaction-repli">{alt}</p>
<div class="interaction-texte"><p>{numbers}</p></div></div>"""
NUMBER = """<span class="nombre-mobile" data-name="{}" data-min="{}" data-max="{}"
 data-value="{}" data-label="{}">{}</span>"""
NUMBERS = {
    "horloges": [
        ("paires", 2, 32, 8, "nombre d'horloges"),
        ("base", 10, 100000, 10000, "base"),
        ("k", 0, 128, 5, "distance"),
    ],
    "rope": [("degres", 0, 60, 15, "degrés par position")],
}


def frame(name: str) -> str:
    """Le cadre d'une interaction, et ses nombres à faire glisser."""
    numbers = " ; ".join(NUMBER.format(*n, n[3]) for n in NUMBERS[name])
    return FRAME.format(name=name, alt=f"Figure {name}.", numbers=numbers)


@pytest.fixture(scope="session")
def adresses_positions(tmp_path_factory):
    """Les deux adresses de la page d'essai."""
    site = tmp_path_factory.mktemp("positions")
    shutil.copytree(ASSETS, site / "_static" / "cours")
    body = "".join(map(frame, NUMBERS))
    (site / "essai.html").write_text(PAGE.format(body=body), encoding="utf-8")
    with served(site) as addresses:
        yield addresses


@pytest.fixture
def ouvrir(chromium, adresses_positions):
    """Ouvre la page et attend qu'une de ses interactions soit prête."""
    with visits(chromium, adresses_positions) as visit:

        def opened(name: str, protocol: str = "http", **options):
            page = visit("essai.html", protocol, **options)
            root = page.locator(f'[data-interaction="{name}"]')
            root.scroll_into_view_if_needed()
            page.wait_for_selector(f'[data-interaction="{name}"][data-etat="prete"]')
            return page, root

        yield opened
