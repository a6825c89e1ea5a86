"""Le jeu du budget : les formules du paquet, les gestes, les défis, les écrans."""

import random
from functools import partial

import pytest
import torch
from mini_site import PHONE, fits_a_phone
from playwright.sync_api import expect

from cours_transformers.layers import attention as layer
from cours_transformers.layers.block import Block, BlockConfig
from cours_transformers.training.cost_instruments import count_flops, kept_bytes
from cours_transformers.training.costs import (
    attention_cost,
    block_cost,
    crossover_length,
)

STATE = "root => root.interaction.state()"
DONE = "root => root.interaction.done()"
PRICE = """(root, all) => all.map((s) => ({
  ...root.interaction.cost(s), crossover: root.interaction.crossover(s),
}))"""


def octaves(low: int, high: int, per: int) -> list[int]:
    """Les crans d'un curseur : ``per`` par doublement, de ``low`` à ``high``."""
    values, base = [], low
    while base < high:
        values += [base * (per + n) // per for n in range(per)]
        base *= 2
    return [*values, high]


KNOBS = {
    "T": ("Longueur T", octaves(64, 2**20, 8)),
    "d": ("Largeur d", octaves(256, 2**14, 4)),
    "heads": ("Têtes", octaves(1, 64, 1)),
    "layers": ("Couches", [1, 2, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128]),
    "batch": ("Phrases par lot", octaves(1, 256, 1)),
    "efficiency": ("Rendement", list(range(5, 101, 5))),
}
MOVE = """(root, moves) => moves.forEach(([label, rank]) => {
  const input = [...root.querySelectorAll(".glissiere")]
    .find((one) => one.getAttribute("aria-label") === label);
  input.value = rank;
  input.dispatchEvent(new Event("input"));
})"""
MODEL = {"d": 1024, "heads": 16, "layers": 12, "batch": 4}


def regler(root, **settings) -> dict:
    """Met les curseurs et les boutons nommés, rend l'état de la page."""
    moves = []
    for key, value in settings.items():
        if key in KNOBS:
            moves.append((KNOBS[key][0], KNOBS[key][1].index(value)))
        else:
            root.locator(f'input[value="{value}"]').check()
    root.evaluate(MOVE, moves)
    return root.evaluate(STATE)


def au_hasard(count: int) -> list[dict]:
    """Des réglages de la grille des curseurs, et le premier et le dernier de tous."""
    chance = random.Random(0)  # noqa: S311 - des réglages, aucun secret
    pick = [chance.choice] * count + [min, max]
    return [
        {k: choose(KNOBS[k][1]) for k in ("T", "d", "heads", "layers", "batch")}
        | {"feedForward": ff, "engine": engine, "e": chance.choice([2, 4])}
        for choose in pick
        for ff, engine in [
            ("gelu", "flash"), ("gelu", "explicit"),
            ("swiglu", "flash"), ("swiglu", "explicit"),
        ]
    ]  # fmt: skip


def attendu(s: dict) -> dict[str, int]:
    """Les mêmes prix, par les formules du cours, à l'unité."""
    config = BlockConfig(s["d"], s["heads"], feed_forward=s["feedForward"])
    B, H, T, e, L = (s[k] for k in ("batch", "heads", "T", "e", "layers"))
    block = block_cost(config, B, T, e=e)
    sizes = (B, H, T, s["d"] // H)
    flash = attention_cost("torch", *sizes, e=e)
    explicit = attention_cost("explicit", *sizes, e=e)
    assert flash.flops == explicit.flops == block.pair_flops
    kept, pair = block.kept, 7 * block.pair_flops // 2
    if s["engine"] == "explicit":
        # La sortie reste gardée, par la projection qui la lit.
        kept += explicit.kept - flash.kept + e * B * T * s["d"]
        pair = 3 * block.pair_flops
    elif block.pair_flops < 2**50:  # au-delà, le flottant de la formule arrondit
        assert block.training_flops == 3 * block.token_flops + pair
    return {
        "token": L * block.token_flops,
        "pair": L * block.pair_flops,
        "forward": L * block.flops,
        "training": L * (3 * block.token_flops + pair),
        "kept": L * kept,
    }


def test_les_prix_sont_ceux_du_paquet_a_l_unite(ouvrir):
    """Cent réglages, jusqu'à des nombres qu'un flottant arrondirait."""
    _, root = ouvrir()
    settings = au_hasard(25)
    found = root.evaluate(PRICE, settings)
    assert max(int(ours["training"]) for ours in found) > 2**64
    for s, ours in zip(settings, found, strict=True):
        expected = attendu(s)
        assert {key: int(ours[key]) for key in expected} == expected, s
        config = BlockConfig(s["d"], s["heads"], feed_forward=s["feedForward"])
        assert ours["crossover"] == crossover_length(config)
        if s["feedForward"] == "gelu":
            assert ours["crossover"] == 6 * s["d"]
        assert int(ours["state"]) == 16 * int(ours["parameters"])
        assert int(ours["memory"]) == int(ours["state"]) + int(ours["kept"])


@pytest.mark.parametrize("engine", ["explicit", "flash"])
@pytest.mark.parametrize("name", ["gelu", "swiglu"])
def test_un_vrai_bloc_garde_et_calcule_ce_que_dit_la_page(
    ouvrir, monkeypatch, name, engine
):
    """Les instruments, sur un bloc de PyTorch dont on choisit le moteur."""
    real = layer.attention
    kernel = "explicit" if engine == "explicit" else "torch"
    monkeypatch.setattr(layer, "attention", partial(real, engine=kernel))
    block = Block(BlockConfig(32, 4, feed_forward=name))
    x = torch.randn(2, 11, 32, requires_grad=True)
    s = {"T": 11, "d": 32, "heads": 4, "layers": 1, "batch": 2, "e": 4}
    _, root = ouvrir()
    ours = root.evaluate(PRICE, [s | {"feedForward": name, "engine": engine}])[0]
    assert int(ours["parameters"]) == sum(p.numel() for p in block.parameters())
    assert int(ours["forward"]) == count_flops(lambda: block(x))
    assert int(ours["training"]) == count_flops(lambda: block(x).sum().backward())
    assert int(ours["kept"]) == kept_bytes(lambda: block(x), [x], block.parameters())


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_l_etat_suit_les_formules_et_la_fiche_du_gpu(ouvrir, protocol):
    """Parts, mémoire et temps plancher, recalculés pour chaque GPU."""
    _, root = ouvrir(protocol)
    gpus = root.evaluate("root => root.interaction.gpus")
    assert {k: (g["flops"], g["bandwidth"], g["memory"]) for k, g in gpus.items()} == {
        "t4": (65e12, 320e9, 16e9),
        "a100": (312e12, 2039e9, 80e9),
        "h100": (989e12, 3350e9, 80e9),
    }
    for gpu, engine, T, efficiency in [
        ("t4", "explicit", 4096, 40), ("a100", "flash", 9216, 100),
        ("h100", "explicit", 192, 5), ("h100", "flash", 2**20, 65),
    ]:  # fmt: skip
        s = regler(root, gpu=gpu, engine=engine, T=T, efficiency=efficiency)
        p = root.evaluate(PRICE, [s])[0]
        price = {key: float(value) for key, value in p.items()}
        assert s["flops"] == p["training"] and s["kept"] == p["kept"]
        assert s["share"] == pytest.approx(price["trainPair"] / price["training"])
        assert s["forwardShare"] == pytest.approx(T / (T + 6 * 1024))
        compute = price["training"] / (gpus[gpu]["flops"] * efficiency / 100)
        traffic = 2 * price["memory"] / gpus[gpu]["bandwidth"]
        assert s["seconds"] == pytest.approx(max(compute, traffic))
        assert s["bound"] == ("calcul" if compute > traffic else "mémoire")
        assert s["fits"] == (price["memory"] <= gpus[gpu]["memory"])


def test_la_page_ecrit_ce_qu_elle_calcule(ouvrir):
    _, root = ouvrir()
    regler(root, T=1024)
    expect(root.locator(".budget-table td")).to_have_text(
        [
            "4,43\u00a0TFLOP",
            "16,3\u00a0%",
            "151\u00a0M",
            "1,51\u00a0Go",
            "35,5\u00a0ms",
            "le calcul",
        ]
    )
    expect(root.locator(".budget-six")).to_have_text("T = 6 d = 6\u202f144")
    title = root.locator(".plan-titre").last
    expect(title).to_contain_text("3,93\u00a0Go pour 80\u00a0Go\u00a0; cela tient")
    note = root.locator(".budget-note")
    expect(note).to_contain_text("312 TFLOP/s en 16 bits, sans parcimonie")
    expect(note).to_contain_text("2\u202f039 Go/s\u202f; 80 Go (chiffres de NVIDIA)")
    state = regler(root, feedForward="swiglu")
    expect(root.locator(".budget-six")).to_contain_text("T ≈ 6 d = 6\u202f145")
    assert state["crossover"] == pytest.approx(6144.5)


def test_la_barre_et_la_courbe_sont_a_l_echelle(ouvrir):
    """Les parts de la barre font la mémoire ; le repère coupe la courbe à moitié."""
    _, root = ouvrir(reduced_motion="reduce")
    s = regler(root, T=6144, gpu="t4", engine="explicit")
    assert s["forwardShare"] == 0.5 and not s["fits"]
    widths = root.locator(".budget-barre > span").evaluate_all(
        "all => all.map((e) => parseFloat(e.style.width || e.style.left))"
    )
    p = root.evaluate(PRICE, [s])[0]
    sizes = [int(p[k]) for k in ("state", "tokenKept", "pairKept")]
    for width, size in zip(widths, [*sizes, 16e9], strict=True):
        assert width / widths[0] == pytest.approx(size / sizes[0], rel=1e-4)
    assert sum(widths[:3]) <= 100
    column = root.locator(".budget-ici").all()
    low, high = (float(c.get_attribute("height")) for c in column)
    assert low == pytest.approx(high, abs=0.11)
    place = float(column[0].get_attribute("x")) + 7
    mark = root.locator(".budget-repere").get_attribute("d")
    assert float(mark.split()[0][1:]) == pytest.approx(place, abs=0.11)


def test_les_quatre_defis_se_relevent(ouvrir):
    _, root = ouvrir()
    regler(root, T=5632)
    regler(root, T=6656)  # un cran trop court, un trop long
    regler(root, gpu="t4", engine="explicit", T=1408)
    regler(root, T=1664)
    regler(root, d=768, T=1664)  # le plus long, mais d'un autre modèle
    assert root.evaluate(DONE) == [False] * 4
    regler(root, **MODEL, T=1536)
    assert root.evaluate(DONE) == [False, True, False, False]
    s = regler(root, T=64, batch=1)
    assert s["bound"] == "mémoire"  # mais le lot est trop petit
    assert root.evaluate(DONE) == [False, True, False, False]
    regler(root, batch=4, engine="flash")
    regler(root, T=9216)
    assert root.evaluate(DONE) == [False, True, False, False]
    regler(root, T=8192)
    assert root.evaluate(DONE) == [False, True, True, False]
    regler(root, gpu="h100", T=6144)
    assert root.evaluate(DONE) == [True, True, True, False]
    s = regler(root, engine="explicit", efficiency=100)
    assert s["bound"] == "mémoire"
    assert root.evaluate(DONE) == [True] * 4
    expect(root.locator(".interaction-annonce")).to_contain_text("Défi 4 réussi")
    root.get_by_role("button", name="Revenir au modèle de départ").click()
    s = root.evaluate(STATE)
    assert {key: s[key] for key in MODEL} == MODEL and s["T"] == 1024


def test_aux_extremes_rien_ne_casse(ouvrir):
    """Tous les curseurs au bout, d'un côté puis de l'autre : des nombres, lisibles."""
    _, root = ouvrir()
    for end, engine in [(0, "flash"), (-1, "explicit")]:
        s = regler(root, engine=engine, **{k: v[end] for k, (_, v) in KNOBS.items()})
        text = root.locator(".interaction-scene").inner_text()
        assert not any(bad in text for bad in ("NaN", "undefined", "Infinity"))
        assert 0 < s["seconds"] < float("inf")
        d = root.locator("path.budget-paires").get_attribute("d")
        assert "NaN" not in d


def test_tout_se_regle_au_clavier(ouvrir):
    page, root = ouvrir()
    slider = root.get_by_role("slider", name="Longueur T")
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert root.evaluate(STATE)["T"] == 1152
    expect(slider).to_have_attribute("aria-valuetext", "1\u202f152")
    root.locator('input[value="a100"]').focus()
    page.keyboard.press("ArrowRight")
    assert root.evaluate(STATE)["gpu"] == "h100"
    expect(root.locator(".interaction-annonce")).to_contain_text("par pas, dont")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sur_un_telephone_tout_tient_et_se_touche(ouvrir, theme):
    page, root = ouvrir(theme=theme, viewport=PHONE)
    regler(root, engine="explicit", T=2**20, batch=256, layers=128)
    fits_a_phone(page, root)


def test_a_l_impression_la_courbe_et_les_prix_restent(ouvrir):
    page, root = ouvrir(theme="dark")
    page.emulate_media(media="print")
    expect(root.locator(".budget-cadre")).to_be_visible()
    expect(root.locator(".budget-table")).to_be_visible()
    expect(root.locator(".glissiere:visible")).to_have_count(0)


def test_sans_script_la_figure_est_decrite(ouvrir):
    _, root = ouvrir(java_script_enabled=False)
    expect(root.locator(".interaction-repli")).to_be_visible()
