"""La figure des tuiles : ce qu'elle montre, ses gestes, ses défis, ses écrans."""

import itertools
import math
import re

import pytest
from mini_site import PHONE, fits_a_phone
from playwright.sync_api import expect

from cours_transformers.training.traffic_counts import count_tiled

STATE = "root => root.interaction.state()"
DONE = "root => root.interaction.done()"
PLAN = "(root, s) => root.interaction.plan(s)"
TILES = """(root, s) => {
  const steps = root.interaction.plan(s);
  return steps.map((_, n) => root.interaction.tiles(s, steps, n));
}"""
UNCUT = ".tuiles-tableau :is(th, td), .tuiles-calcul p, .interaction-bouton"
CUT = "all => all.filter((e) => e.scrollWidth > e.clientWidth).length"
SIZES = (1, 2, 4)


def fr(x: float, digits: int = 2) -> str:
    """Un nombre comme la page l'écrit."""
    if x == -math.inf:
        return "−∞"
    text = f"{abs(x):.{digits}f}".replace(".", ",")
    return "−" + text if x < 0 and re.search("[1-9]", text) else text


def vecteur(values: list[float], digits: int = 2) -> str:
    """Un vecteur comme la page l'écrit."""
    return "(" + "\u202f; ".join(fr(x, digits) for x in values) + ")"


def regler(root, block_q: int, block_k: int, causal: bool = False) -> None:
    """Choisit les tailles et le masque : on repart de l'étape 0."""
    for legend, value in (("Requêtes", block_q), ("Clés", block_k)):
        group = root.get_by_role("group", name=re.compile(legend))
        group.get_by_role("radio", name=str(value), exact=True).check()
    root.get_by_role("radio", name="causal" if causal else "aucun").check()


def aller(root, step: int | str) -> None:
    """Va à une étape, ou au bout."""
    slider = root.get_by_role("slider", name="Étape")
    slider.fill(slider.get_attribute("max") if step == "fin" else str(step))


def verifier_l_ecran(root, step: dict, followed: int) -> None:
    """Les deux tables et le calcul disent les nombres de l'étape."""
    lines = step["lines"]
    told = root.locator(".tuiles-sommes tbody tr").all()
    for row, line, name in zip(told, lines, step["rows"], strict=bool(lines)):
        shown = row.locator("td").all_inner_texts()
        assert row.locator("button").inner_text() == "q" + "₀₁₂₃₄₅₆₇"[name]
        assert shown[0].split(" ↗\n")[-1] == fr(line["m"])
        assert shown[2] == fr(line["l"])
        if step["kind"] == "tile":
            assert shown[1] == "× " + fr(line["alpha"])
    if step["kind"] == "tile":
        cells = root.locator(".tuiles-cellule").all_inner_texts()
        values = [pair for x in lines for pair in zip(x["scores"], x["p"], strict=True)]
        for cell, (score, p) in zip(cells, values, strict=True):
            assert cell.split("\n") == [fr(score), "p\u00a0" + fr(p)]
    last = [
        vecteur(row) for row in step.get("outputs") or [line["a"] for line in lines]
    ]
    assert [row.locator("td").last.inner_text() for row in told][: len(lines)] == last
    if step["kind"] in ("tile", "store"):
        chalk = root.locator(".tuiles-calcul p").last.inner_text()
        assert chalk.endswith(" = " + last[followed])


@pytest.mark.parametrize("causal", [False, True])
def test_avancer_pas_a_pas_montre_le_calcul(ouvrir, causal):
    _, root = ouvrir(reduced_motion="reduce")
    regler(root, 2, 4, causal)
    settings = {"blockQ": 2, "blockK": 4, "causal": causal}
    steps = root.evaluate(PLAN, settings)
    drawn = root.evaluate(TILES, settings)
    forward = root.get_by_role("button", name="Suivant")
    done = 0
    for n, step in enumerate(steps):
        state = root.evaluate(STATE)
        done += step["read"] + step["written"]
        assert state["step"] == n and state["read"] + state["written"] == done
        expect(root.locator(".tuiles-compte strong").first).to_have_text(str(done))
        expect(root.locator(".tuiles-phrase")).to_have_text(state["sentence"])
        verifier_l_ecran(root, step, 0)
        for name in ("erased", "skipped"):
            count = sum(tile["state"] == name for tile in drawn[n])
            expect(root.locator(f"svg .tuiles-{name}")).to_have_count(count)
        written = sum(row is not None for row in state["outputs"])
        expect(root.locator("svg rect.ecrit")).to_have_count(2 * written)
        forward.dispatch_event("click")  # même quand il ne mène plus nulle part
    expect(forward).to_have_attribute("aria-disabled", "true")
    assert root.evaluate(STATE)["step"] == len(steps) - 1
    root.get_by_role("button", name="Précédent").click()
    assert root.evaluate(STATE)["step"] == len(steps) - 2


