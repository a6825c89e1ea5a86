"""Un réglage dit son nom, ses valeurs, et la commande qui lui convient."""

import pytest

from cours_transformers.widgets.choice import Choice, label_at, values_at
from cours_transformers.widgets.explore import explore


def draw(**values):
    return str(values)


def test_des_nombres_croissants_donnent_un_curseur():
    assert Choice("d", [1, 2, 4]).ordered
    assert not Choice("d", [1, 4, 2]).ordered
    assert not Choice("masque", ["aucun", "causal"]).ordered
    assert not Choice("masque", [False, True]).ordered


def test_les_valeurs_s_ecrivent_en_francais():
    choice = Choice("T", [0.5, 1.25], initial=1.25)
    assert [choice.text(0), choice.text(1)] == ["0,5", "1,25"]
    assert choice.start == 1
    assert Choice("divisé", [True, False]).text(0) == "oui"
    assert Choice("d", [1, 2], labels=["un", "deux"]).text(1) == "deux"


def test_un_etat_se_nomme_et_se_calcule():
    choices = {"t": Choice("Température", [0.5, 2]), "m": Choice("Masque", ["a", "b"])}
    assert values_at(choices, (1, 0)) == {"t": 2, "m": "a"}
    assert label_at(choices, (1, 0)) == "Température\u00a0: 2\u00a0; Masque\u00a0: a"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("", [1, 2]), "label est vide"),
        (("d", [1]), "au moins deux valeurs"),
        (("d", [1, 1]), "toutes différentes"),
        (("d", [1, 2], 3), "la valeur de départ 3 ne fait pas partie"),
        (("d", [1, 2], None, ["un"]), "1 textes dans labels pour 2 valeurs"),
    ],
)
def test_un_reglage_mal_decrit_est_refuse(arguments, message):
    with pytest.raises(ValueError, match=message):
        Choice(*arguments)


def test_une_chaine_n_est_pas_une_suite_de_valeurs():
    with pytest.raises(TypeError, match="values doit être une suite de valeurs"):
        Choice("d", "abc")


@pytest.mark.sans_jaxtyping
def test_une_suite_sans_etiquette_est_refusee():
    with pytest.raises(TypeError, match="d doit être décrit par Choice"):
        explore(draw, d=[1, 2])


@pytest.mark.parametrize("count", [0, 4])
def test_il_faut_d_un_a_trois_reglages(count):
    choices = {f"c{i}": Choice("d", [1, 2]) for i in range(count)}
    with pytest.raises(ValueError, match=f"d'un à trois réglages, reçu {count}"):
        explore(draw, **choices)
