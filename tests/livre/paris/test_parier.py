"""Le pari dans la page : touches, boutons, mise, compte, fin du texte."""

import math

import pytest
from mini_site import PHONE, fits_a_phone
from playwright.sync_api import expect

from cours_transformers.widgets.bet_rules import reader_probability

STATE = "root => root.interaction.state()"


def frequency(data: dict, letter: str) -> float:
    return data["frequencies"][data["alphabet"].index(letter)]


@pytest.mark.parametrize("protocol", ["http", "file"])
def test_une_partie_entiere_compte_comme_la_regle(ouvrir, widgets, protocol):
    data = widgets["parier"].data
    one = data["rounds"][0]
    page, root = ouvrir("parier", protocol)
    field = root.get_by_label("La lettre suivante")
    field.focus()
    hits = model_hits = 0
    bits = model_bits = 0.0
    for k, letter in enumerate(one["text"][1:]):
        stake = data["stakes"][k % 3][1]
        for key in ["ArrowDown"] * 2 + ["ArrowUp"] * (k % 3):
            page.keyboard.press(key)
        guess = letter if k % 2 else "e"
        page.keyboard.insert_text(guess)
        hits += guess == letter
        model_hits += one["favorites"][k][0] == letter
        share = frequency(data, letter)
        bits -= math.log2(reader_probability(guess, letter, stake, share))
        model_bits -= math.log2(one["probabilities"][k])
    state = root.evaluate(STATE)
    count = len(one["text"]) - 1
    assert (state["count"], state["readerHits"]) == (count, hits)
    assert state["modelHits"] == model_hits
    assert state["readerBits"] == pytest.approx(bits)
    assert state["modelBits"] == pytest.approx(model_bits)
    expect(root.locator(".pari-texte")).to_have_text(one["text"])
    expect(root.locator(".pari-resultat")).to_contain_text("Texte fini")
    expect(field).to_be_hidden()
    mean = f"{bits / count:.2f}".replace(".", ",")
    expect(root.locator(".pari-table")).to_contain_text(mean)
    expect(root.get_by_role("button", name="Recommencer")).to_be_focused()
    page.keyboard.press("Enter")
    assert root.evaluate(STATE)["count"] == 0
    expect(root.locator(".pari-texte")).to_have_text("l?")


def test_la_surprise_s_affiche_et_s_annonce_apres_un_bouton(ouvrir, widgets):
    page, root = ouvrir("parier")
    data = widgets["parier"].data
    one = data["rounds"][0]
    root.get_by_role("button", name="a", exact=True).click()
    p = one["probabilities"][0]
    result = root.locator(".pari-resultat")
    expect(result).to_contain_text("✓ Juste\u00a0: «\u00a0a\u00a0»")
    expect(result).to_contain_text(f"{100 * p:.1f}\u00a0%".replace(".", ","))
    expect(result).to_contain_text(f"{-math.log2(p):.2f}\u00a0bit".replace(".", ","))
    expect(root.locator(".interaction-annonce")).to_contain_text("lui donnait")
    root.get_by_role("button", name="espace").click()
    expect(root.locator(".pari-juste")).to_have_count(2)
    field = root.get_by_label("La lettre suivante")
    field.focus()
    page.keyboard.insert_text("Z")
    expect(result).to_contain_text("n’est pas dans l’alphabet")
    assert root.evaluate(STATE)["count"] == 2
    page.keyboard.insert_text("H")
    assert root.evaluate(STATE)["last"]["guess"] == "h"
    root.get_by_role("button", name="Un autre texte").click()
    assert root.evaluate(STATE)["rank"] == 1
    page.keyboard.press("Tab")


def test_une_touche_morte_attend_sa_lettre(ouvrir):
    _, root = ouvrir("parier")
    script = """(root) => {
      const field = root.querySelector('.pari-champ');
      const send = (text, composing) => {
        field.value = text;
        field.dispatchEvent(new InputEvent('input', { isComposing: composing }));
        return root.interaction.state().count;
      };
      const counts = [send('^', true), send('e', true), send("'", false)];
      return [counts, root.interaction.state().last.guess];
    }"""
    assert root.evaluate(script) == [[0, 1, 2], "’"]


def test_sur_un_telephone_tout_tient_et_se_touche(ouvrir):
    page, root = ouvrir("parier", theme="dark", viewport=PHONE)
    root.get_by_role("button", name="e", exact=True).click()
    fits_a_phone(page, root, touched="button:visible, input:visible")


def test_sans_script_le_repli_donne_les_bits_du_modele(ouvrir):
    _, root = ouvrir("parier", java_script_enabled=False)
    expect(root.locator(".interaction-repli")).to_contain_text("bits par lettre")
    expect(root.locator(".pari-texte")).to_have_count(0)
