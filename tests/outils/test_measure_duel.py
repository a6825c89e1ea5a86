"""La mesure du duel, en petit : rien ne manque, et chaque ligne dit d'où elle vient."""

import measure_duel
import pytest

from cours_transformers.training import duel
from cours_transformers.training.duel import MODELS, RATES, TASKS, duel_accuracy


@pytest.mark.parametrize(
    ("losses", "expected"),
    [([0.0] * 20, 20), ([3.0] + [0.0] * 25, 21), ([0.2] * 60, None), ([], None)],
)
def test_savoir_c_est_perdre_peu_vingt_pas_durant(losses, expected):
    assert measure_duel.steps_to_learn(losses) == expected


def test_la_commande_joue_tout_et_ecrit_sa_mesure(monkeypatch):
    """``--essai`` joue la même chose en deux pas, et n'écrit rien."""
    written, played = [], []

    def one(name, task, seed, steps, lr):
        played.append((name, task, seed, steps, lr))
        return {"model": name, "task": task, "seed": seed}

    monkeypatch.setattr(measure_duel, "one", one)
    monkeypatch.setattr(
        measure_duel, "write_measure", lambda *a, **b: written.append(a)
    )
    measure_duel.main(["--graines", "2", "--essai"])
    small = played.copy()
    assert not written and {steps for *_, steps, _ in small} == {1, 2, 6}
    played.clear()
    measure_duel.main(["--graines", "2"])
    [(name, results, arguments)] = written
    assert name == "duel" and arguments == ["--graines", "2"]
    assert [game[:3] for game in played] == [game[:3] for game in small]
    duels = {game for game in played if game[2] < 2 and game[3] is None}
    assert duels == {
        (model, task, seed, None, RATES[model])
        for model in MODELS for task in TASKS for seed in range(2)
    }  # fmt: skip
    tried = {(row["model"], row["lr"]) for row in results["trials"]}
    assert set(RATES.items()) <= tried, "le taux retenu est parmi les taux essayés"
    assert all(row["seed"] > 1 for row in results["trials"])
    assert {game[3] for game in played} == {None, 400, 2400}


def test_une_ligne_est_celle_que_le_chapitre_refait(monkeypatch):
    monkeypatch.setattr(duel, "TESTED", 20)
    row = measure_duel.one("lstm", "induction", 1, 2, RATES["lstm"])
    assert row["accuracies"] == duel_accuracy("lstm", "induction", steps=2, seed=1)
    assert [len(found) for found in row["accuracies"].values()] == [4]
