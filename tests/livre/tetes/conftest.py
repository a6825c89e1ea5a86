"""Une page avec quatre vues de BertViz, émises par leurs cellules."""

import os
import shutil

import pytest
import torch
from mini_site import ASSETS, served, visits

from cours_transformers.widgets.heads import head_view, model_view

PAGE = """<!doctype html><html lang="fr" data-theme="light"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Essai</title>
<link rel="stylesheet" href="../_static/cours/css/base.css">
<link rel="stylesheet" href="../_static/cours/css/interactions.css">
<script>document.documentElement.dataset.theme = localStorage.theme || "light";
window.$ = "à la page"; window.appels = 0;
window.define = () => {{ window.appels += 1; }}; window.define.amd = {{}};</script>
<script defer src="../_static/cours/js/interactions.js"></script></head>
<body class="bd-article"><main><h1>Essai</h1>{body}</main></body></html>"""
TOKENS = ["la", "souris", "que", "les", "chats", "regardent", "dort"]
L, H = 2, 4
VIEWS = ("tetes", "modele", "croisee", "large")


def causal_maps(T: int = len(TOKENS), n_heads: int = H) -> list[torch.Tensor]:
    """Des poids causaux quelconques, où la tête 2 de la couche 2 lit le mot d'avant."""
    generator = torch.Generator().manual_seed(0)
    hidden = torch.ones(T, T, dtype=torch.bool).triu(1)
    maps = []
    for _ in range(L):
        scores = 3 * torch.randn(1, n_heads, T, T, generator=generator)
        maps.append(scores.masked_fill(hidden, -torch.inf).softmax(-1))
    maps[1][0, 1] = torch.cat([torch.eye(T)[:1], torch.eye(T)[:-1]])
    return maps


@pytest.fixture(scope="session")
def vues():
    """Les quatre vues, telles que la page les reçoit."""
    os.environ["COURS_PAGE"] = "1"
    try:
        maps = causal_maps()
        crossed = [weights[:, :, :3, :5] for weights in maps]
        words = {"context_tokens": TOKENS[:5], "layer": 1, "heads": [1]}
        return {
            "tetes": head_view(maps, TOKENS, caption="Un modèle entraîné ici."),
            "modele": model_view(maps, TOKENS),
            "large": model_view(causal_maps(n_heads=9), TOKENS),
            "croisee": head_view(crossed, ["a", "b", " "], **words),
        }
    finally:
        del os.environ["COURS_PAGE"]


@pytest.fixture(scope="session")
def adresses_tetes(tmp_path_factory, vues):
    """Les adresses d'un site où la page est dans un sous-dossier, comme un chapitre."""
    site = tmp_path_factory.mktemp("tetes")
    shutil.copytree(ASSETS, site / "_static" / "cours")
    shutil.copytree(ASSETS.parent / "_vendor", site / "_static" / "vendor")
    (site / "chapitres").mkdir()
    # Assez loin de l'écran pour que rien ne se charge avant qu'on approche.
    body = '<p style="height: 2000px">Plus bas, des têtes.</p>'
    body += "".join(f'<div id="{name}">{vues[name].html}</div>' for name in VIEWS)
    page = site / "chapitres" / "essai.html"
    page.write_text(PAGE.format(body=body), encoding="utf-8")
    with served(site) as addresses:
        yield addresses


@pytest.fixture
def ouvrir(chromium, adresses_tetes):
    """Ouvre la page ; avec le nom d'une vue, descend jusqu'à elle et l'attend."""
    with visits(chromium, adresses_tetes) as visit:

        def opened(name: str | None = None, protocol: str = "http", **options):
            page = visit("chapitres/essai.html", protocol, **options)
            if name is None:
                return page, page.locator("[data-interaction]").first
            root = page.locator(f"#{name} [data-interaction]")
            root.scroll_into_view_if_needed()
            if options.get("java_script_enabled", True):
                page.wait_for_selector(f'#{name} [data-etat="prete"]')
            return page, root

        yield opened
