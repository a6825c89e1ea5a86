"""Explorateur de la page : tout est dans le HTML, étiqueté, léger, reproductible."""

import json
import re

import pytest
from bs4 import BeautifulSoup

from cours_transformers.visualization.curves import plot_lines
from cours_transformers.widgets import static
from cours_transformers.widgets.explore import Choice, explore


@pytest.fixture(autouse=True)
def _page(monkeypatch):
    monkeypatch.setenv("COURS_PAGE", "1")


def draw(t, mask):
    return f"température {t}, masque {mask}"


def explorer():
    t = Choice("Température", [0.5, 1, 2], initial=1)
    mask = Choice("Masque", ["aucun", "causal"])
    return explore(draw, t=t, mask=mask, caption="Réglez <puis> regardez.")


def parsed(shown):
    return BeautifulSoup(shown._repr_html_(), "html.parser").div


def states(root) -> dict[str, str]:
    stage = root.select_one(".explorateur-etat")
    found = {stage["data-state"]: stage.get_text()}
    for template in root.select("template"):
        same = template.get("data-same-as")
        found[template["data-state"]] = found[same] if same else template.get_text()
    return found


def test_chaque_commande_est_etiquetee():
    root = parsed(explorer())
    slider = root.select_one("input[type=range]")
    assert root.select_one(f"label[for={slider['id']}]").text == "Température"
    assert slider["aria-valuetext"] == "1"
    assert root.select_one(f"output[for={slider['id']}]").text == "1"
    assert json.loads(slider["data-textes"]) == ["0,5", "1", "2"]
    assert (slider["min"], slider["max"], slider["value"]) == ("0", "2", "1")
    assert root.select_one("fieldset > legend").text == "Masque"
    radios = root.select("fieldset label > input[type=radio]")
    assert [r.parent.text for r in radios] == ["aucun", "causal"]
    assert [r.has_attr("checked") for r in radios] == [True, False]
    assert len({r["name"] for r in radios}) == 1
    assert root["role"] == "group" and "Température, Masque" in root["aria-label"]


def test_les_commandes_suivent_l_ordre_des_reglages():
    blocks = parsed(explorer()).select(".explorateur-reglage")
    assert [block.name for block in blocks] == ["div", "fieldset"]


def test_tous_les_etats_sont_la_et_bien_ranges():
    found = states(parsed(explorer()))
    assert len(found) == 6
    for i, t in enumerate([0.5, 1, 2]):
        for j, mask in enumerate(["aucun", "causal"]):
            assert found[f"{i},{j}"] == f"température {t}, masque {mask}"


def test_l_etat_de_depart_est_visible_et_nomme_sans_script():
    root = parsed(explorer())
    assert root.select_one(".explorateur-etat")["data-state"] == "1,0"
    named = root.select_one(".explorateur-etat-nomme")
    assert named.text == "Température\u00a0: 1\u00a0; Masque\u00a0: aucun"
    assert named["aria-live"] == "polite"
    assert "6 états précalculés" in root.text
    assert "Réglez <puis> regardez." in root.text


def test_un_etat_repete_n_est_ecrit_qu_une_fois():
    shown = explore(lambda n: f"signe {n > 0}", n=Choice("n", [-2, -1, 1, 2]))
    assert shown.html.count("signe True") == 1
    assert states(parsed(shown)) == {
        "0": "signe False", "1": "signe False", "2": "signe True", "3": "signe True",
    }  # fmt: skip


def test_le_html_est_le_meme_d_une_execution_a_l_autre():
    assert explorer().html == explorer().html


def test_deux_explorateurs_n_ont_aucun_identifiant_commun():
    other = explore(lambda n: f"{n}", n=Choice("n", [1, 2]))
    first, second = (
        {e["id"] for e in BeautifulSoup(s.html, "html.parser").select("[id]")}
        for s in (explorer(), other)
    )
    assert len(first) == 2 and not first & second


def test_l_affichage_ne_donne_que_du_html(monkeypatch):
    bundles = []
    monkeypatch.setattr(static, "display", lambda bundle, raw: bundles.append(bundle))
    explorer()._ipython_display_()
    assert [list(bundle) for bundle in bundles] == [["text/html"]]


def test_le_dessin_est_appele_une_fois_par_etat(capfd):
    calls = []
    explore(lambda n: calls.append(n) or f"{n}", n=Choice("n", [1, 2, 3]))
    assert calls == [1, 2, 3]
    assert capfd.readouterr().err == ""


def test_une_grille_excessive_est_refusee_avant_tout_calcul():
    calls = []
    grid = {name: Choice(name, range(8)) for name in "ab"}
    with pytest.raises(ValueError, match=r"8 × 8 = 64 états .* 60 au plus"):
        explore(lambda **v: calls.append(v) or "", **grid)
    assert calls == []


def test_un_explorateur_trop_lourd_est_refuse():
    with pytest.raises(ValueError, match=r"2 états pèsent .* octets, 400\u202f000 au"):
        explore(lambda n: str(n) * 250_000, n=Choice("n", [1, 2]))


def test_un_etat_qui_echoue_nomme_ses_reglages():
    with pytest.raises(ValueError, match="a échoué pour Diviseur\u00a0: 0"):
        explore(lambda n: f"{1 / n}", n=Choice("Diviseur", [-1, 0, 1]))


def test_une_figure_garde_son_texte_de_remplacement_dans_chaque_etat():
    shown = explore(
        lambda n: plot_lines([0, 1], {"y": [0, n]}, "x", "y", alt=f"Pente {n}."),
        n=Choice("Pente", [1, 3]),
    )
    labels = re.findall(r'role="img" aria-label="([^"]*)"', shown.html)
    assert labels == ["Pente 1.", "Pente 3."]
