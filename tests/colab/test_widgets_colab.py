"""Les explorateurs vivent aussi sous ipywidgets 7.7.1 et IPython 7.34."""

import io
from contextlib import redirect_stdout

import ipywidgets
import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell

from cours_transformers.widgets.bet import bet
from cours_transformers.widgets.choice import Choice
from cours_transformers.widgets.explore import explore
from cours_transformers.widgets.gates import walk_gates
from cours_transformers.widgets.html import Html
from cours_transformers.widgets.prediction import measured


@pytest.fixture(autouse=True)
def _hors_de_la_page(monkeypatch):
    monkeypatch.delenv("COURS_PAGE", raising=False)


def draw(temperature: float, mot: str) -> str:
    return f"{mot} à {temperature}"


def test_un_curseur_et_des_boutons_changent_le_dessin():
    explorer = explore(
        draw,
        temperature=Choice("Température", [0.5, 1.0, 2.0], initial=1.0),
        mot=Choice("Mot", ["souris", "chats"]),
    )
    slider, buttons = explorer.controls
    assert isinstance(slider, ipywidgets.SelectionSlider)
    assert isinstance(buttons, ipywidgets.ToggleButtons)
    assert "souris à 1.0" in explorer.output.value
    slider.value = slider.options[2][1]
    assert "souris à 2.0" in explorer.output.value
    buttons.value = buttons.options[1][1]
    assert "chats à 2.0" in explorer.output.value


def test_un_dessin_qui_echoue_laisse_le_noyau_debout():
    def fragile(n: int) -> Html:
        return Html(f"<b>{1 / n}</b>")

    explorer = explore(fragile, n=Choice("n", [1, 0], labels=["un", "zéro"]))
    assert "<b>1.0</b>" in explorer.output.value
    control = explorer.controls[0]
    control.value = control.options[1][1]
    assert "ZeroDivisionError" in explorer.output.value


def test_une_cellule_affiche_l_explorateur_et_la_mesure():
    shell = InteractiveShell.instance()
    shell.user_ns.update(explore=explore, Choice=Choice, measured=measured)
    printed = io.StringIO()
    with redirect_stdout(printed):
        one = shell.run_cell("explore(lambda n: f'n vaut {n}', n=Choice('n', [3, 4]))")
        two = shell.run_cell("measured('pred-variance', 256.3)")
    assert one.success
    assert two.success
    assert "n vaut 3" in printed.getvalue()
    assert "256,3" in printed.getvalue()


def test_le_pari_se_joue_dans_le_carnet():
    matrix = np.array([[0.25, 0.75], [0.5, 0.5]])
    game = bet(matrix, ["abba"], "ab")
    game.guess("b")
    assert (game.reader_hits, game.model_hits) == (1, 1)
    assert game.model_bits == pytest.approx(-np.log2(0.75))
    game.field.value = "a"  # taper, comme le lecteur
    assert game.position == 2 and game.reader_hits == 1


def test_la_promenade_dans_une_lstm_avance():
    half = np.full((3, 1), 0.5)
    c = np.array([[0.25], [0.375], [0.4375]])  # c = f·c_avant + i·g
    gates = {"i": half, "f": half, "o": half, "g": half, "c": c}
    walk = walk_gates(["l", "a", "!"], gates, {"mémoire": 0})
    first = walk.output.value
    control = walk.controls[0]
    control.value = control.options[2][1]
    assert walk.output.value != first and "0,44" in walk.output.value
