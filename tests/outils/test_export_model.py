"""Le modèle de la page : le fichier versé au livre est celui que la mesure décrit."""

from types import SimpleNamespace

import export_model
import pytest

from cours_transformers.data.tales import tales
from cours_transformers.export import load
from cours_transformers.layers.block import BlockConfig
from cours_transformers.measurements import load as load_measurement
from cours_transformers.tokenization.characters import CharacterTokenizer


@pytest.fixture(scope="module")
def verse():
    """Le modèle versé au livre, et sa mesure."""
    return load(export_model.MODEL), load_measurement("browser_model")["results"]


def test_le_fichier_du_livre_est_celui_de_la_mesure(verse):
    exported, results = verse
    assert exported.sha256 == results["sha256"]
    assert len(exported.weights) == results["weights_bytes"] < 1_000_000
    assert export_model.MODEL.stat().st_size == results["file_bytes"]
    assert exported.description["config"] == results["config"]


def test_le_modele_du_livre_est_celui_du_script(verse):
    """Changer la taille, ou le corpus, sans refaire le fichier, se voit ici."""
    model = verse[0].model()
    n_parameters = sum(parameter.numel() for parameter in model.parameters())
    assert n_parameters == verse[1]["n_parameters"] < 900_000
    assert model.config.block == export_model.BLOCK
    assert model.config.context == export_model.CONTEXT
    assert len(model.blocks) == export_model.N_LAYERS
    assert verse[0].tokenizer.alphabet == tales().alphabet


def test_l_arrondi_coute_moins_d_un_centieme_de_bit(verse):
    results = verse[1]
    assert abs(results["bits_int8"] - results["bits_float32"]) < 0.01


def test_le_script_ecrit_un_fichier_qui_se_relit(monkeypatch, tmp_path):
    """Deux pas d'un modèle minuscule : la mesure décrit le fichier écrit."""
    text = tales().train[:600]
    tokenizer = CharacterTokenizer.from_text(text)
    tokens = tokenizer.encode(text)
    data = SimpleNamespace(tokenizer=tokenizer, train=tokens, validation=tokens)
    saved = {}
    monkeypatch.setattr(export_model, "score_data", lambda: data)
    monkeypatch.setattr(export_model, "BLOCK", BlockConfig(16, 2))
    monkeypatch.setattr(export_model, "N_LAYERS", 1)
    monkeypatch.setattr(
        export_model, "save", lambda name, results, *_, **__: saved.update(results)
    )
    path = tmp_path / "m.js"
    export_model.main(["--pas", "2", "--fichier", str(path)])
    assert load(path).sha256 == saved["sha256"]
    assert saved["steps"] == 2
    assert 0 < saved["largest_logit_error"] < 0.1
    assert saved["bits_float32"] == pytest.approx(saved["bits_int8"], abs=0.05)
