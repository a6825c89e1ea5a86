"""L'explorateur de motifs : matrices du paquet, gestes, défis, écrans."""

import random

import pytest
import torch
from mini_site import PHONE, fits_a_phone
from playwright.sync_api import expect

from cours_transformers.layers.efficient import (
    BigBird,
    Full,
    Longformer,
    Pattern,
    Strided,
    Window,
)

STATE = "root => root.interaction.state()"
DONE = "root => root.interaction.done()"
KNOBS = {
    "T": ("Longueur T", list(range(16, 65, 8))),
    "width": ("Largeur w", list(range(1, 33))),
    "dilation": ("Écart a", list(range(1, 9))),
    "stride": ("Pas s", list(range(1, 33))),
    "block": ("Taille d’un bloc", [1, 2, 4, 8]),
    "near": ("Blocs voisins, de chaque côté", list(range(5))),
    "globalBlocks": ("Blocs globaux", list(range(5))),
    "randomBlocks": ("Blocs au hasard", list(range(5))),
    "query": ("Requête i", list(range(64))),
    "stacked": ("Couches empilées", list(range(1, 9))),
}
# Un seul appel par lot : la grille, son compte, celui de 8 192, les couches.
READ = """(root, all) => all.map((s) => ({
  matrix: root.interaction.matrix(s),
  counts: [s.T, 8192].map((T) => root.interaction.count(T, s)),
  layers: root.interaction.reach(s),
}))"""
MOVE = """(root, moves) => moves.forEach(([label, rank]) => {
  const input = [...root.querySelectorAll(".glissiere")]
    .find((one) => one.getAttribute("aria-label") === label);
  input.value = rank;
  input.dispatchEvent(new Event("input"));
})"""


def regler(root, method: str | None = None, **settings) -> dict:
    """Choisit une attention, met ses curseurs, rend l'état de la page."""
    if method:
        root.locator(f'input[value="{method}"]').check()
    moves = [(KNOBS[k][0], KNOBS[k][1].index(v)) for k, v in settings.items()]
    root.evaluate(MOVE, moves)
    return root.evaluate(STATE)


def couches(matrix: torch.Tensor, causal: bool) -> int | None:
    """La plus petite puissance du motif qui couvre tout ce qui est permis."""
    seen, one = matrix.double(), matrix.double()
    goal = torch.ones_like(one).tril() if causal else torch.ones_like(one)
    for n in range(1, len(one) + 1):
        if (seen > 0).equal(goal > 0):
            return n
        seen = ((one @ seen) > 0).double()
    return None


def tirages(pattern: BigBird, T: int) -> list[list[int]]:
    """Les blocs au hasard que Python a tirés, retrouvés dans sa matrice."""
    blocks = pattern.matrix(T)[:: pattern.block, :: pattern.block]
    g = pattern.global_blocks
    return [
        [] if m < g else [
            n for n in row.nonzero()[:, 0].tolist()
            if n >= g and abs(m - n) > pattern.window
        ]
        for m, row in enumerate(blocks)
    ]  # fmt: skip


def cas(chance: random.Random) -> tuple[Pattern, dict]:
    """Un motif de Python, et les réglages de la page qui disent le même."""
    T = chance.choice([1, 7, 16, 24, 33, 64])
    w, a, s = (chance.randint(1, high) for high in (T + 2, 5, T + 2))
    g = chance.sample(range(T), chance.randint(0, min(T, 4)))
    block = chance.choice([b for b in (1, 2, 4, 8) if T % b == 0])
    near, first, drawn = (chance.randint(0, 3) for _ in range(3))
    bigbird = BigBird(block, near, first, drawn, seed=chance.randint(0, 99))
    pattern, settings = chance.choice(
        [
            (Full(), {"method": "full"}),
            (Window(w), {"method": "window", "width": w}),
            (Window(w, a), {"method": "dilated", "width": w, "dilation": a}),
            (Strided(s), {"method": "strided", "stride": s}),
            (
                Longformer(w, g, a),
                {"method": "longformer", "width": w, "globals": g, "dilation": a},
            ),
            (
                bigbird,
                {"method": "bigbird", "block": block, "near": near}
                | {"globalBlocks": first, "randomBlocks": drawn}
                | {"draws": tirages(bigbird, T)},
            ),
        ]
    )
    causal = pattern.serves_causal and chance.random() < 0.5
    return pattern, settings | {"T": T, "causal": causal}