def test_la_memoire_globale_montre_les_nombres_et_ce_qui_est_lu(ouvrir):
    _, root = ouvrir()
    given = root.evaluate("root => root.interaction.inputs")
    for letter, rows in given.items():
        drawn = root.locator(f"svg text.tuiles-entree.i-{letter}")
        assert drawn.all_text_contents() == [fr(x, 0) for row in rows for x in row]
        read = root.locator(f"svg text.i-{letter}.lu").all_text_contents()
        chosen = (2, 3) if letter == "q" else (4, 5)
        assert read == [fr(x, 0) for n in chosen for x in rows[n]]
    told = root.locator(".tuiles-tuile .tuiles-petit:not(td .tuiles-petit, .i-k, .i-v)")
    names = [vecteur(given["k"][n], 0) for n in (4, 5)]
    names += [vecteur(given["q"][n], 0) for n in (2, 3)]
    assert told.all_inner_texts() == names
    feet = root.locator(".tuiles-tuile tfoot td .tuiles-petit").all_inner_texts()
    assert feet == [vecteur(given["v"][n], 0) for n in (4, 5)]
    outputs = root.locator("svg text.ecrit").all_text_contents()
    state = root.evaluate(STATE)
    assert outputs == [fr(x, 1) for row in state["outputs"][:2] for x in row]


def test_les_phrases_disent_ce_qui_se_passe(ouvrir):
    _, root = ouvrir()
    phrase = root.locator(".tuiles-phrase")
    expect(phrase).to_contain_text("Le maximum de la requête 2 monte")
    expect(phrase).to_contain_text("par α = 0,49")
    said = {
        0: "Le tableau est vide",
        1: "On lit les requêtes 0 et 1\u00a0: 4 nombres",
        2: "Première tuile",
        3: "Le maximum monte pour 2 requêtes",
        4: "Aucun maximum ne monte",
        6: "la sortie des requêtes 0 et 1\u00a0: 4 nombres. Puis on efface",
        24: "160 nombres échangés, au lieu de 320",
    }
    for step, text in said.items():
        aller(root, step)
        expect(phrase).to_contain_text(text)
    expect(root.locator(".tuiles-bilan")).to_contain_text("plus grand écart, 2,7")
    expect(root.locator(".tuiles-bilan")).to_contain_text("96 multiplications")
    regler(root, 1, 4, causal=True)
    aller(root, 2)
    expect(phrase).to_contain_text("les clés 0 à 3 et leurs valeurs\u00a0: 16 nombres")
    expect(phrase).to_contain_text("−∞\u00a0: une clé future.")
    expect(root.locator("svg .tuiles-score")).to_have_text(["−0,7", "−∞", "−∞", "−∞"])
    aller(root, 3)
    expect(phrase).to_contain_text("la sortie de la requête 0\u00a0: 2 nombres")


def test_la_place_et_les_corrections_sont_celles_du_paquet(ouvrir):
    """Par tuile visitée, α multiplie ℓ et les d nombres de a, pour chaque requête."""
    _, root = ouvrir()
    for block_q, block_k, causal in [
        (2, 2, False), (4, 1, False), (2, 2, True), (1, 4, True),
    ]:  # fmt: skip
        regler(root, block_q, block_k, causal)
        aller(root, "fin")
        state = root.evaluate(STATE)
        counted = count_tiled(8, 2, block_q, block_k, causal=causal)
        assert state["rescalings"] == counted.rescalings
        place = f"place\u00a0: {state['footprint']} nombres"
        expect(root.locator(".tuiles-place")).to_have_text(place)


