"""Le modèle de la page : le fichier versé au livre est celui que la mesure décrit."""

import json
import math
from dataclasses import replace

import export_model
import pytest
from gpt_models import new_reader

from cours_transformers.data.tales import tales
from cours_transformers.export import load, served, served_path
from cours_transformers.measurements import load as load_measurement


@pytest.fixture(scope="module")
def verse():
    """Le modèle versé au livre, et sa mesure."""
    return served(), load_measurement("browser_model")["results"]


def test_le_fichier_du_livre_est_celui_de_la_mesure(verse):
    exported, results = verse
    assert exported.sha256 == results["sha256"]
    assert len(exported.weights) == results["weights_bytes"]
    assert served_path().stat().st_size == results["file_bytes"] < 1_000_000
    assert exported.description["config"] == results["config"]


def test_le_modele_du_livre_est_celui_du_script(verse):
    """Changer la taille, ou le corpus, sans refaire le fichier, se voit ici."""
    model = verse[0].model()
    n_parameters = sum(parameter.numel() for parameter in model.parameters())
    assert n_parameters == verse[1]["n_parameters"] < 900_000
    assert model.config == new_reader("pieces").new_model(0).config
    assert verse[0].tokenizer.pieces == new_reader("pieces").tokenizer.pieces
    assert verse[1]["steps"] == export_model.STEPS


def test_l_arrondi_coute_moins_d_un_centieme_de_bit(verse):
    before, after = verse[1]["float32"], verse[1]["int8"]
    assert abs(after["bits"] - before["bits"]) < 0.01
    for kind, count in verse[1]["n_probes"].items():
        assert abs(after[kind] - before[kind]) < 0.05
        assert after[kind] > 0.8, "loin du hasard, qui réussit une fois sur deux"
        assert after[kind] * count == pytest.approx(
            round(after[kind] * count), abs=0.02
        )


def test_aucune_trame_de_la_validation_n_est_apprise():
    """Deux graines, un même partage : c'est l'empreinte de la trame qui décide."""
    learned = tales(1, 400_000).stories
    validated = {t.signature for t in tales().stories if t.split == "validation"}
    assert validated & {t.signature for t in learned if t.split == "validation"}
    assert not validated & {t.signature for t in learned if t.split == "train"}


def test_les_contes_appris_ne_sont_pas_ceux_du_livre():
    reader = new_reader("pieces", 20_000)
    assert reader.train == tales(1, 20_000).train
    assert reader.train.split("\n")[0] not in tales().train


def test_chaque_extrait_commence_par_un_conte_ou_juste_avant():
    reader = new_reader("pieces", 20_000)
    openings = {t.text[:20] for t in tales(1, 20_000).stories}
    trainer = reader.trainer(reader.new_model(0), 2, 0, bare=True)
    with_newline = 0
    for start in trainer.starts.tolist():
        text = reader.tokenizer.decode(reader.tokens[start : start + 20])
        assert text.lstrip("\n")[:20] in openings
        with_newline += text.startswith("\n")
        assert start + reader.context < len(reader.tokens)
    assert abs(with_newline - len(trainer.starts) / 2) < 1


def test_le_script_ecrit_un_fichier_qui_se_relit(monkeypatch, tmp_path):
    """Deux pas d'un modèle minuscule : la mesure décrit le fichier écrit."""
    small = replace(new_reader("pieces", 20_000), n_layers=1)
    monkeypatch.setattr(export_model, "reader", lambda: small)
    path = tmp_path / "m.js"
    export_model.main(
        ["--pas", "2", "--fichier", str(path), "--mesures", str(tmp_path)]
    )
    saved = json.loads((tmp_path / "browser_model.json").read_text("utf-8"))["results"]
    assert load(path).sha256 == saved["sha256"]
    assert saved["steps"] == 2
    assert 0 < saved["largest_logit_error"] < 0.1
    before, after = saved["float32"], saved["int8"]
    assert before["bits"] == pytest.approx(after["bits"], abs=0.05)
    assert before.keys() == after.keys() == {"bits", "pronoun", "adjective", "verb"}


def test_les_bits_se_comptent_par_caractere(monkeypatch, verse):
    """Tous les tokens à 1/V : log₂ V bits chacun, partagés entre ses lettres."""
    monkeypatch.setattr(export_model, "KINDS", ())
    text, model = tales().validation, verse[0].model()
    model.embedding.weight.data.zero_()
    found = export_model.quality(model)["bits"]
    per_character = len(verse[0].tokenizer.encode(text)) / len(text)
    V = verse[0].tokenizer.vocabulary_size
    assert found == pytest.approx(math.log2(V) * per_character, abs=1e-3)
