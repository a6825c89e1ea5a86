"""La marche dans un Transformer : étapes, couches, têtes, nombres, clavier, écrans."""

import pytest
from mini_site import PHONE, fits_a_phone
from playwright.sync_api import expect

STATE = "root => root.interaction.state()"
LAYERS = 2


def itineraire(example: dict) -> list[tuple[str, int, int]]:
    """L'ordre du calcul : l'encodeur, puis, à chaque token, tout le décodeur."""
    steps = [("encoder", layer, 0) for layer in range(LAYERS)]
    for t in range(len(example["written"])):
        for layer in range(LAYERS):
            steps += [("decoder", layer, t), ("cross", layer, t)]
        steps.append(("opinions", 0, t))
    return steps


def attendus(example: dict, kind: str, layer: int, t: int, head: int) -> list:
    return example["opinions"][t] if kind == "opinions" else example[kind][layer][head]


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_avancer_suit_l_ordre_du_calcul(ouvrir, marche, protocol):
    page, root = ouvrir(protocol)
    example = marche.data["examples"][0]
    steps = itineraire(example)
    slider = root.get_by_role("slider")
    slider.focus()
    page.keyboard.press("Home")
    for rank, (kind, layer, t) in enumerate(steps):
        state = root.evaluate(STATE)
        found = (state["step"], state["kind"], state["layer"], state["t"])
        assert found == (rank, kind, layer, t)
        assert state["weights"] == attendus(example, kind, layer, t, 0)
        page.keyboard.press("ArrowRight")
    assert root.evaluate(STATE)["steps"] == len(steps)
    forward = root.get_by_role("button", name="Avancer")
    expect(forward).to_have_attribute("aria-disabled", "true")
    forward.dispatch_event("click")
    assert root.evaluate(STATE)["step"] == len(steps) - 1
    root.get_by_role("button", name="Reculer").click()
    assert root.evaluate(STATE)["step"] == len(steps) - 2


def test_les_cases_sont_les_poids_de_la_cellule(ouvrir, marche):
    """À la troisième lettre écrite, le décodeur n'a que trois lignes, et un passé."""
    _, root = ouvrir()
    example = marche.data["examples"][0]
    slider = root.get_by_role("slider")
    wanted = itineraire(example).index(("decoder", 1, 2))
    slider.fill(str(wanted))
    rows = root.locator(".marche-carte tbody tr")
    expect(rows).to_have_count(3)
    for i, row in enumerate(rows.all()):
        cells = row.locator("td").all_inner_texts()
        weights = example["decoder"][1][0][i]
        shown = [int(cell) for cell in cells[: i + 1]]
        assert shown == [int(w / 10 + 0.5) for w in weights[: i + 1]]
        assert cells[i + 1 :] == ["·"] * (2 - i)
    expect(rows.nth(2)).to_have_class("active")
    heads = root.locator(".marche-carte thead th").all_inner_texts()
    assert heads == ["début", *example["written"][:2]]
    written = root.locator(".marche-texte").nth(1)
    expect(written).to_contain_text(" ".join(example["written"][:2]))


def test_changer_de_tete_de_nombre_et_d_etape(ouvrir, marche):
    _, root = ouvrir()
    root.get_by_role("group", name="Tête").get_by_label("3", exact=True).check()
    state = root.evaluate(STATE)
    first = marche.data["examples"][0]
    assert state["head"] == 2 and state["kind"] == "cross"
    assert state["weights"] == first["cross"][state["layer"]][2]
    expect(root.locator(".interaction-annonce")).to_contain_text("la tête 3 regarde")
    numbers = root.get_by_role("group", name="Nombre").get_by_role("radio")
    expect(numbers).to_have_count(3)
    numbers.nth(1).check()
    state = root.evaluate(STATE)
    second = marche.data["examples"][1]
    assert state["number"] == 1 and state["head"] == 2
    assert state["weights"] == second["cross"][state["layer"]][2]
    expect(root.locator(".marche-texte").first).to_contain_text("soixante dix sept")
    root.get_by_role("button", name="Encodeur, couche 1").click()
    state = root.evaluate(STATE)
    assert (state["kind"], state["layer"]) == ("encoder", 0)
    expect(root.locator(".marche-carte tbody tr")).to_have_count(3)


def test_la_lecture_donne_les_cinq_plus_probables(ouvrir, marche):
    _, root = ouvrir()
    example, symbols = marche.data["examples"][0], marche.data["symbols"]
    root.get_by_role("slider").fill(str(itineraire(example).index(("opinions", 0, 0))))
    rows = root.locator(".marche-avis tbody tr")
    expect(rows).to_have_count(5)
    best = max(range(len(symbols)), key=lambda j: example["opinions"][0][j])
    expect(rows.first).to_contain_text(symbols[best])
    share = f"{example['opinions'][0][best] / 10:.1f}".replace(".", ",")
    expect(rows.first).to_contain_text(share)
    expect(root.locator(".marche-phrase")).to_contain_text(example["written"][0])
    for head in root.get_by_role("group", name="Tête").get_by_role("radio").all():
        expect(head).to_be_disabled()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_sur_un_telephone_tout_tient_et_se_touche(ouvrir, theme):
    page, root = ouvrir(theme=theme, viewport=PHONE)
    fits_a_phone(page, root)


def test_sans_script_les_nombres_restent(ouvrir, marche):
    _, root = ouvrir(java_script_enabled=False)
    fallback = root.locator(".interaction-repli")
    for example in marche.data["examples"]:
        expect(fallback).to_contain_text(" ".join(example["written"]))