@pytest.mark.parametrize("width", [1280, 390])
def test_avancer_ne_deplace_rien_et_ne_coupe_rien(ouvrir, width):
    """La figure garde sa hauteur d'une étape à l'autre : les boutons ne fuient pas."""
    _, root = ouvrir(viewport={"width": width, "height": 844}, reduced_motion="reduce")
    for block_q, block_k, causal in ((2, 2, False), (4, 4, False), (2, 4, True)):
        regler(root, block_q, block_k, causal)
        heights = set()
        for step in range(root.evaluate(STATE)["last"] + 1):
            aller(root, step)
            heights.add(round(root.locator(".tuiles-corps").bounding_box()["height"]))
            assert root.locator(UNCUT).evaluate_all(CUT) == 0
        assert len(heights) == 1, heights


def test_suivre_une_requete_deroule_son_calcul(ouvrir):
    _, root = ouvrir()
    chalk = root.locator(".tuiles-calcul p")
    expect(chalk.nth(1)).to_have_text("α = e0,00 − 0,71 = 0,49")
    expect(chalk.nth(2)).to_have_text("ℓ = 0,49 × 1,98 + 1,00 + 0,24 = 2,22")
    expect(chalk.nth(3)).to_have_text(
        "a = 0,49 × (8,38\u202f; 3,68) + 1,00 × (0\u202f; 3) + 0,24 × (5\u202f; 3)"
        " = (5,35\u202f; 5,54)"
    )
    expect(root.locator(".tuiles-sommes .corrigee")).to_have_count(1)
    root.get_by_role("button", name="Suivre la requête 3").click()
    expect(chalk.first).to_contain_text("q₃\u00a0: m = max(1,41")
    expect(chalk.nth(1)).to_have_text("α = e1,41 − 1,41 = 1,00")
    expect(root.locator(".tuiles-suivre[aria-pressed=true]")).to_have_text("q₃")
    aller(root, 12)
    expect(chalk).to_have_count(1)
    expect(chalk).to_contain_text("o₃ = a\u202f/\u202fℓ = (")
    regler(root, 1, 2)  # une seule requête par tuile : la suivie existe encore
    aller(root, 2)
    expect(root.locator(".tuiles-suivre[aria-pressed=true]")).to_have_text("q₀")


def test_le_total_ne_depend_que_de_la_hauteur_des_tuiles(ouvrir):
    _, root = ouvrir()
    cells = root.locator(".tuiles-totaux tbody td strong")
    assert cells.all_inner_texts() == ["?"] * 9
    for block_q, block_k in itertools.product(SIZES, SIZES):
        regler(root, block_q, block_k)
        aller(root, "fin")
    assert cells.all_inner_texts() == ["288"] * 3 + ["160"] * 3 + ["96"] * 3
    places = root.locator(".tuiles-totaux tbody td").all_inner_texts()
    assert [int(re.search(r"\((\d+)\)", text)[1]) for text in places] == [
        12, 17, 27, 20, 26, 38, 36, 44, 60,
    ]  # fmt: skip
    root.get_by_role("radio", name="causal").check()
    assert cells.all_inner_texts() == ["?"] * 9
    expect(root.locator(".tuiles-totaux caption")).to_contain_text("masque causal")


def test_la_lecture_avance_se_met_en_pause_et_s_arrete_au_bout(ouvrir):
    page, root = ouvrir()
    player = root.get_by_role("button", name="Lecture")
    player.click()  # d'abord : depuis le début
    assert root.evaluate(STATE)["step"] == 0
    expect(root.get_by_role("slider", name="Étape")).to_have_value("2")
    root.get_by_role("button", name="Pause").click()
    stopped = root.evaluate(STATE)["step"]
    page.wait_for_timeout(1300)
    assert root.evaluate(STATE)["step"] == stopped
    aller(root, 22)
    player.click()
    expect(root.get_by_role("slider", name="Étape")).to_have_value("24")
    expect(player).to_be_visible()
    expect(root.locator(".interaction-annonce")).to_contain_text("C’est fini")
    player.click()  # au bout, elle reprend au début
    assert root.evaluate(STATE)["step"] == 0
    root.get_by_role("button", name="Suivant").click()  # un geste l'arrête
    expect(player).to_be_visible()
    assert root.evaluate(STATE)["step"] == 1


def test_en_mouvement_reduit_rien_ne_bouge_sans_qu_on_le_demande(ouvrir):
    page, root = ouvrir(reduced_motion="reduce")
    page.wait_for_timeout(1300)
    assert root.evaluate(STATE)["step"] == 10
    for part in (".tuiles-courante", ".tuiles-fait"):
        expect(root.locator(part)).to_have_css("transition-duration", "0s")


