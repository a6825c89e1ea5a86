"""Le script de mesure, en petit, et ce que dit la mesure publiée."""

import torch
from measure_attention import additive_against_dot, multi_head

from cours_transformers.measurements import load


def test_une_mesure_en_petit():
    before = torch.get_num_threads()
    try:
        row = multi_head(threads=1, bias=True, runs=1, shape=(1, 8, 16))
        pair = additive_against_dot(T=4, d=8, runs=1, batch=1)
    finally:
        torch.set_num_threads(before)
    assert row["ratio"] == round(row["ours_ms"] / row["pytorch_ms"], 3)
    assert pair["additive_parameters"] - pair["dot_parameters"] == 8
    assert pair["additive_pair_numbers"] == 8 * pair["dot_pair_numbers"]


def test_la_couche_publiee_suit_celle_de_pytorch():
    rows = load("attention_cpu")["results"]["multi_head"]
    assert {row["threads"] for row in rows} >= {1}
    assert all(row["shape"] == [8, 512, 512] for row in rows)
    assert all(row["ratio"] <= 1.2 for row in rows)


def test_l_attention_additive_coute_plus_cher_mesure_publiee():
    results = load("attention_cpu")["results"]
    for row in results["by_length"] + results["by_dimension"]:
        assert row["additive_ms"] > row["dot_ms"]
