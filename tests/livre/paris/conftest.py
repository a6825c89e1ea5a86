"""Une page avec un pari et une marche dans une LSTM, émis par leurs cellules."""

import os
import shutil

import numpy as np
import pytest
from mini_site import ASSETS, served, visits

from cours_transformers.widgets.bet import bet
from cours_transformers.widgets.gates import walk_gates

PAGE = """<!doctype html><html lang="fr" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Essai</title>
<link rel="stylesheet" href="../_static/cours/css/base.css">
<link rel="stylesheet" href="../_static/cours/css/interactions.css">
<script>document.documentElement.dataset.theme = localStorage.theme || "light"</script>
<script defer src="../_static/cours/js/interactions.js"></script></head>
<body class="bd-article"><main><h1>Essai</h1>{body}</main></body></html>"""
ALPHABET = "aehlnostu ’"
TEXTS = ["la hase salue l’âne".replace("â", "a"), "le loup hulule".replace("p", "t")]
SYMBOLS = "La souris que les chats regardent."


def bigram() -> np.ndarray:
    """Un bigramme quelconque, positif et tiré au sort."""
    raw = np.random.default_rng(0).random((len(ALPHABET), len(ALPHABET))) + 0.02
    return raw / raw.sum(axis=1, keepdims=True)


def shares() -> np.ndarray:
    """Des fréquences décroissantes."""
    raw = np.arange(len(ALPHABET), 0, -1.0)
    return raw / raw.sum()


def gates() -> dict[str, np.ndarray]:
    """Des portes lisses, et l'état qui en découle."""
    t = np.linspace(0, 9, len(SYMBOLS))[:, None] + np.array([[0.0, 1, 3, 5]])
    found = {"i": np.sin(t) ** 2, "f": 0.5 + 0.49 * np.cos(t), "o": np.cos(t) ** 2}
    found |= {"g": np.cos(2 * t), "c": np.zeros_like(t)}
    for k in range(len(SYMBOLS)):
        before = found["c"][k - 1] if k else 0
        found["c"][k] = found["f"][k] * before + found["i"][k] * found["g"][k]
    return found


@pytest.fixture(scope="session")
def widgets():
    """Les deux interactions, telles que la page les reçoit."""
    os.environ["COURS_PAGE"] = "1"
    try:
        caption = "Un conte, à deviner."
        one = bet(bigram(), TEXTS, ALPHABET, frequencies=shares(), caption=caption)
        return {"parier": one, "portes": walk_gates(SYMBOLS, gates())}
    finally:
        del os.environ["COURS_PAGE"]


@pytest.fixture(scope="session")
def adresses_paris(tmp_path_factory, widgets):
    """Les adresses d'un site où la page est dans un sous-dossier, comme un chapitre."""
    site = tmp_path_factory.mktemp("paris")
    shutil.copytree(ASSETS, site / "_static" / "cours")
    (site / "chapitres").mkdir()
    body = "".join(widget.html for widget in widgets.values())
    page = site / "chapitres" / "essai.html"
    page.write_text(PAGE.format(body=body), encoding="utf-8")
    with served(site) as addresses:
        yield addresses


@pytest.fixture
def ouvrir(chromium, adresses_paris):
    """Ouvre la page et attend qu'une de ses interactions soit prête."""
    with visits(chromium, adresses_paris) as visit:

        def opened(name: str, protocol: str = "http", **options):
            page = visit("chapitres/essai.html", protocol, **options)
            root = page.locator(f'[data-interaction="{name}"]')
            root.scroll_into_view_if_needed()
            if options.get("java_script_enabled", True):
                page.wait_for_selector(
                    f'[data-interaction="{name}"][data-etat="prete"]'
                )
            return page, root

        yield opened
