"""Les lignes à ordonner : boutons, souris et doigt ; les erreurs sont nommées."""

import pytest
from playwright.sync_api import expect

SOLUTION = [
    "scores = q @ k.T / math.sqrt(d_k)",
    "weights = scores.softmax(dim=-1)",
    "if causal:",
    "    weights = mask(weights)",
    "return weights @ v",
]
INTRUDER = "weights = scores.softmax(dim=0)"
PROGRAM = ".ordonner .programme > .ligne"


def lines(page):
    return page.locator(f"{PROGRAM} .ligne-code").all_text_contents()


def press(page, line, button):
    page.locator(PROGRAM).nth(lines(page).index(line)).locator(button).click()


def arrange(page, wanted):
    """Amène les lignes dans l'ordre voulu, avec les seuls boutons."""
    for line in [line for line in lines(page) if line not in wanted]:
        press(page, line, ".retirer")
    for position, line in enumerate(wanted):
        while lines(page).index(line) > position:
            press(page, line, ".monter")
    assert lines(page) == wanted


def check(page):
    page.click(".ordonner .verifier")
    return page.locator(".ordonner .retour")


def test_les_lignes_arrivent_melangees_avec_l_intrus_et_leur_retrait(page):
    assert sorted(lines(page)) == sorted([*SOLUTION, INTRUDER])
    assert [line for line in lines(page) if line != INTRUDER] != SOLUTION


@pytest.mark.parametrize("address", ["http", "file"], indirect=True)
def test_le_bon_ordre_est_accepte(page):
    arrange(page, SOLUTION)
    said = check(page)
    expect(said).to_contain_text("dans l’ordre")
    expect(said).to_contain_text("Chaque ligne de poids vaut 1")


def swapped(i, j):
    order = list(SOLUTION)
    order[i], order[j] = order[j], order[i]
    return order


@pytest.mark.parametrize(
    ("order", "message"),
    [
        ([*SOLUTION[:-1], INTRUDER, SOLUTION[-1]], "Le softmax porte sur les clés"),
        ([SOLUTION[0], SOLUTION[4], *SOLUTION[1:4]], "On normalise avant de moyenner"),
        (swapped(2, 3), "Les 2 premières lignes sont bien placées"),
        (swapped(0, 1), "La première ligne n’est pas encore la bonne"),
        (SOLUTION[:-1], "Il manque une ligne"),
    ],
)
def test_une_erreur_recoit_son_message(page, order, message):
    arrange(page, order)
    said = check(page)
    expect(said).to_contain_text("Pas encore.")
    expect(said).to_contain_text(message)


def test_au_clavier_le_bouton_garde_la_main_et_la_position_est_dite(page):
    second = lines(page)[1]
    up = page.locator(PROGRAM).nth(1).locator(".monter")
    assert up.get_attribute("aria-label").endswith(second.strip())
    up.focus()
    page.keyboard.press("Enter")
    assert lines(page)[0] == second
    expect(page.locator(PROGRAM).nth(0).locator(".monter")).to_be_focused()
    expect(page.locator(".ordonner .pour-lecteur")).to_have_text(
        "Ligne placée en position 1 sur 6."
    )
    page.keyboard.press("Enter")
    assert lines(page)[0] == second
    page.locator(PROGRAM).nth(0).locator(".retirer").press("Enter")
    expect(page.locator(".ordonner .reserve .ligne")).to_have_count(1)
    back = page.locator(".ordonner .reserve .retirer")
    expect(back).to_be_focused()
    expect(back).to_have_text("Remettre")
    page.keyboard.press("Enter")
    assert lines(page)[-1] == second


def grip(page, index):
    handle = page.locator(f"{PROGRAM} .poignee").nth(index)
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@pytest.mark.parametrize("address", ["http", "file"], indirect=True)
def test_a_la_souris_une_ligne_se_glisse(page):
    before = lines(page)
    page.locator(".ordonner").scroll_into_view_if_needed()
    x, y = grip(page, 0)
    _, goal = grip(page, 3)
    x, y = grip(page, 0)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, goal, steps=12)
    page.mouse.up()
    after = lines(page)
    assert after != before
    assert after.index(before[0]) >= 2
    assert [line for line in after if line != before[0]] == before[1:]


def test_a_la_souris_une_ligne_se_depose_de_cote(page):
    page.locator(".ordonner .verifier").scroll_into_view_if_needed()
    x, y = grip(page, 5)
    box = page.locator(".ordonner .reserve").bounding_box()
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, box["y"] + box["height"] / 2, steps=6)
    page.mouse.up()
    expect(page.locator(".ordonner .reserve .ligne")).to_have_count(1)


def test_au_doigt_une_ligne_se_glisse(open_page, address):
    page = open_page(
        f"{address}/index.html", has_touch=True, viewport={"width": 390, "height": 900}
    )
    before = lines(page)
    page.locator(PROGRAM).nth(1).scroll_into_view_if_needed()
    session = page.context.new_cdp_session(page)
    x, y = grip(page, 1)
    x, goal = x, grip(page, 0)[1] - 5
    x, y = grip(page, 1)

    def touch(kind, *points):
        session.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": a, "y": b} for a, b in points]},
        )

    touch("touchStart", (x, y))
    for step in range(1, 9):
        touch("touchMove", (x, y + (goal - y) * step / 8))
    touch("touchEnd")
    assert lines(page)[:2] == [before[1], before[0]]


def test_la_solution_s_offre_apres_deux_essais_et_recommencer_remele(page):
    start = lines(page)
    check(page)
    expect(page.locator(".ordonner .voir-solution")).to_be_hidden()
    check(page)
    page.click(".ordonner .voir-solution")
    assert lines(page) == SOLUTION
    page.click(".ordonner .recommencer")
    assert lines(page) == start


def test_sans_javascript_la_solution_se_deplie(open_page, address):
    page = open_page(f"{address}/index.html", java_script_enabled=False)
    expect(page.locator(PROGRAM)).to_have_count(6)
    page.click(".ordonner summary")
    assert page.locator(".ordonner .bon-ordre li").all_text_contents() == SOLUTION
