"""Régler le tirage : la loi de la page est celle du paquet."""

import math
import random

import pytest
import torch
from mini_site import PHONE, fits_a_phone
from playwright.sync_api import expect

from cours_transformers.training.sampling import (
    apply_temperature,
    keep_min_p,
    keep_top_k,
    keep_top_p,
)

STATE = "root => root.interaction.state()"
DONE = "root => root.interaction.done()"
NEUTRAL = {"temperature": 1, "topK": 0, "topP": 1, "minP": 0}
KNOBS = dict(
    zip(NEUTRAL, ["Température", "Top-k", "Top-p", "Min-p"], strict=True)
)  # fmt: skip
SET = """(root, { start, values }) => {
  root.querySelectorAll(".tirage-debuts input")[start].click();
  root.querySelectorAll(".glissiere").forEach((input, rank) => {
    input.value = values[rank];
    input.dispatchEvent(new Event("input"));
  });
  return root.interaction.state();
}"""


def regler(root, start: int = 0, **settings) -> dict:
    """Choisit un début, met les quatre curseurs, rend l'état de la page."""
    values = list((NEUTRAL | settings).values())
    return root.evaluate(SET, {"start": start, "values": values})


def etapes(logits, temperature, topK, topP, minP) -> list[tuple]:
    """La loi après chaque réglage, dans l'ordre, et le nom qui le dit."""
    warm = apply_temperature(logits, float(temperature))
    few = keep_top_k(warm, topK) if topK else warm
    nucleus = keep_top_p(few, float(topP))
    last = keep_min_p(nucleus, float(minP))
    first = "τ = 0" if temperature == 0 else "τ"
    return [(first, warm), ("top-k", few), ("top-p", nucleus), ("min-p", last)]


def recus(tirage, start: int) -> torch.Tensor:
    """Les logits que la page a reçus, à une constante près."""
    return -torch.tensor(tirage.data["laws"][start]["gaps"]) / 1000


def au_hasard(count: int) -> list[dict]:
    """Des réglages de la grille des curseurs : de zéro à quatre à la fois."""
    chance = random.Random(0)  # noqa: S311 - des réglages, aucun secret
    values = {
        "temperature": lambda: chance.choice([0, 0.05, 0.3, 0.7, 1.3, 2]),
        "topK": lambda: chance.randint(1, 40),
        "topP": lambda: chance.randint(5, 99) / 100,
        "minP": lambda: chance.randint(1, 50) / 100,
    }
    chosen = ({k for k in values if chance.random() < 0.6} for _ in range(count))
    return [NEUTRAL | {k: values[k]() for k in values if k in keys} for keys in chosen]


def test_la_loi_reglee_est_celle_du_paquet(ouvrir, tirage):
    """Soixante réglages, trois lois : mêmes exclus, mêmes parts, mêmes bits."""
    _, root = ouvrir()
    for start in range(3):
        logits = recus(tirage, start)
        before = torch.distributions.Categorical(logits=logits).entropy() / math.log(2)
        for settings in au_hasard(60):
            state = regler(root, start, **settings)
            assert state["settings"] == settings
            assert state["before"] == pytest.approx(before.item(), abs=1e-4)
            steps = etapes(logits, **settings)
            law = steps[-1][1].softmax(-1)
            found = torch.tensor(state["shares"], dtype=torch.float64)
            kept = steps[-1][1].isfinite()
            assert ((found > 0) == kept).all(), settings
            assert state["kept"] == kept.sum()
            torch.testing.assert_close(found.float(), law, atol=1e-5, rtol=1e-4)
            bits = -torch.xlogy(law, law).sum().item() / math.log(2)
            assert state["entropy"] == pytest.approx(bits, abs=1e-3)
            removers = [
                next((name for name, z in steps if not z[i].isfinite()), None)
                for i in range(len(law))
            ]
            assert state["removed"] == removers, settings


def mulberry32(seed: int):
    """La suite du moteur, recalculée."""
    state = seed
    while True:
        state = (state + 0x6D2B79F5) % 2**32
        t = (state ^ state >> 15) * (state | 1) % 2**32
        t ^= (t + (t ^ t >> 7) * (t | 61)) % 2**32
        yield (t ^ t >> 14) / 2**32


def effectifs(shares: list[float], uniforms: list[float]) -> list[int]:
    """Le premier token dont la somme cumulée dépasse chaque nombre tiré."""
    edges = torch.tensor(shares, dtype=torch.float64).cumsum(0)
    drawn = torch.searchsorted(
        edges, torch.tensor(uniforms, dtype=torch.float64), right=True
    )
    return torch.bincount(drawn, minlength=len(shares)).tolist()


