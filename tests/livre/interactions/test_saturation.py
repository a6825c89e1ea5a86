"""Saturation du softmax : tirages reproduits en Python, nombre que l'on glisse."""

import functools
import math

import pytest
import torch
from playwright.sync_api import expect

MASQUE = 0xFFFFFFFF
TIRAGES, CLES, GRAINE, MAX = 64, 8, 4, 512


def mulberry32(graine: int):
    """Le générateur de la page, réécrit d'après sa définition."""
    state = graine

    def suivant() -> float:
        nonlocal state
        state = (state + 0x6D2B79F5) & MASQUE
        t = ((state ^ (state >> 15)) * (state | 1)) & MASQUE
        t ^= (t + (t ^ (t >> 7)) * (t | 61)) & MASQUE
        return ((t ^ (t >> 14)) & MASQUE) / 4294967296

    return suivant


@functools.cache
def produits() -> torch.Tensor:
    """Produits scalaires cumulés (tirage, dimension, clé)."""
    suivant = mulberry32(GRAINE)

    def normale() -> float:
        rayon = math.sqrt(-2 * math.log(1 - suivant()))
        return rayon * math.cos(2 * math.pi * suivant())

    tirages = torch.empty(TIRAGES, MAX, 1 + CLES, dtype=torch.float64)
    valeurs = [normale() for _ in range(tirages.numel())]
    tirages = torch.tensor(valeurs, dtype=torch.float64).view_as(tirages)
    return (tirages[..., :1] * tirages[..., 1:]).cumsum(dim=1)


def mesurer(d: int, diviser: bool) -> dict[str, torch.Tensor]:
    scores = produits()[:, d - 1] / (math.sqrt(d) if diviser else 1.0)
    p = scores.softmax(dim=-1)
    entropie = torch.special.entr(p).sum(-1) / math.log(2)
    pentes = [
        torch.autograd.functional.jacobian(lambda s: s.softmax(-1), s).abs().max()
        for s in scores
    ]
    return {
        "weights": p.sort(descending=True).values.mean(0),
        "entropy": entropie.mean(),
        "slope": torch.stack(pentes).mean(),
    }


@pytest.mark.parametrize("diviser", [False, True])
@pytest.mark.parametrize("d", [1, 64, 512])
def test_les_mesures_sont_celles_de_torch(demarrer, d, diviser):
    _, root = demarrer("saturation")
    obtenu = root.evaluate(
        "(root, a) => root.interaction.measure(a[0], a[1])", [d, diviser]
    )
    for nom, attendu in mesurer(d, diviser).items():
        valeur = torch.tensor(obtenu[nom], dtype=torch.float64)
        torch.testing.assert_close(valeur, attendu, rtol=1e-7, atol=1e-9)


def test_les_tirages_sont_bien_gaussiens():
    assert abs(produits()[:, -1].var() / MAX - 1) < 0.15
    assert abs(produits()[:, 0].mean()) < 0.1


def test_la_division_garde_lentropie_que_son_absence_perd(demarrer):
    _, root = demarrer("saturation")
    root.locator(".nombre-mobile").press("End")
    s = root.evaluate("root => root.interaction.state()")
    assert s["d"] == 512
    assert s["with"]["entropy"] > 2.4
    assert s["without"]["entropy"] < 0.5
    assert s["without"]["slope"] < s["with"]["slope"] / 3


@pytest.mark.parametrize("protocole", ["http", "file"])
def test_glisser_le_nombre_bouge_le_dessin_et_le_tableau(demarrer, protocole):
    page, root = demarrer("saturation", protocole=protocole)
    span = root.locator(".nombre-mobile")
    avant = [root.locator("svg").nth(i).inner_html() for i in (0, 1)]
    tableau = root.locator(".sat-table").inner_text()
    box = span.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 100, box["y"] + 5, steps=5)
    page.mouse.up()
    d = int(span.inner_text())
    assert 100 < d <= 512
    assert root.evaluate("root => root.interaction.state().d") == d
    assert [root.locator("svg").nth(i).inner_html() for i in (0, 1)] != avant
    assert all(root.locator("svg").nth(i).inner_html() != avant[i] for i in (0, 1))
    assert root.locator(".sat-table").inner_text() != tableau
    expect(root.locator(".interaction-annonce")).to_contain_text(f"Dimension {d}")


@pytest.mark.parametrize(
    ("touche", "attendu"),
    [("Home", 1), ("End", 512), ("PageUp", 128), ("PageDown", 32), ("ArrowRight", 67)],
)
def test_le_clavier_change_le_nombre(demarrer, touche, attendu):
    _, root = demarrer("saturation")
    span = root.locator(".nombre-mobile")
    span.press(touche)
    assert span.inner_text() == str(attendu)
    assert span.get_attribute("aria-valuenow") == str(attendu)
    assert span.get_attribute("aria-label") == "dimension des clés"


def test_la_bascule_change_les_barres_et_le_reglage_annonce(demarrer):
    _, root = demarrer("saturation")
    barres = root.locator("svg").first.inner_html()
    root.get_by_role("switch").uncheck()
    assert root.locator("svg").first.inner_html() != barres
    expect(root.locator(".sat-table tr.actif th")).to_have_text("▶ q·k")
    expect(root.locator(".interaction-annonce")).to_contain_text("sans division")


def test_le_tableau_ecrit_les_mesures(demarrer):
    _, root = demarrer("saturation")
    cellules = root.locator(".sat-table tbody td").all_inner_texts()
    for i, diviser in enumerate((False, True)):
        m = mesurer(64, diviser)
        poids = f"{100 * m['weights'][0].item():.1f}\u00a0%".replace(".", ",")
        assert cellules[3 * i] == poids
        assert cellules[3 * i + 1].startswith(f"{m['entropy']:.2f}".replace(".", ","))
