"""Le réservoir de la page est celui du paquet : règles, récurrence, sélection."""

import math

import pytest
import torch
from mini_site import PHONE, fits_a_phone
from playwright.sync_api import expect

from cours_transformers.layers.state_space import (
    METHODS,
    discretize,
    lti_recurrence,
    selective_matrix,
    selective_scan,
)

STATE = "root => root.interaction.state()"
DONE = "root => root.interaction.done()"
DISCRETIZE = """(root, cases) => cases.map(
  ([delta, A, method]) => Object.values(root.interaction.discretize(delta, A, method)))
"""
SET = """(root, { mode, method, A, delta, t }) => {
  const click = (value) => root.querySelector(`input[value="${value}"]`).click();
  const slide = (rank, value) => {
    const input = root.querySelectorAll(".glissiere")[rank];
    input.value = value;
    input.dispatchEvent(new Event("input"));
  };
  click(mode);
  click(method);
  slide(0, A);
  slide(1, delta);
  slide(2, t);
  return root.interaction.state();
}"""
CALM = {"mode": "fixed", "method": "zoh", "A": -0.5, "delta": 1, "t": 12}
SUBSTEPS = 8
# Doux, vif, sans fuite, oscillant, à la limite, explosif.
SETTINGS = [(-0.5, 1), (-0.05, 0.05), (0, 0.7), (-1.5, 0.8), (-2, 1), (-4, 2)]


def regler(root, **settings) -> dict:
    """Met les cinq réglages, rend l'état de la page."""
    return root.evaluate(SET, CALM | settings)


def verser(root, pas: int, fois: int = 1) -> None:
    """Appuie ``fois`` fois sur le pas (à partir de 1)."""
    for _ in range(fois):
        root.locator(".reservoir-verser").nth(pas - 1).click()


def marquer(root, *mots: str) -> None:
    """Ne laisse importants que ces mots ; coche d'abord, pour n'en isoler aucun."""
    boxes = {
        box.get_attribute("aria-label").removesuffix(", important"): box
        for box in root.get_by_role("checkbox").all()
    }
    for mot in sorted(boxes, key=lambda mot: mot not in mots):
        boxes[mot].set_checked(mot in mots)


def colonne(values) -> torch.Tensor:
    """Une suite de nombres, en tenseur (B, T, d) ou (B, T, N) = (1, T, 1)."""
    return torch.tensor(values, dtype=torch.float64)[None, :, None]