def test_cent_tirages_suivent_la_graine_et_le_reglage(ouvrir):
    """Changer un réglage garde les cent nombres ; retirer en prend cent autres."""
    _, root = ouvrir()
    assert regler(root, 1)["counts"] is None
    stream = mulberry32(7)
    button = root.get_by_role("button", name="Tirer 100 fois")
    for batch in (1, 2):
        uniforms = [next(stream) for _ in range(100)]
        button.click()
        for settings in ({}, {"topK": 3}, {"temperature": 2, "topP": 0.9}):
            state = regler(root, 1, **settings)
            assert state["batch"] == batch
            assert state["counts"] == effectifs(state["shares"], uniforms)
    seed = root.get_by_role("spinbutton", name="Graine")
    seed.fill("12")
    seed.press("Enter")
    stream = mulberry32(12)
    state = root.evaluate(STATE)
    assert (state["seed"], state["batch"]) == (12, 1)
    uniforms = [next(stream) for _ in range(100)]
    assert state["counts"] == effectifs(state["shares"], uniforms)
    root.get_by_role("button", name="Revenir à la loi du modèle").click()
    state = root.evaluate(STATE)
    assert state["counts"] is None and state["settings"] == NEUTRAL
    for name, value in zip(KNOBS.values(), ["1", "0", "1", "0"], strict=True):
        expect(root.get_by_role("slider", name=name)).to_have_value(value)


def lignes(root) -> list[list[str]]:
    rows = root.locator(".tirage-loi tbody tr")
    return [row.locator("th, td").all_inner_texts() for row in rows.all()]


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_le_diagramme_dit_la_loi_et_les_exclus(ouvrir, tirage, protocol):
    _, root = ouvrir(protocol)
    regler(root, 2, temperature=0.7, topK=4, minP=0.5)
    root.get_by_role("button", name="Tirer 100 fois").click()
    state = root.evaluate(STATE)
    logits = recus(tirage, 2)
    order, model = logits.argsort(descending=True).tolist(), logits.softmax(-1)
    kept, rows = state["kept"], lignes(root)
    assert 1 < kept < 4 and len(rows) == 16
    percent = lambda p: f"{100 * p:.1f}".replace(".", ",") + "\u00a0%"  # noqa: E731
    for rank, (i, row) in enumerate(zip(order[:15], rows, strict=False)):
        assert row[0].replace("␣", " ") == tirage.data["pieces"][i]
        assert row[2] == percent(model[i])
        removed = "✗\u00a0top-k" if rank >= 4 else "✗\u00a0min-p"
        assert row[3] == (percent(state["shares"][i]) if rank < kept else removed)
        assert int(row[4]) == state["counts"][i]
    assert rows[15][0] == "285 autres" and rows[15][3] == "✗\u00a0top-k"
    assert rows[15][2] == percent(model[order[15:]].sum())
    assert sum(int(row[4]) for row in rows) == 100
    expect(root.locator("tr.exclu")).to_have_count(16 - kept)
    result = root.locator(".tirage-bilan")
    expect(result).to_contain_text(f"Restent {kept} morceaux sur 300")
    bits = f"{state['entropy']:.2f}".replace(".", ",")
    expect(result).to_contain_text(f"{bits} après réglages")
    expect(root.locator(".interaction-annonce")).to_contain_text("Restent")


def test_les_barres_et_les_tirages_partagent_une_echelle(ouvrir):
    """Largeur d'une barre et place du losange, en parts de l'échelle écrite en tête."""
    _, root = ouvrir(reduced_motion="reduce")
    regler(root, 1, topK=6)
    root.get_by_role("button", name="Tirer 100 fois").click()
    axis = root.locator(".tirage-loi thead th").nth(1).inner_text()
    scale = float(axis.split()[-2]) / 100
    assert scale == 0.5
    state = root.evaluate(STATE)
    first = max(range(len(state["shares"])), key=state["shares"].__getitem__)
    row = root.locator(".tirage-loi tbody tr").first
    width = "e => parseFloat(e.style.width || e.style.left) / 100"
    bar = row.locator(".tirage-reglee").evaluate(width)
    mark = row.locator(".tirage-tires").evaluate(width)
    assert bar == pytest.approx(state["shares"][first] / scale, abs=1e-4)
    assert mark == pytest.approx(state["counts"][first] / 100 / scale, abs=1e-4)
    assert row.locator(".tirage-reglee").evaluate(
        "e => getComputedStyle(e).transitionDuration"
    ) in ("", "0s")
    expect(root.locator(".tirage-tires:visible")).to_have_count(6 + 1)  # et la légende


def test_le_reste_dit_combien_des_siens_demeurent(ouvrir):
    _, root = ouvrir()
    state = regler(root, 2, topK=18)
    assert state["kept"] == 18
    row, tail = lignes(root)[15], sum(sorted(state["shares"])[:-15])
    assert "285 autres" in row[0] and "3 restent" in row[0]
    assert row[3] == f"{100 * tail:.1f}".replace(".", ",") + "\u00a0%"


