"""La mesure des remèdes, en petit : qui garde quel taux, et ce qui est écrit."""

import measure_remedies
import pytest
import torch

from cours_transformers.models.remedy_encoder import REMEDIES
from cours_transformers.training.remedies import Outcome
from cours_transformers.training.remedy_tasks import MaskedTales, Recall

SMALL = measure_remedies.SMALL


@pytest.mark.parametrize(
    ("task", "better"), [(SMALL["recall"][0], max), (SMALL["tales"][0], min)]
)
def test_le_meilleur_taux_de_la_premiere_graine_sert_aux_autres(
    task, better, monkeypatch
):
    """Une exactitude se veut grande, des bits se veulent rares."""
    scores, asked = {4e-3: 0.25, 1e-2: 0.75}, []

    def train(remedy, task, *, budget, lr, seed):
        asked.append((lr, seed))
        outcome = Outcome(remedy, lr, seed, 12, 10, scores[lr], (1.0,), 0.26)
        return torch.nn.Linear(2, 3), outcome

    monkeypatch.setattr(measure_remedies.r, "train_remedy", train)
    monkeypatch.setattr(measure_remedies, "by_distance", lambda task, model: [1.0])
    row = measure_remedies.contestant("exact", task, 120, range(3))
    kept = better(scores, key=scores.get)
    assert row["lr"] == kept and row["scores"] == [scores[kept]] * 3
    assert asked == [(4e-3, 0), (1e-2, 0), (kept, 1), (kept, 2)]
    (rejected,) = row["rejected"]
    assert {rejected["lr"], kept} == set(scores)
    assert row["parameters"] == 9 and row["seconds"] == [0.3] * 3
    assert ("by_distance" in row) == isinstance(task, Recall)


def test_l_exactitude_par_distance_ne_compte_que_son_intervalle():
    class Proche(Recall):
        """Un modèle juste, sauf au-delà de seize pas."""

        def answered(self, model):
            """Une question par distance."""
            distance = torch.arange(1, 100)
            return distance < 16, distance

    shares = measure_remedies.by_distance(Proche(), None)
    assert shares == [1, 1, 0, 0, 0]
    assert len(shares) == len(measure_remedies.EDGES) - 1


def test_les_distances_couvrent_toutes_les_questions():
    edges, T = measure_remedies.EDGES, measure_remedies.TASKS["recall"][0].T
    assert edges[0] == 1 and edges[-1] == T


def test_la_mesure_en_petit(capsys):
    results = measure_remedies.measure(SMALL, ("linear", "window"), range(2))
    assert results["rates"] == [4e-3, 1e-2] and results["d_model"] == 64
    for label, (task, budget) in SMALL.items():
        found = results["tasks"][label]
        assert found["budget"] == budget and found["settings"]["T"] == task.T == 32
        for row in found["remedies"].values():
            assert row["steps"] == budget // row["flops_per_step"]
            assert len(row["scores"]) == len(row["seconds"]) == 2
    more = results["longer"]
    assert list(more["recall"]) == ["window"]
    assert list(more["tales"]) == ["linear", "window"]
    for label, (_, budget) in SMALL.items():
        row = more[label]["window"]
        assert row["steps"] == more["factor"] * budget // row["flops_per_step"]
        assert row["lr"] == results["tasks"][label]["remedies"]["window"]["lr"]
    assert len(more["recall"]["window"]["by_distance"]) == 5
    assert "tales, linear : {'lr':" in capsys.readouterr().out
    again = measure_remedies.measure(SMALL, (), range(2), ("tales",), results)
    assert again["tasks"]["recall"] == results["tasks"]["recall"]
    assert again["longer"] == results["longer"]
    assert again["tasks"]["tales"]["remedies"] == {}


def test_la_vraie_mesure_porte_sur_tous_et_ses_budgets_sont_egaux():
    tasks = measure_remedies.TASKS
    assert isinstance(tasks["tales"][0], MaskedTales)
    assert len(REMEDIES) == 10
    assert {task.T for task, _ in tasks.values()} == {128}