def test_les_defis_se_relevent(ouvrir):
    _, root = ouvrir()
    expect(root.locator(".defis li")).to_have_count(3)
    aller(root, 2)  # première tuile : α = 0 n'y efface rien
    for block_q, block_k in ((2, 2), (2, 4), (4, 2), (4, 4), (1, 1)):
        regler(root, block_q, block_k)
        aller(root, "fin")
    regler(root, 2, 2, causal=True)
    aller(root, "fin")
    regler(root, 4, 1, causal=True)  # 80 nombres, mais avec le masque
    aller(root, "fin")
    assert root.evaluate(DONE) == [False] * 3
    regler(root, 2, 2)
    aller(root, 3)
    assert root.evaluate(DONE) == [True, False, False]
    expect(root.locator(".interaction-annonce")).to_contain_text("Défi 1 réussi")
    regler(root, 4, 1)
    assert root.evaluate(DONE) == [True, False, False]
    aller(root, "fin")
    assert root.evaluate(DONE) == [True, True, False]
    regler(root, 1, 1, causal=True)
    aller(root, "fin")
    assert root.evaluate(DONE) == [True] * 3


def test_la_lecture_ne_releve_pas_le_premier_defi(ouvrir):
    _, root = ouvrir()
    aller(root, 2)
    root.get_by_role("button", name="Lecture").click()
    expect(root.get_by_role("slider", name="Étape")).to_have_value("3")
    assert root.evaluate(DONE)[0] is False
    root.get_by_role("button", name="Pause").click()  # s'y arrêter, si
    assert root.evaluate(STATE)["step"] == 3
    assert root.evaluate(DONE)[0] is True


def test_tout_se_fait_au_clavier(ouvrir):
    page, root = ouvrir()
    slider = root.get_by_role("slider", name="Étape")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    assert root.evaluate(STATE)["step"] == 9
    page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "24 sur 24")
    expect(root.locator(".interaction-annonce")).to_contain_text("C’est fini")
    page.keyboard.press("Home")
    root.get_by_role("button", name="Suivant").focus()
    page.keyboard.press("Enter")
    assert root.evaluate(STATE)["step"] == 1
    expect(root.get_by_role("button", name="Suivant")).to_be_focused()
    root.get_by_role("button", name="Suivre la requête 1").focus()
    page.keyboard.press("Space")
    assert root.evaluate(STATE)["followed"] == 1
    expect(root.get_by_role("button", name="Suivre la requête 1")).to_be_focused()
    root.get_by_role("radio", name="aucun").focus()
    page.keyboard.press("ArrowRight")
    state = root.evaluate(STATE)
    assert (state["causal"], state["step"], state["last"]) == (True, 0, 18)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sur_un_telephone_tout_tient_et_se_touche(ouvrir, theme):
    page, root = ouvrir(theme=theme, viewport=PHONE, reduced_motion="reduce")
    fits = {
        "inside": "table, svg, .tuiles-tableau, .tuiles-barre, .tuiles-calcul p",
        "uncut": UNCUT,
    }
    for block_q, block_k, step in ((4, 4, 3), (2, 2, 10), (4, 4, "fin")):
        regler(root, block_q, block_k, causal=step == 10)
        aller(root, step)
        fits_a_phone(page, root, **fits)
    # Les boutons restent à l'écran quand on regarde la matrice.
    root.locator(".tuiles-memoire").scroll_into_view_if_needed()
    expect(root.get_by_role("button", name="Suivant")).to_be_in_viewport()


def test_a_l_impression_la_matrice_et_le_tableau_restent(ouvrir):
    page, root = ouvrir()
    page.emulate_media(media="print")
    expect(root.locator("svg")).to_be_visible()
    expect(root.locator(".tuiles-tuile")).to_be_visible()
    expect(root.locator(".tuiles-sommes")).to_be_visible()
    expect(root.locator(".tuiles-suivre").first).to_be_visible()  # le nom de la ligne
    expect(root.locator(".glissiere")).to_be_hidden()
    expect(root.get_by_role("button", name="Suivant")).to_be_hidden()
    expect(root.locator(".tuiles-tableau")).to_have_css("color", "rgb(0, 0, 0)")


def test_sans_script_la_description_se_lit(ouvrir):
    _, root = ouvrir(java_script_enabled=False)
    expect(root.locator(".interaction-repli")).to_have_text("L'attention par tuiles.")