def test_chaque_grille_est_la_matrice_du_paquet(ouvrir):
    """Cent vingt réglages : mêmes paires, mêmes comptes à 8 192, mêmes couches."""
    _, root = ouvrir()
    chance = random.Random(0)  # noqa: S311 - des réglages, aucun secret
    drawn = [cas(chance) for _ in range(120)]
    assert len({s["method"] for _, s in drawn}) == 6
    found = root.evaluate(READ, [settings for _, settings in drawn])
    for (pattern, s), ours in zip(drawn, found, strict=True):
        matrix = pattern.matrix(s["T"], s["causal"])
        assert (torch.tensor(ours["matrix"]) > 0).equal(matrix), (pattern, s)
        counts = [pattern.n_pairs(T, s["causal"]) for T in (s["T"], 8192)]
        assert ours["counts"] == counts, (pattern, s)
        assert ours["counts"][0] == matrix.sum()
        assert ours["layers"] == couches(matrix, s["causal"]), (pattern, s)


def test_le_hasard_de_la_page_suit_les_regles_de_bigbird(ouvrir):
    """Le bon nombre, ni globaux ni voisins ; une même graine rend les mêmes blocs."""
    _, root = ouvrir()
    regler(root, "bigbird")
    seen = {}
    button = root.get_by_role("button", name="Retirer au sort")
    for block, near, g, r in [(4, 1, 1, 2), (2, 0, 2, 4), (8, 2, 0, 3), (8, 4, 4, 4)]:
        settings = {"block": block, "near": near, "globalBlocks": g, "randomBlocks": r}
        regler(root, T=48, **settings)
        for _ in range(3):
            button.click()
            state = root.evaluate(STATE)
            kinds = torch.tensor(
                root.evaluate("(root, s) => root.interaction.matrix(s)", state)
            )
            fixed = BigBird(block, near, g, random_blocks=0)
            assert ((kinds > 0) & (kinds < 3)).equal(fixed.matrix(48))
            assert state["pairs"] == BigBird(block, near, g, r).n_pairs(48)
            seen.setdefault(block, []).append(state["draws"])
            for m, blocks in enumerate(state["draws"]):
                M = 48 // block
                others = [n for n in range(g, M) if abs(m - n) > near and m >= g]
                assert set(blocks) <= set(others)
                assert len(set(blocks)) == len(blocks) == min(r, len(others))
    assert seen[4][0] != seen[4][1] != seen[4][2]
    again = regler(root, block=8, near=2, globalBlocks=0, randomBlocks=3)
    assert again["seed"] == 12 and again["draws"] != seen[8][0]
    expect(button).to_have_text("Retirer au sort (graine 12)")
    assert regler(root, near=2)["draws"] == again["draws"]


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_la_page_dit_ce_qu_elle_compte(ouvrir, protocol):
    _, root = ouvrir(protocol)
    state = regler(root, "strided", T=64, stride=6)
    assert state["pairs"] == Strided(6).n_pairs(64) == 1294
    rows = root.locator(".motifs-prix tbody tr")
    pairs = ["1\u202f294", "11\u202f266\u202f702"]
    expect(rows.nth(0).locator("td")).to_have_text(pairs)
    expect(rows.nth(1).locator("td")).to_have_text(["31,6\u00a0%", "16,8\u00a0%"])
    expect(rows.nth(2).locator("td")).to_have_text(["20,2", "1\u202f375,3"])
    expect(root.locator(".motifs-couches")).to_have_text(
        "Il faut empiler 2 couches pour que toute position voie toute autre."
    )
    root.get_by_label("Causale").check()
    expect(root.locator(".motifs-couches")).to_contain_text("toutes celles d’avant")
    expect(root.locator(".motifs-grille .motifs-futur")).to_have_count(1)
    regler(root, "full")
    expect(root.locator(".motifs-couches")).to_contain_text("Une seule couche suffit")
    expect(root.locator(".motifs-prix td").nth(1)).to_have_text("33\u202f558\u202f528")


