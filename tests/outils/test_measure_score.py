"""Le script du score, en petit : ce qu'ils comptent est exact."""

import measure_score
import score_models
import torch

from cours_transformers.training.score import LR, STEPS


def test_un_modele_entraine_est_repris_tel_quel(monkeypatch, tmp_path):
    calls = []

    def train(model, *, steps, lr, seed):
        calls.append((seed, steps, lr))
        with torch.no_grad():
            model.head.bias.fill_(seed + 1.0)

    monkeypatch.setattr(score_models, "FOLDER", tmp_path)
    monkeypatch.setattr(score_models, "train_model", train)
    first, _ = score_models.trained("lstm", 3)
    again, _ = score_models.trained("lstm", 3)
    assert calls == [(3, STEPS, LR)]
    score_models.trained("lstm", 3, readings=2)
    assert calls[1:] == [(3, 2 * STEPS, LR)], "un autre budget est un autre modèle"
    assert (again.head.bias == 4).all() and (first.head.bias == 4).all()


def test_le_balayage_fait_partie_de_ce_dont_un_mamba_depend():
    """C'est une fonction : la classe du modèle n'y mène pas."""
    files = score_models.sources(score_models.mamba(9))
    folder = next(file for file in files if file.endswith("layers/state_space"))
    assert (score_models.ROOT / folder / "scan.py").exists()
    assert not any("state_space" in file for file in score_models.sources(
        score_models.gpt(9)
    ))  # fmt: skip


def test_un_mamba_ecrit_comme_les_autres():
    """Le début demandé, puis des morceaux : 60 signes en tout."""
    V = score_models.score_data(pieces=True).tokenizer.vocabulary_size
    torch.manual_seed(0)
    model = score_models.Mamba(score_models.MambaConfig(V, 8, 1))
    text = measure_score.sample(model, 60, pieces=True)
    assert text.startswith("Il était une fois") and len(text) == 60


def test_les_autres_barres_gardent_leur_mesure(monkeypatch):
    kept = {"models": {"lstm": {"label": "LSTM", "bits": 0.5}}}
    monkeypatch.setattr(measure_score, "measured_before", lambda name: kept)
    models = measure_score.measure(["uniform", "unigram"], (0,))
    assert list(models) == ["uniform", "unigram", "lstm"]
    assert models["lstm"]["bits"] == 0.5
    assert models["unigram"]["bits"] < models["uniform"]["bits"]
