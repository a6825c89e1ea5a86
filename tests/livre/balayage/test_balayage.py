"""L'arbre de la page est celui du paquet : valeurs, intervalles, étages, comptes."""

from functools import reduce

import pytest
import torch
from mini_site import PHONE, fits_a_phone
from playwright.sync_api import expect
from torch.utils._python_dispatch import TorchDispatchMode

from cours_transformers.layers.state_space import FORMS, combine

STATE = "root => root.interaction.state()"
DONE = "root => root.interaction.done()"
PLAN = "(root, [form, T]) => root.interaction.plan(form, T)"
STEPS = "root => root.interaction.steps"
NAMES = {
    "sequential": "séquentielle",
    "hillis_steele": "Hillis–Steele",
    "tree": "arbre pair-impair",
}


class Additions(TorchDispatchMode):
    """Note la taille de chaque addition : une par pas combiné, b = a₂ b₁ + b₂."""

    def __init__(self):
        super().__init__()
        self.sizes = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        """Laisse faire l'opération."""
        out = func(*args, **(kwargs or {}))
        if func is torch.ops.aten.add.Tensor and out.numel():
            self.sizes.append(out.numel())
        return out


def pas(root, T: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Les T premiers pas de la page, de forme (B, T) = (1, T)."""
    steps = root.evaluate(STEPS)
    return tuple(torch.tensor([steps[k][:T]], dtype=torch.float64) for k in "ab")


def comptes_du_paquet(form: str, a: torch.Tensor, b: torch.Tensor) -> list[int]:
    """Combinaisons de chaque étage, comptées pendant que le paquet calcule."""
    with Additions() as seen:
        FORMS[form](a, b)
    # La boucle part de zéro : sa première addition ne combine aucun pas.
    return seen.sizes[1:] if form == "sequential" else seen.sizes


def comparer(root, form: str, T: int) -> None:
    """Compare chaque case de chaque étage à ``combine``, et la fin au balayage."""
    a, b = pas(root, T)
    plan = root.evaluate(PLAN, [form, T])
    pairs = list(zip(a[0], b[0], strict=True))
    for row in plan["rows"]:
        for i, cell in enumerate(row):
            assert cell["to"] == i
            whole = reduce(combine, pairs[cell["from"] : i + 1])
            found = [cell["a"], cell["b"]]
            assert found == pytest.approx([p.item() for p in whole], abs=1e-12)
    last = plan["rows"][-1]
    assert [cell["from"] for cell in last] == [0] * T
    h = FORMS[form](a, b)[0].tolist()
    assert [cell["b"] for cell in last] == pytest.approx(h, abs=1e-12)
    assert plan["counts"] == comptes_du_paquet(form, a, b)
    assert plan["stages"] == len(plan["counts"])
    assert plan["combinations"] == sum(plan["counts"])


def tout_comparer(root, T: int) -> None:
    """Compare les trois formes."""
    for form in NAMES:
        comparer(root, form, T)


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_cases_etages_et_comptes_sont_ceux_du_paquet(ouvrir, protocol):
    _, root = ouvrir(protocol)
    for T in (8, 16):
        tout_comparer(root, T)


def test_les_comptes_suivent_leurs_formules(ouvrir):
    _, root = ouvrir()
    for T, log in ((8, 3), (16, 4)):
        found = [root.evaluate(PLAN, [form, T]) for form in NAMES]
        assert [p["stages"] for p in found] == [T - 1, log, 2 * log - 1]
        combinations = [T - 1, T * log - T + 1, 2 * T - 2 - log]
        assert [p["combinations"] for p in found] == combinations


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        # L'opérateur à l'envers, l'ordre de ses arguments, un a oublié.
        ("b: then.a * first.b + then.b", "b: first.a * then.b + first.b"),
        ("...combine(past, own)", "...combine(own, past)"),
        ("a: then.a * first.a,", "a: then.a,"),
        # La descente part d'une case trop loin ; les distances triplent.
        ("[d, 3 * d - 1, 2 * d]", "[d, 4 * d - 1, 2 * d]"),
        ("d < T; d *= 2", "d < T; d *= 3"),
    ],
)
def test_une_faute_plantee_se_voit(ouvrir_faute, text, fault):
    _, root = ouvrir_faute(text, fault)
    with pytest.raises(AssertionError):
        tout_comparer(root, 8)


def choisir(root, form: str, T: int) -> None:
    """Choisit une forme et une taille : on repart de l'étage 0."""
    root.get_by_role("radio", name=NAMES[form]).check()
    root.get_by_role("radio", name=str(T), exact=True).check()


def test_avancer_etage_par_etage_montre_le_calcul(ouvrir):
    _, root = ouvrir()
    for form in NAMES:
        choisir(root, form, 16)
        avancer_jusqu_au_bout(root, form)


def avancer_jusqu_au_bout(root, form: str) -> None:
    """Avance d'étage en étage : les cases disent ce que la page a calculé."""
    plan = root.evaluate(PLAN, [form, 16])
    forward = root.get_by_role("button", name="Suivant")
    for stage, row in enumerate(plan["rows"]):
        state = root.evaluate(STATE)
        assert state["stage"] == stage and state["cells"] == row
        assert state["done"] == sum(plan["counts"][:stage])
        shown = root.locator(".balayage-case").all_inner_texts()
        for cell, text in zip(row, shown, strict=True):
            rank, span, a, b = text.split("\n")
            assert span == f"[{cell['from']}, {cell['to']}]"
            assert a == f"a\u00a0{cell['a']:.2f}".replace(".", ",")
            assert b == f"b\u00a0{cell['b']:.2f}".replace(".", ",")
            assert ("✓" in rank) == (cell["from"] == 0)
            assert ("▸" in rank) == (stage > 0 and cell["stage"] == stage)
        forward.dispatch_event("click")  # même quand il ne mène plus nulle part
    expect(forward).to_have_attribute("aria-disabled", "true")
    assert root.evaluate(STATE)["stage"] == plan["stages"]
    root.get_by_role("button", name="Précédent").click()
    assert root.evaluate(STATE)["stage"] == plan["stages"] - 1


def test_une_case_choisie_dit_d_ou_elle_vient(ouvrir):
    _, root = ouvrir()
    story = root.locator(".balayage-recit")
    cells = root.locator(".balayage-case")
    choisir(root, "tree", 8)
    cells.nth(5).click()
    expect(story).to_contain_text("La case 5 ne résume qu’elle-même, [5, 5]")
    slider = root.get_by_role("slider", name="Étage")
    slider.fill("1")
    expect(story).to_contain_text("résume maintenant [4, 5], la case 4 [4, 4], puis")
    slider.fill("3")
    expect(story).to_contain_text("n’a pas changé")
    slider.fill("4")
    expect(story).to_contain_text("[0, 5], la case 3 [0, 3], puis la case 5 [4, 5]")
    expect(story).to_contain_text("b est h₅")
    # Le trait épais remonte aux six premières cases, et à elles seules.
    drawn = root.locator("svg .balayage-noeud.lignee").evaluate_all(
        "all => all.map((e) => [e.getBBox().x + e.getBBox().width / 2,"
        " e.getBBox().y + e.getBBox().height / 2].map(Math.round))"
    )
    top = min(y for _, y in drawn)
    assert sum(y == top for _, y in drawn) == 6
    expect(root.locator("svg .ici")).to_have_count(1)


def test_un_compte_n_apparait_qu_une_fois_la_forme_parcourue(ouvrir):
    _, root = ouvrir()
    cells = root.locator(".balayage-comptes tbody td")
    assert cells.all_inner_texts() == ["?"] * 12
    slider = root.get_by_role("slider", name="Étage")
    for T in (8, 16):
        for form in NAMES:
            choisir(root, form, T)
            slider.fill(slider.get_attribute("max"))
    assert [int(text) for text in cells.all_inner_texts()] == [
        7, 7, 15, 15, 3, 17, 4, 49, 5, 11, 7, 26,
    ]  # fmt: skip


def repondre(root, rank: int, answer: str) -> str:
    """Répond à une prédiction, et rend ce que la page en dit."""
    form = root.locator(".balayage-question").nth(rank)
    form.get_by_role("spinbutton").fill(answer)
    form.get_by_role("button", name="Vérifier").click()
    return form.locator(".balayage-retour").inner_text()


REPLIES = [
    (0, "0", "que [6, 6]"),
    (0, "1", "que [5, 6]"),
    (0, "2", "que [3, 6]"),
    (0, "4", "déjà"),
    (0, "6", "forme séquentielle"),
    (0, "7", "celui de l’arbre"),
    (0, "9", "double l’intervalle"),
    (0, "", "nombre entier"),
    (0, "2.5", "nombre entier"),
    (1, "15", "la montée seule"),
    (1, "49", "Hillis–Steele"),
    (1, "11", "huit cases"),
    (1, "32", "une borne"),
    (1, "30", "lesquelles savent déjà"),
    (1, "7", "nombre d’étages"),
    (1, "1", "étage par étage"),
]


def test_une_prediction_fausse_recoit_sa_reponse(ouvrir):
    _, root = ouvrir()
    for rank, answer, told in REPLIES:
        assert told in repondre(root, rank, answer)
    assert root.evaluate(DONE) == [False] * 3


def test_les_predictions_et_le_defi_se_relevent(ouvrir):
    _, root = ouvrir()
    a_relever = root.locator(".defis li")
    expect(a_relever).to_have_count(3)
    assert repondre(root, 0, "3") == "Juste\u00a0: 3."
    assert root.evaluate(DONE) == [True, False, False]
    expect(root.locator(".interaction-annonce")).to_contain_text("Défi 1 réussi")
    assert repondre(root, 1, "26") == "Juste\u00a0: 26."
    assert root.evaluate(DONE) == [True, True, False]
    cells, slider = (
        root.locator(".balayage-case"), root.get_by_role("slider", name="Étage")
    )  # fmt: skip
    cells.nth(5).click()
    assert root.evaluate(DONE)[2] is False  # [4, 5], à l'étage 1
    for form in ("sequential", "tree"):  # aucune de leurs cases ne vaut [2, 5]
        choisir(root, form, 8)
        for stage in range(int(slider.get_attribute("max")) + 1):
            slider.fill(str(stage))
    assert root.evaluate(DONE)[2] is False
    choisir(root, "hillis_steele", 8)
    slider.fill("2")
    assert root.evaluate(DONE) == [True] * 3


def test_tout_se_fait_au_clavier(ouvrir):
    page, root = ouvrir()
    slider = root.get_by_role("slider", name="Étage")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowLeft")
    assert root.evaluate(STATE)["stage"] == 0
    page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "3 sur 3")
    annonce = root.locator(".interaction-annonce")
    expect(annonce).to_contain_text("8 sur 8")
    root.locator('.balayage-case[tabindex="0"]').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert root.evaluate(STATE)["chosen"] == 0
    expect(root.locator(".balayage-case").first).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(root.locator(".balayage-case").last).to_be_focused()
    answer = root.get_by_role("spinbutton").first
    answer.fill("3")
    answer.press("Enter")
    assert root.evaluate(DONE)[0] is True