def test_on_choisit_une_requete_et_l_on_lit_ses_cles(ouvrir):
    """Au curseur, d'un survol, d'un appui : la ligne éclairée et les clés suivent."""
    page, root = ouvrir()
    row, lit = root.locator(".motifs-ligne"), root.locator(".motifs-requete")
    regler(root, "window", T=32, width=3, query=5)
    expect(row).to_have_text("La requête 5 regarde 5 clés\u00a0: 3 à 7.")
    regler(root, "strided", stride=8, query=0)
    expect(row).to_have_text("La requête 0 regarde 11 clés\u00a0: 0 à 8, 16, 24.")
    regler(root, "window", width=3, query=16, stacked=3)
    expect(row).to_contain_text("En 3 couches, elle reçoit de 13 positions.")
    voice = root.locator(".interaction-annonce")
    expect(voice).to_contain_text("La requête 16 regarde")
    box = root.locator(".motifs-cadre").bounding_box()
    at = lambda i: (box["x"] + 9, box["y"] + box["height"] * (i + 0.5) / 32)  # noqa: E731
    page.mouse.move(*at(20))
    expect(lit).to_have_attribute("y", "20")
    page.wait_for_timeout(700)
    expect(voice).to_contain_text("La requête 16 regarde")  # survoler ne parle pas
    page.mouse.click(*at(31))
    expect(lit).to_have_attribute("y", "31")
    expect(row).to_contain_text("regarde 3 clés\u00a0: 29 à 31.")
    expect(voice).to_contain_text("La requête 31 regarde")
    assert regler(root, T=16)["query"] == 15


def test_la_portee_dessinee_est_celle_des_couches(ouvrir):
    """Autant de points que de paires reçues en trois couches et non regardées."""
    _, root = ouvrir()
    regler(root, "window", T=24, width=4, stacked=3)
    points = root.locator(".motifs-grille .motifs-portee").get_attribute("d")
    wide, narrow = Window(10).matrix(24), Window(4).matrix(24)
    assert points.count("M") == (wide & ~narrow).sum()
    near = root.locator(".motifs-grille .motifs-pres").get_attribute("d")
    assert near.count("M") == narrow.sum()


def test_les_globales_de_longformer_se_choisissent(ouvrir):
    _, root = ouvrir()
    state = regler(root, "longformer", T=40, width=2, dilation=1, query=7)
    assert state["globals"] == [0]
    root.get_by_role("button", name="Rendre la position 7 globale").click()
    root.get_by_label("Causale").check()
    state = root.evaluate(STATE)
    assert state["globals"] == [0, 7]
    assert state["pairs"] == Longformer(2, [0, 7]).n_pairs(40, causal=True)
    root.get_by_role("button", name="Rendre la position 7 ordinaire").click()
    assert root.evaluate(STATE)["globals"] == [0]
    regler(root, query=39)
    root.get_by_role("button", name="Rendre la position 39 globale").click()
    state = regler(root, T=16)  # la position 39 n'existe plus : le paquet la refuse
    assert state["globals"] == [0]
    assert state["pairs"] == Longformer(2, [0]).n_pairs(16, causal=True)


def test_bigbird_ne_se_prete_pas_au_masque_causal(ouvrir):
    _, root = ouvrir()
    box = root.get_by_label("Causale")
    box.check()
    state = regler(root, "bigbird")
    assert not state["causal"]
    expect(box).to_be_disabled()
    expect(root.get_by_text("BigBird ne l’admet pas")).to_be_visible()
    assert regler(root, "window")["causal"]
    expect(box).to_be_enabled()


