"""Les mesures du noyau : ce qui les précède, et ce qu'elles disent sans GPU."""

from dataclasses import replace

import kernel_checks
import measure_compilation
import mesurer_attention
import pytest
import torch
from kernel_compiler import Compiled

from cours_transformers.kernels.engines import Engine, register, unregister
from cours_transformers.kernels.tiled import refusal, tiled_attention
from cours_transformers.measurements import load

FITS = Compiled(
    "flash_forward", 90, "bf16", 64, 128, 64, 8, 2, False, 200, 0, 1000, 2000, 12
)


def test_sans_gpu_une_phrase_et_rien_d_ecrit(capsys, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert mesurer_attention.main([]) == 0
    assert "Aucun GPU NVIDIA ici : rien à mesurer" in capsys.readouterr().out


def test_un_moteur_juste_passe_la_verification():
    assert kernel_checks.check_kernels("tiled", "cpu", ((5, 9),)) == []


@pytest.mark.parametrize("fault", [1.02, float("nan")])
def test_un_moteur_faux_est_arrete_avant_le_chronometre(fault):
    def run(call):
        out, lse = tiled_attention(call)
        return out * fault, lse

    register(Engine("faux", run, refusal))
    try:
        said = kernel_checks.check_kernels("faux", "cpu", ((5, 9),))
    finally:
        unregister("faux")
    assert "sortie : torch.float32, D = 64, T = 5, S = 9, ['causal']" in said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"shared": 3000}, ["3000 octets partagés, pour 2000"]),
        ({"spills": 8}, ["8 octets débordent des registres"]),
        ({"spills": 8, "kernel": "flash_dkdv"}, []),
        ({"tensor_cores": 0}, ["0 instructions de tensor core en bf16"]),
        ({"dtype": "fp32"}, ["12 instructions de tensor core en fp32"]),
    ],
)
def test_une_promesse_rompue_est_nommee(changes, said):
    assert measure_compilation.broken_promises(replace(FITS, **changes)) == said


def test_la_mesure_ecrite_tient_ses_promesses():
    results = load("kernel_compilation")["results"]
    rows = [Compiled(**row) for row in results["kernels"] + results["with_options"]]
    assert {row.options for row in rows} == {"", "SLOPES", "MASK", "SLOPES MASK"}
    assert {row.capability for row in rows} == {80, 89, 90}
    assert {64, 128} <= {row.d for row in rows}
    for row in rows:
        assert measure_compilation.broken_promises(row) == [], row
