"""La mesure de complexité, en petit : ce qu'elle ajuste et ce qu'elle compte."""

from functools import partial

import measure_complexity as script
import numpy as np
import pytest
import torch

from cours_transformers.training.costs import attention_cost, recurrent_cost

SIZES = (64, 128, 256, 512)


def test_l_exposant_d_une_loi_de_puissance_exacte():
    exponent, error = script.slope(SIZES, [0.03 * n**1.7 for n in SIZES])
    assert exponent == pytest.approx(1.7, abs=1e-9)
    assert error == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("noise", [0.01, 0.3])
def test_sous_le_bruit_l_erreur_est_celle_des_moindres_carres(noise):
    rng = np.random.default_rng(0)
    times = np.array(SIZES) ** 2 * np.exp(noise * rng.standard_normal(len(SIZES)))
    exponent, error = script.slope(SIZES, times)
    line, covariance = np.polyfit(np.log(SIZES), np.log(times), 1, cov=True)
    assert exponent == pytest.approx(line[0])
    assert error == pytest.approx(covariance[0, 0] ** 0.5)


def test_l_erreur_annoncee_est_celle_que_l_on_fait():
    """Sur mille tirages, l'écart type de la pente est l'erreur type moyenne."""
    rng = np.random.default_rng(1)
    drawn = [
        script.slope(SIZES, np.exp(0.1 * rng.standard_normal(len(SIZES))))
        for _ in range(1000)
    ]
    slopes, errors = np.array(drawn).T
    assert abs(slopes.mean()) < 0.01
    assert (errors**2).mean() ** 0.5 == pytest.approx(slopes.std(), rel=0.1)


def synthetic(name: str, T: int, **changes: float) -> dict:
    """Une ligne dont tous les exposants sont connus."""
    row = {"name": name, "T": T, "d": 8, "forward_ms": 2 * T, "both_ms": T**1.5}
    return row | {"flops": T**2, "kept_bytes": 0} | changes


def test_seules_les_grandes_tailles_sont_ajustees():
    rows = [synthetic("a", T) for T in reversed(SIZES)]  # l'ordre ne compte pas
    rows += [synthetic("a", T, forward_ms=1e6, flops=7) for T in (8, 16)]
    rows += [synthetic("trop court", T) for T in SIZES[:2]]
    found = {row["column"]: row for row in script.exponents(rows, "T")}
    assert {name: row["exponent"] for name, row in found.items()} == {
        "forward_ms": 1.0, "both_ms": 1.5, "flops": 2.0,
    }  # fmt: skip
    assert all(row["error"] == 0 and row["axis"] == "T" for row in found.values())
    assert all(row["sizes"] == list(SIZES) for row in found.values())


@pytest.fixture
def sans_temps(monkeypatch):
    """Rien n'est chronométré : le reste est exact, et rapide."""
    monkeypatch.setattr(script, "medians", lambda runs, *calls: [1.0] * len(calls))


def test_les_flops_comptes_ont_leurs_exposants_exacts(sans_temps, monkeypatch, capsys):
    """Une récurrence et l'attention linéaire : 1. L'attention : 8 T d² + 4 T² d."""
    every = script.contestants
    names = ("rnn", "lstm", "explicit", "sdpa", "linear")
    monkeypatch.setattr(
        script, "contestants", lambda T, d: {name: every(T, d)[name] for name in names}
    )
    d, lengths = 16, (16, 32, 64)
    rows = [row for T in lengths for row in script.one_size(T, d, 1)]
    for row in rows:
        T, name = row["T"], row["name"]
        if name in ("rnn", "lstm"):
            assert row["flops"] == recurrent_cost(name, 1, T, d).flops
        elif name != "linear":
            pairs = attention_cost("explicit", 1, 4, T, d // 4).flops
            assert row["flops"] == 8 * T * d * d + pairs
    found = {
        (row["name"], row["column"]): (row["exponent"], row["error"])
        for row in script.exponents(rows, "T")
    }
    for name in ("rnn", "lstm", "linear"):
        assert found[name, "flops"] == (1.0, 0.0)
    exact = script.slope(lengths, [8 * T * d * d + 4 * T * T * d for T in lengths])
    assert found["explicit", "flops"] == pytest.approx(exact, abs=6e-4)
    assert found["explicit", "kept_bytes"][0] > 1.5 > found["sdpa", "kept_bytes"][0]
    assert "T = 64, d = 16, linear" in capsys.readouterr().out


def test_chaque_concurrent_est_une_couche_entiere():
    x = torch.randn(1, 64, 16)
    layers = script.contestants(64, 16)
    assert {"rnn", "torch_lstm", "sdpa", "dilated", "bigbird", "reformer"} <= set(
        layers
    )
    for name, layer in layers.items():
        y = layer(x)
        assert y.shape == x.shape and y.isfinite().all(), name
        assert not torch.allclose(layer(2 * x), y), name
    assert layers["reformer"].k_proj is layers["reformer"].q_proj


def test_les_trois_moteurs_calculent_la_meme_attention():
    x, layers = torch.randn(1, 64, 16), script.contestants(64, 16)
    for name in ("tiled", "sdpa"):
        layers[name].load_state_dict(layers["explicit"].state_dict())
        torch.testing.assert_close(layers[name](x), layers["explicit"](x))


def test_les_plus_chers_s_arretent_avant_les_autres():
    everyone = set(script.contestants(64, 16))
    assert everyone - set(script.contestants(8192, 16)) == set(script.LONGEST)
    assert script.runs_at(128, 21) == script.runs_at(512, 21) == 21
    assert script.runs_at(1024, 21) == 10 and script.runs_at(8192, 21) == 5


def one_row(T: int, d: int, runs: int) -> list[dict]:
    return [synthetic("a", T, d=d, forward_ms=T * d, both_ms=T * d**2, flops=runs)]


def test_le_balayage_tient_l_autre_dimension_fixe(monkeypatch):
    monkeypatch.setattr(script, "one_size", one_row)
    results = script.measure((16, 32, 64), (4, 8, 16), 32, 7)
    assert [(r["T"], r["d"]) for r in results["by_length"]] == [
        (T, script.WIDTH) for T in (16, 32, 64)
    ]
    assert [(r["T"], r["d"]) for r in results["by_width"]] == [
        (32, d) for d in (4, 8, 16)
    ]
    assert {r["flops"] for r in results["by_length"]} == {7} and results[
        "passages"
    ] == 7
    fitted = {(r["axis"], r["column"]): r["exponent"] for r in results["exponents"]}
    assert fitted["T", "forward_ms"] == fitted["d", "forward_ms"] == 1
    assert fitted["T", "both_ms"] == 1 and fitted["d", "both_ms"] == 2


def test_un_essai_est_reduit_et_n_ecrit_rien(monkeypatch, capsys):
    calls, written = [], []
    row = {"name": "a", "axis": "T", "column": "both_ms", "exponent": 1.5, "error": 0.1}

    def measure(*sizes):
        calls.append(sizes)
        return {"exponents": [row, row | {"column": "flops", "exponent": 9}]}

    monkeypatch.setattr(script, "measure", measure)
    monkeypatch.setattr(script, "write_measure", partial(written.append))
    before = torch.get_num_threads()
    try:
        script.main(["--essai"])
    finally:
        torch.set_num_threads(before)
    assert not written
    assert capsys.readouterr().out == "a : T^1.5 ± 0.1\n"
    ((lengths, widths, length, passages),) = calls
    assert max(lengths) <= 512 and max(widths) <= 64 and length <= 128 and passages <= 5
    assert len(lengths) >= 3 <= len(widths), "assez de tailles pour un exposant"