def test_chaque_attention_ne_montre_que_ses_reglages(ouvrir):
    _, root = ouvrir()
    wanted = {
        "full": [], "window": ["width"], "dilated": ["width", "dilation"],
        "strided": ["stride"], "longformer": ["width", "dilation"],
        "bigbird": ["block", "near", "globalBlocks", "randomBlocks"],
    }  # fmt: skip
    for method, keys in wanted.items():
        regler(root, method)
        shown = root.locator(
            ".motifs-corps > :last-child input[type=range]:visible"
        ).all()
        names = [one.get_attribute("aria-label") for one in shown]
        assert names == [KNOBS[key][0] for key in ["T", *keys]]
        visible = root.get_by_role("button").all()
        assert len(visible) == (method in ("longformer", "bigbird"))


def test_les_trois_defis_se_relevent(ouvrir):
    _, root = ouvrir()
    state = regler(root, "longformer", T=64, width=4, dilation=1)
    assert state["layers"] == 2 and state["share"] > 0.1
    regler(root, "window", width=2)  # peu de paires, mais trop de couches
    regler(root, width=18)  # quatre couches, mais une clé de trop
    regler(root, width=16)  # et une de moins
    regler(root, width=1)  # jamais, mais une seule clé chacune
    root.get_by_label("Causale").check()
    state = regler(root, "longformer", dilation=1)  # en causal, 0 ne relie personne
    assert state["layers"] is None and state["share"] < 0.1
    assert root.evaluate(DONE) == [False] * 3
    root.get_by_label("Causale").uncheck()
    assert root.evaluate(DONE) == [True, False, False]
    regler(root, "window", width=17)
    assert root.evaluate(DONE) == [True, True, False]
    state = regler(root, "dilated", width=2, dilation=2)
    assert state["layers"] is None and state["pairs"] < 3 * 64
    assert root.evaluate(DONE) == [True, True, False]
    regler(root, width=3)
    assert root.evaluate(DONE) == [True, True, True]
    expect(root.locator(".interaction-annonce")).to_contain_text("Défi 3 réussi")
    expect(root.locator(".motifs-couches")).to_contain_text("Aucun nombre de couches")


def test_tout_se_regle_au_clavier(ouvrir):
    page, root = ouvrir()
    length = root.get_by_role("slider", name="Longueur T")
    length.focus()
    page.keyboard.press("End")
    assert root.evaluate(STATE)["T"] == 64
    expect(length).to_have_attribute("aria-valuetext", "64")
    query = root.get_by_role("slider", name="Requête i")
    query.focus()
    page.keyboard.press("End")
    assert root.evaluate(STATE)["query"] == 63
    root.locator('input[value="window"]').focus()
    page.keyboard.press("ArrowRight")
    assert root.evaluate(STATE)["method"] == "dilated"
    root.get_by_label("Causale").focus()
    page.keyboard.press("Space")
    assert root.evaluate(STATE)["causal"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("method", ["longformer", "bigbird"])
def test_sur_un_telephone_tout_tient_et_se_touche(ouvrir, theme, method):
    page, root = ouvrir(theme=theme, viewport=PHONE)
    regler(root, method, T=64, stacked=2)
    fits_a_phone(page, root)


def test_d_un_doigt_on_choisit_une_ligne(ouvrir):
    page, root = ouvrir(has_touch=True, viewport=PHONE)
    grid = root.locator(".motifs-cadre")
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    page.touchscreen.tap(box["x"] + 20, box["y"] + box["height"] * 2.5 / 32)
    assert root.evaluate(STATE)["query"] == 2


def test_a_l_impression_la_grille_et_les_comptes_restent(ouvrir):
    page, root = ouvrir(theme="dark")
    page.emulate_media(media="print")
    expect(root.locator(".motifs-grille")).to_be_visible()
    expect(root.locator(".motifs-prix")).to_be_visible()
    expect(root.locator(".glissiere:visible")).to_have_count(0)


def test_sans_script_la_figure_est_decrite(ouvrir):
    _, root = ouvrir(java_script_enabled=False)
    expect(root.locator(".interaction-repli")).to_be_visible()
