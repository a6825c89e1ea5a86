"""Mesures : ce qui est écrit se relit, ce qui manque dit comment le faire."""

import pytest

from cours_transformers import measurements
from cours_transformers.measurements import COMMANDS, load, save


def test_une_mesure_se_relit_avec_sa_machine_et_sa_commande(tmp_path):
    save("essai", {"temps": [1.5]}, "python x.py", seeds=(0, 1), folder=tmp_path)
    record = load("essai", folder=tmp_path)
    assert record["results"] == {"temps": [1.5]}
    assert record["command"] == "python x.py" and record["seeds"] == [0, 1]
    assert record["date"].startswith("20") and record["date"].endswith("+00:00")
    assert record["machine"]["cores"] >= 1 and record["machine"]["cpu"]
    assert record["machine"]["torch"][0].isdigit()


def test_une_mesure_a_faire_nomme_sa_commande(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"lancez : python outils/measure_att"):
        load("attention_cpu", folder=tmp_path)


def test_une_mesure_inconnue(tmp_path):
    with pytest.raises(
        ValueError, match=r"inconnue : 'rien'.*connues : .*attention_cpu"
    ):
        load("rien", folder=tmp_path)


# Ce qu'aucune machine sans GPU ne peut mesurer : dû, tant que le fichier n'existe pas.
OWED = {"attention_gpu"}
DONE = {path.stem for path in measurements.FOLDER.glob("*.json")}


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in OWED - DONE])
def test_les_mesures_publiees_se_lisent(name):
    record = load(name)
    assert record["command"].startswith(COMMANDS[name])
    assert set(record) == {"machine", "date", "command", "seeds", "results"}


def test_chaque_fichier_de_mesure_a_sa_commande():
    assert set(COMMANDS) - OWED <= DONE <= set(COMMANDS)
