"""Les chiffres des GPU se recoupent : horloges, registres, et la figure du budget."""

import re
from pathlib import Path

import pytest

from cours_transformers.training.gpus import A100, GPUS, H100, H200, L4, T4

BUDGET = Path(__file__).parents[2] / "book/_assets/interactions/budget.js"
#: FLOPs fp16 denses par multiprocesseur et par cycle, et fréquence maximale annoncée.
CLOCKS = {"T4": (1024, 1.590e9), "L4": (1024, 2.040e9), "A100": (2048, 1.410e9)}


@pytest.mark.parametrize("gpu", [T4, L4, A100], ids=lambda gpu: gpu.name)
def test_le_debit_est_celui_des_multiprocesseurs(gpu):
    """L'oracle qui distingue le débit dense du débit « avec parcimonie »."""
    per_cycle, clock = CLOCKS[gpu.name]
    assert gpu.flops == pytest.approx(
        gpu.n_multiprocessors * per_cycle * clock, rel=0.01
    )


@pytest.mark.parametrize("gpu", [A100, H100], ids=lambda gpu: gpu.name)
def test_la_memoire_rapide_sert_128_octets_par_cycle(gpu):
    """Trente-deux bancs de quatre octets, à 1,41 GHz (A100) ou 1,83 GHz (H100)."""
    clock = {"A100": 1.41e9, "H100": 1.83e9}[gpu.name]
    assert gpu.fast_bandwidth == pytest.approx(
        128 * gpu.n_multiprocessors * clock, rel=0.03
    )


@pytest.mark.parametrize("gpu", [*GPUS, H200], ids=lambda gpu: gpu.name)
def test_les_etages_sont_ranges(gpu):
    assert gpu.tile_memory < gpu.fast_memory < gpu.l2 < gpu.memory
    for faster in (gpu.fast_bandwidth, gpu.l2_bandwidth):
        assert faster is None or faster > 3 * gpu.bandwidth
    assert gpu.tile_numbers() == 2 * gpu.tile_numbers(4) == gpu.tile_memory // 2
    assert gpu.source


def test_le_jeu_du_budget_emploie_les_memes_chiffres():
    shown = re.findall(
        r"(\w+): \{ label: .*?flops: (\S+), bandwidth: (\S+), memory: (\S+) \}",
        BUDGET.read_text(encoding="utf-8"),
    )
    ours = {gpu.name.lower(): gpu for gpu in GPUS}
    assert len(shown) == 3
    for name, *figures in shown:
        gpu = ours[name]
        assert [float(x) for x in figures] == [gpu.flops, gpu.bandwidth, gpu.memory]


def test_le_h200_est_un_h100_mieux_nourri():
    assert (H200.flops, H200.fast_memory) == (H100.flops, H100.fast_memory)
    assert H200.bandwidth > 1.4 * H100.bandwidth


@pytest.mark.sans_jaxtyping
def test_refus():
    with pytest.raises(ValueError, match="e doit valoir au moins 1 ; reçu 0"):
        A100.tile_numbers(0)