def test_passer_de_seize_a_huit_garde_une_case_choisie(ouvrir):
    _, root = ouvrir()
    choisir(root, "tree", 16)
    root.locator(".balayage-case").nth(15).click()
    choisir(root, "tree", 8)
    state = root.evaluate(STATE)
    assert (state["chosen"], state["stage"], len(state["cells"])) == (7, 0, 8)
    expect(root.locator('.balayage-case[aria-checked="true"]')).to_have_count(1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sur_un_telephone_tout_tient_et_se_touche(ouvrir, theme):
    page, root = ouvrir(theme=theme, viewport=PHONE, reduced_motion="reduce")
    slider = root.get_by_role("slider", name="Étage")
    for form in NAMES:
        choisir(root, form, 16)
        slider.fill(slider.get_attribute("max"))
    repondre(root, 0, "2")
    fits_a_phone(
        page,
        root,
        inside="table, svg, .balayage-case, form",
        uncut=".balayage-case > *",
    )


def test_a_l_impression_le_schema_et_les_cases_restent(ouvrir):
    page, root = ouvrir()
    page.emulate_media(media="print")
    expect(root.locator("svg")).to_be_visible()
    expect(root.locator(".balayage-case").first).to_be_visible()
    expect(root.locator(".balayage-comptes")).to_be_visible()
    expect(root.locator(".glissiere")).to_be_hidden()


def test_sans_script_la_description_se_lit(ouvrir):
    _, root = ouvrir(java_script_enabled=False)
    expect(root.locator(".interaction-repli")).to_have_text("L'arbre du balayage.")