def test_le_meme_reglage_se_lit_sur_les_trois_debuts(ouvrir, tirage):
    _, root = ouvrir()
    regler(root, 0, topP=0.9)
    rows = root.locator(".tirage-debuts tbody tr").all()
    for start, row in enumerate(rows):
        kept = keep_top_p(recus(tirage, start), 0.9).isfinite().sum().item()
        assert row.locator("td").first.inner_text() == str(kept)
    assert regler(root, 0, topK=7)["kept"] == 7
    for row in rows:
        expect(row.locator("td").first).to_have_text("7")


def test_les_trois_defis_se_relevent(ouvrir, tirage):
    """Deux morceaux par top-p, un min-p pour deux lois, deux fois plus de bits."""
    _, root = ouvrir()
    assert root.evaluate(DONE) == [False] * 3
    law = recus(tirage, 1).softmax(-1).sort(descending=True).values
    threshold = round((law[0] + law[1] / 2).item(), 2)
    assert regler(root, 1, topP=threshold)["kept"] == 2
    assert root.evaluate(DONE) == [True, False, False]
    expect(root.locator(".interaction-annonce")).to_contain_text("Défi 1 réussi")
    regler(root, 0, minP=0.4)
    assert root.evaluate(DONE) == [True, True, False]
    state = regler(root, 0, temperature=2, topK=5)
    assert state["entropy"] > 2 * state["before"]
    assert root.evaluate(DONE) == [True, True, True]


def test_un_defi_manque_n_est_pas_releve(ouvrir, tirage):
    """Aidé d'un autre réglage, trop lâche, ou trop bavard : rien n'est gagné."""
    _, root = ouvrir()
    law = recus(tirage, 1).softmax(-1).sort(descending=True).values
    threshold = round((law[0] + law[1] / 2).item(), 2)
    for settings in (
        {"topK": 2},
        {"topK": 2, "topP": threshold},
        {"minP": 0.5},  # un seul pour la loi sûre, mais trop peu pour l'autre
        {"minP": 0.1},  # et trop
        {"temperature": 0.5, "minP": 0.4},
        {"temperature": 2, "topK": 6},  # six morceaux : un de trop
        {"temperature": 0.5, "topK": 5},
    ):
        for start in (0, 1):
            # Les curseurs bougent l'un après l'autre : on repart chaque fois de zéro.
            root.get_by_role("button", name="Revenir").click()
            values = list((NEUTRAL | settings).values())
            root.evaluate(SET, {"start": start, "values": values})
    assert root.evaluate(DONE) == [False] * 3


def test_un_defi_impossible_n_est_pas_propose(ouvrir_autre):
    """Quatre morceaux presque égaux : ni loi sûre, ni entropie à doubler."""
    flat = torch.tensor([0.0, 0.1, 0.2, 0.3])
    root = ouvrir_autre({"Un": flat, "Deux": flat / 2}, ["a", " b", "\n", " "])
    expect(root.locator(".defis-titre")).to_have_text("Un défi")
    expect(root.locator(".defis li")).to_have_count(1)
    expect(root.locator(".tirage-loi tbody tr")).to_have_count(4)  # et aucun reste
    expect(root.locator(".tirage-bilan")).to_contain_text("probable, « espace »")


def test_au_clavier_et_a_la_voix(ouvrir):
    page, root = ouvrir()
    slider = root.get_by_role("slider", name="Température")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert root.evaluate(STATE)["settings"]["temperature"] == pytest.approx(0.95)
    expect(slider).to_have_attribute("aria-valuetext", "0,95")
    page.keyboard.press("Home")
    expect(slider).to_have_attribute("aria-valuetext", "0, le plus probable")
    expect(root.locator(".interaction-annonce")).to_contain_text("Reste 1 morceau sur")
    root.get_by_role("radio").first.focus()
    page.keyboard.press("ArrowDown")
    assert root.evaluate(STATE)["picked"] == 1
    newline = root.get_by_role("img", name="retour à la ligne")
    assert newline.count() + root.get_by_role("img", name="espace").count() >= 14


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sur_un_telephone_tout_tient_et_se_touche(ouvrir, theme):
    page, root = ouvrir(theme=theme, viewport=PHONE)
    regler(root, 1, temperature=1.5, topK=9)
    root.get_by_role("button", name="Tirer 100 fois").click()
    fits_a_phone(page, root, inside=".tirage-loi")


def test_sans_script_les_lois_se_lisent(ouvrir):
    _, root = ouvrir(java_script_enabled=False)
    rows = root.locator(".interaction-repli tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("Un lion tomba dans un")
    expect(rows.nth(1).locator("td").nth(2)).to_have_text("10")
