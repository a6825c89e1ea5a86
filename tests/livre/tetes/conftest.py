"""Une page avec quatre vues de BertViz, émises par leurs cellules."""

import shutil

import pytest
import torch
from mini_site import ASSETS, TRIAL, book_cell, served, trials, visits, write_trial

from cours_transformers.widgets.heads import head_view, model_view

# Une page qui a déjà les noms que BertViz prendrait, et un chargeur de modules.
HEAD = """<script>window.$ = "à la page"; window.appels = 0;
window.define = () => { window.appels += 1; }; window.define.amd = {};</script>
"""
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
    maps = causal_maps()
    crossed = [weights[:, :, :3, :5] for weights in maps]
    words = {"context_tokens": TOKENS[:5], "layer": 1, "heads": [1]}
    with book_cell():
        return {
            "tetes": head_view(maps, TOKENS, caption="Un modèle entraîné ici."),
            "modele": model_view(maps, TOKENS),
            "large": model_view(causal_maps(n_heads=9), TOKENS),
            "croisee": head_view(crossed, ["a", "b", " "], **words),
        }


@pytest.fixture(scope="session")
def adresses_tetes(tmp_path_factory, vues):
    """Les deux adresses de la page d'essai."""
    site = tmp_path_factory.mktemp("tetes")
    # Assez loin de l'écran pour que rien ne se charge avant qu'on approche.
    body = '<p style="height: 2000px">Plus bas, des têtes.</p>'
    body += "".join(f'<div id="{name}">{vues[name].html}</div>' for name in VIEWS)
    write_trial(site, body, HEAD)
    shutil.copytree(ASSETS.parent / "_vendor", site / "_static" / "vendor")
    with served(site) as addresses:
        yield addresses


@pytest.fixture
def ouvrir(chromium, adresses_tetes):
    """Ouvre la page, descend jusqu'à une vue et l'attend."""
    with trials(chromium, adresses_tetes) as opened:
        yield lambda name, *args, **options: opened(
            f"#{name} [data-interaction]", *args, **options
        )


@pytest.fixture
def arriver(chromium, adresses_tetes):
    """Ouvre la page sans descendre : rend la page et son premier cadre."""
    with visits(chromium, adresses_tetes) as visit:

        def opened(*args, **options):
            page = visit(TRIAL, *args, **options)
            return page, page.locator("[data-interaction]").first

        yield opened
