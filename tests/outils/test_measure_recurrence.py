"""Les mesures du chapitre 01, en petit : forme des résultats, et leur sens."""

from pathlib import Path

import measure_bottleneck
import measure_gradient_flow
import measure_recall
import measure_recurrent_time
import measuring
import pytest
import torch
from recurrent_contestants import CONTESTANTS, build

from cours_transformers.measurements import COMMANDS
from cours_transformers.training.copying import copy_accuracies
from cours_transformers.training.recall import recall_accuracy


def test_les_concurrents_ont_les_options_de_leur_nom():
    made = {name: build(name, 3, 4) for name in CONTESTANTS}
    for value in (0, 1, 3):
        assert (made[f"lstm_forget_{value}"].x_proj.bias[4:8] == value).all()
    W = made["rnn_orthogonal"].h_proj.weight
    torch.testing.assert_close(W @ W.T, torch.eye(4))
    assert not torch.allclose(made["rnn"].h_proj.weight @ W.T, torch.eye(4))


def test_le_gradient_en_petit():
    results = measure_gradient_flow.measure(longest=8, seeds=range(3))
    assert results["distances"] == list(range(9))
    rows = {row["name"]: row for row in results["cells"]}
    assert list(rows) == list(CONTESTANTS)
    for row in rows.values():
        assert row["median"][0] == 1
        bands = zip(row["low_decile"], row["median"], row["high_decile"], strict=True)
        assert all(low <= median <= high for low, median, high in bands)
    at_eight = [rows[f"lstm_forget_{value}"]["median"][8] for value in (0, 1, 3)]
    assert rows["rnn"]["median"][8] < at_eight[0] < at_eight[1] < at_eight[2]


def test_le_rappel_en_petit(capsys):
    assert recall_accuracy("gru", 3, steps=150) > 0.9
    assert recall_accuracy("gru", 3, steps=0) < 0.35
    results = measure_recall.measure((1, 2), range(2), steps=1)
    assert [row["name"] for row in results["cells"]] == list(CONTESTANTS)
    assert all(len(row["accuracies"]) == 2 for row in results["cells"])
    assert "lstm_forget_3 : {1: [" in capsys.readouterr().out


def test_les_temps_en_petit():
    results = measure_recurrent_time.measure((4, 8), runs=1)
    steps = {
        (row["name"], row["T"]): row["sequential_steps"] for row in results["rows"]
    }
    assert steps["lstm", 8] == 8 and steps["attention", 8] == 1
    assert len(results["rows"]) == 10 and all(row["ms"] >= 0 for row in results["rows"])


def test_la_convolution_mesuree_ne_voit_que_le_passe():
    layer, x = measure_recurrent_time.CausalConvolution(4), torch.randn(1, 6, 4)
    changed = x.clone()
    changed[:, 3] += 1
    torch.testing.assert_close(layer(changed)[:, :3], layer(x)[:, :3])
    torch.testing.assert_close(layer(x[:, :4]), layer(x)[:, :4])


def test_le_goulot_en_petit():
    results = measure_bottleneck.measure(range(1), steps=2, lengths=(1, 3))
    keys = {"attention", "seed", "length", "symbols", "sequences"}
    assert len(results["rows"]) == 4 and all(
        set(row) == keys for row in results["rows"]
    )


def test_l_exactitude_comptee_a_la_main():
    """Un modèle parfait a 1 ; qui se tait dès le premier symbole a 0."""

    class Known(torch.nn.Module):
        def __init__(self, says):
            super().__init__()
            self.says = says

        def greedy(self, source, lengths, *, end, **_):
            fin = torch.full_like(source[:, :1], end)
            return torch.cat([source, fin], dim=1) if self.says else fin

    assert copy_accuracies(Known(True), 4) == {
        "symbols": 1.0, "sequences": 1.0,
    }  # fmt: skip
    assert copy_accuracies(Known(False), 4) == {
        "symbols": 0.0, "sequences": 0.0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("script", "small"),
    [
        (measure_gradient_flow, ["--graines", "1", "--distance", "2"]),
        (measure_recall, ["--graines", "1", "--pas", "1"]),
        (measure_bottleneck, ["--graines", "1", "--pas", "1"]),
        (measure_recurrent_time, ["--passages", "1"]),
    ],
)
def test_chaque_commande_ecrit_sa_mesure(script, small, monkeypatch, capsys):
    written = {}

    def save(name, results, command, *, seeds):
        written.update(name=name, command=command, seeds=list(seeds))
        return Path(f"{name}.json")

    monkeypatch.setattr(measuring, "save", save)
    monkeypatch.setattr(measure_recall, "DISTANCES", (1,))
    monkeypatch.setattr(measure_recurrent_time, "LENGTHS", (4,))
    script.main(small)
    name = script.__name__.removeprefix("measure_")
    assert written["name"] == name and written["seeds"] == [0]
    assert written["command"] == f"{COMMANDS[name]} {' '.join(small)}"
    assert f"écrit : {name}.json" in capsys.readouterr().out
