"""Le script du score, en petit : ce qu'ils comptent est exact."""

from types import SimpleNamespace

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


def test_les_autres_barres_gardent_leur_mesure(monkeypatch):
    kept = {"results": {"models": {"lstm": {"label": "LSTM", "bits": 0.5}}}}
    monkeypatch.setattr(
        measure_score, "measurements", SimpleNamespace(load=lambda name: kept)
    )
    models = measure_score.measure(["uniform", "unigram"], (0,))
    assert list(models) == ["uniform", "unigram", "lstm"]
    assert models["lstm"]["bits"] == 0.5
    assert models["unigram"]["bits"] < models["uniform"]["bits"]