def comme_le_paquet(state: dict) -> None:
    """Compare tout ce que la page calcule à ``layers/state_space``."""
    A = torch.tensor([[state["A"]]], dtype=torch.float64)
    B, one = torch.full_like(A, state["B"]), torch.ones_like(A)
    x, delta = colonne(state["x"]), colonne(state["delta"])
    a_bar, b_bar = discretize(delta[0], A, B, state["method"])
    assert state["aBar"] == pytest.approx(a_bar.flatten().tolist(), abs=1e-12)
    assert state["bBar"] == pytest.approx(b_bar.flatten().tolist(), abs=1e-12)
    shared = torch.full_like(x, state["B"]), torch.ones_like(x)
    h, _ = selective_scan(x, delta, A, *shared, method=state["method"])
    assert state["h"] == pytest.approx(h.flatten().tolist(), rel=1e-9, abs=1e-9)
    if state["mode"] == "fixed":
        h, _ = lti_recurrence(x, a_bar[0], b_bar[0], one)
        assert state["h"] == pytest.approx(h.flatten().tolist(), rel=1e-9, abs=1e-9)
    parts = selective_matrix(delta, A, *shared, method=state["method"])[0, 0]
    for row, ours in zip(state["parts"], parts * x.flatten(), strict=True):
        assert row == pytest.approx(ours.tolist(), rel=1e-9, abs=1e-9)
    # La courbe : le même calcul exact, sur des pas huit fois plus courts.
    fine = [part.repeat_interleave(SUBSTEPS, 1) for part in (x, delta / SUBSTEPS)]
    exact, _ = selective_scan(
        *fine, A, *(part.repeat_interleave(SUBSTEPS, 1) for part in shared),
        method="zoh",
    )  # fmt: skip
    assert state["curve"][0] == 0
    assert state["curve"][1:] == pytest.approx(exact.flatten().tolist(), abs=1e-9)


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_les_regles_sont_celles_du_paquet(ouvrir, protocol):
    """De ΔA = −8 à presque rien : pour a → 0, (eᶻ − 1) / z garde ses chiffres."""
    _, root = ouvrir(protocol)
    rates = [0, -1e-12, -1e-8, -1e-4, -0.049, -0.051, -0.5, -1, -2, -16]
    cases = [(d, a, m) for a in rates for d in (0, 0.005, 0.3, 2) for m in METHODS]
    for (delta, A, method), found in zip(
        cases, root.evaluate(DISCRETIZE, cases), strict=True
    ):
        rate = torch.tensor([[A]], dtype=torch.float64)
        ours = discretize(rate.new_tensor([delta]), rate, torch.ones_like(rate), method)
        assert found == pytest.approx([p.item() for p in ours], rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("mode", ["fixed", "selection"])
def test_le_niveau_est_celui_du_paquet(ouvrir, mode):
    _, root = ouvrir()
    for method in METHODS:
        for A, delta in SETTINGS:
            state = regler(root, mode=mode, method=method, A=A, delta=delta)
            assert (state["A"], state["step"], state["mode"]) == (A, delta, mode)
            comme_le_paquet(state)
    verser(root, 1, 2)
    verser(root, 9)
    if mode == "selection":
        marquer(root, "la", "plus")
    state = root.evaluate(STATE)
    assert state["x"][0] == (1 if mode == "fixed" else 3)
    comme_le_paquet(state)


def test_la_demi_vie_compte_les_pas(ouvrir):
    _, root = ouvrir()
    cell = root.locator(".reservoir-nombres tbody td").nth(4)
    state = regler(root, A=-0.1, delta=0.5)
    assert state["halfLife"] == pytest.approx(math.log(2) / 0.05)
    expect(cell).to_have_text("14\u00a0pas")
    state = regler(root, A=-1.5, method="euler")  # Ā = −0,5
    assert state["halfLife"] == pytest.approx(1)
    assert regler(root, A=-1, method="euler")["halfLife"] == 0
    expect(cell).to_have_text("aussitôt")
    for settings in ({"A": 0}, {"A": -2.5, "method": "euler"}):
        assert regler(root, **settings)["halfLife"] is None
        expect(cell).to_have_text("jamais")


def test_la_regle_exacte_est_sur_la_courbe_et_mamba_ecrit_trop(ouvrir):
    _, root = ouvrir()
    state = regler(root, A=-2, delta=1)
    assert state["h"] == pytest.approx(state["curve"][SUBSTEPS::SUBSTEPS])
    row = root.locator(".reservoir-nombres tbody td").all_inner_texts()
    assert row[:4] == ["1,00", "0,135", "0,432", "0,432"]
    regler(root, A=-2, delta=1, method="mamba")
    row = root.locator(".reservoir-nombres tbody td").all_inner_texts()
    assert row[:4] == ["1,00", "0,135", "1,000", "0,432"]
    expect(root.locator(".reservoir-bilan")).to_contain_text("2,31 fois")


OUTSIDE = """svg => [...svg.querySelectorAll("path, rect, text")].filter((e) => {
  const box = e.getBBox(), view = svg.viewBox.baseVal;
  const at = e.transform.baseVal.consolidate()?.matrix || { e: 0, f: 0 };
  return box.x + at.e < -1 || box.x + at.e + box.width > view.width + 1
    || box.y + at.f < -1 || box.y + at.f + box.height > view.height + 1;
}).map((e) => e.outerHTML)"""
TOLD = {
    (-0.5, 1): "suit la tangente",
    (-1, 1): "vide tout en un pas",
    (-1.5, 1): "Euler oscille, jusqu’à",
    (-2, 1): "sans jamais s’apaiser",
    (-2.05, 1): "Euler explose",
    (-4, 2): "Euler explose",
}


def test_euler_oscille_puis_explose_sans_sortir_du_cadre(ouvrir):
    _, root = ouvrir()
    for (A, delta), told in TOLD.items():
        state = regler(root, method="euler", A=A, delta=delta)
        expect(root.locator(".reservoir-bilan")).to_contain_text(told)
        assert (min(state["h"]) < 0) == (delta * A < -1)
        drawing = root.locator("svg").inner_html()
        assert "NaN" not in drawing and "Infinity" not in drawing
        assert root.locator("svg").evaluate(OUTSIDE) == []
    assert abs(state["h"][-1]) > 1e10
    expect(root.locator(".reservoir-bilan")).to_contain_text("niveau −1,2 × 10¹⁰")


def test_tout_a_zero_se_dessine(ouvrir):
    _, root = ouvrir()
    verser(root, 1)  # de 3 à 0
    verser(root, 6, 2)
    for method in METHODS:
        state = regler(root, method=method, A=-4, delta=2, t=1)
        assert state["h"] == [0] * 12 and sum(state["x"]) == 0
        assert "NaN" not in root.inner_html()
    assert root.evaluate(DONE) == [False] * 3  # rien ne peut exploser


def test_les_trois_defis_se_relevent(ouvrir):
    _, root = ouvrir()
    assert root.evaluate(DONE) == [False] * 3
    regler(root, A=-0.7, delta=0.1)
    assert root.evaluate(DONE) == [True, False, False]
    expect(root.locator(".interaction-annonce")).to_contain_text("Défi 1 réussi")
    regler(root, mode="selection")
    marquer(root, "souris")
    assert root.evaluate(DONE) == [True, True, False]
    regler(root, method="euler", A=-2.05)
    assert root.evaluate(DONE) == [True, True, True]


def test_un_defi_manque_n_est_pas_releve(ouvrir):
    _, root = ouvrir()
    for settings in (
        {"A": -0.8, "delta": 0.1},  # 45 % : trop peu
        {"A": -0.6, "delta": 0.1},  # 55 % : trop
        {"A": -2, "method": "euler"},  # oscille, sans exploser
        {"A": -4, "delta": 2, "method": "mamba"},
        {"mode": "selection", "A": -0.7, "delta": 0.1},
        {"mode": "selection", "A": -4, "delta": 2, "method": "euler"},
    ):
        regler(root, **settings)
    marquer(root, "souris", "plus")
    for method in METHODS:
        regler(root, mode="selection", method=method)
    marquer(root)
    assert root.evaluate(DONE) == [False] * 3
    for pas in (1, *range(3, 13)):  # des versements mis à zéro ne comptent pas
        while root.evaluate(STATE)["x"][pas - 1]:
            verser(root, pas)
    assert root.evaluate(STATE)["parts"][11][1] == root.evaluate(STATE)["h"][11]
    assert root.evaluate(DONE) == [False] * 3


def test_choisir_la_duree_retient_le_mot_marque(ouvrir):
    _, root = ouvrir()
    mixed = regler(root, mode="selection", A=0)
    regler(root, mode="selection")
    marquer(root, "souris")
    kept = root.evaluate(STATE)
    share = lambda s: s["parts"][11][1] / s["h"][11]  # noqa: E731
    assert share(mixed) < 0.35 and share(kept) > 0.9
    expect(root.locator(".reservoir-bilan")).to_contain_text("« souris » en fait 96")
    expect(root.locator(".reservoir-important")).to_have_count(1)
    rows = root.locator(".reservoir-nombres tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(1)).to_contain_text("0,005")
    expect(rows.nth(1)).to_contain_text("277\u00a0pas")


def test_tout_se_fait_au_clavier(ouvrir):
    page, root = ouvrir()
    pour = root.locator(".reservoir-verser").first
    pour.focus()
    page.keyboard.press("ArrowUp")  # déjà plein : 3
    assert root.evaluate(STATE)["x"][0] == 3
    page.keyboard.press("Enter")
    expect(pour).to_have_attribute("aria-label", "pas 1, versement 0")
    page.keyboard.press("ArrowDown")
    assert root.evaluate(STATE)["x"][0] == 0
    page.keyboard.press("ArrowUp")
    assert root.evaluate(STATE)["x"][0] == 1
    look = root.get_by_role("slider", name="Pas regardé")
    look.focus()
    page.keyboard.press("Home")
    expect(look).to_have_attribute("aria-valuetext", "1 sur 12")
    annonce = root.locator(".interaction-annonce")
    expect(annonce).to_contain_text("À la fin du pas 1")
    root.get_by_role("radio", name="le même à chaque pas").focus()
    page.keyboard.press("ArrowDown")
    assert root.evaluate(STATE)["mode"] == "selection"
    root.get_by_role("checkbox", name="souris, important").focus()
    page.keyboard.press("Space")
    assert root.evaluate(STATE)["important"][1] is False
    root.get_by_role("button", name="Revenir au départ").click()
    state = root.evaluate(STATE)
    assert state["important"][1] is True and state["t"] == 12
    assert state["mode"] == "selection"


def test_deux_reservoirs_ne_se_melent_pas(ouvrir):
    """Sur une même page, chacun garde ses boutons."""
    page, _ = ouvrir()
    page.evaluate(
        """() => {
          const first = document.querySelector(".interaction");
          const twin = first.cloneNode(false);
          delete twin.dataset.etat;
          first.after(twin);
          dispatchEvent(new Event("beforeprint"));
        }"""
    )
    root, twin = page.locator('.interaction[data-etat="prete"]').all()
    twin.get_by_role("radio", name="d’Euler").check()
    assert twin.evaluate(STATE)["method"] == "euler"
    assert root.evaluate(STATE)["method"] == "zoh"
    expect(root.get_by_role("radio", name="exacte")).to_be_checked()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sur_un_telephone_tout_tient_et_se_touche(ouvrir, theme):
    page, root = ouvrir(theme=theme, viewport=PHONE, reduced_motion="reduce")
    for mode in ("fixed", "selection"):
        regler(root, mode=mode, method="euler", A=-4, delta=2)
        fits_a_phone(
            page, root, inside="table, svg, .reservoir-pas", uncut=".reservoir-mot"
        )


def test_a_l_impression_la_figure_et_ses_nombres_restent(ouvrir):
    page, root = ouvrir()
    page.emulate_media(media="print")
    expect(root.locator("svg")).to_be_visible()
    expect(root.locator(".reservoir-nombres")).to_be_visible()
    expect(root.locator(".reservoir-verser").first).to_be_visible()
    expect(root.locator(".glissiere").first).to_be_hidden()


def test_sans_script_la_description_se_lit(ouvrir):
    _, root = ouvrir(java_script_enabled=False)
    expect(root.locator(".interaction-repli")).to_have_text("Un réservoir qui fuit.")
