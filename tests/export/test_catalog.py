"""Les modèles qui voyagent avec le paquet : les trouver, les lire, en ajouter un."""

from pathlib import Path

import pytest

import cours_transformers
from cours_transformers.data.tales import tales
from cours_transformers.export import catalog, export_gpt, load, served, served_path


def test_le_modele_du_livre_voyage_avec_le_paquet():
    package = Path(cours_transformers.__file__).parent
    assert served_path().is_relative_to(package)
    assert served() == load(served_path("contes"))


def test_il_lit_tout_ce_que_les_contes_ecrivent():
    """Aucun caractère du corpus ne lui est inconnu, et rien ne se perd."""
    tokenizer, text = served().tokenizer, tales().validation
    assert tokenizer.decode(tokenizer.encode(text)) == text
    assert set(tales().alphabet) <= set(tokenizer.pieces)


def test_un_fichier_pose_dans_le_dossier_est_servi(
    monkeypatch, tmp_path, petit_gpt, tokeniseur
):
    monkeypatch.setattr(catalog, "FOLDER", tmp_path)
    exported = export_gpt(petit_gpt("gpt2"), tokeniseur)
    exported.save(tmp_path / "mon_modele.js")
    assert served("mon_modele") == exported


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize("name", ["Contes", "../models/contes", "", "contes.js"])
def test_un_nom_inconnu_recoit_la_liste_des_autres(name):
    with pytest.raises(ValueError, match=r"inconnu : .* ; modèles connus : contes"):
        served(name)
