"""Les suites redites : la redite est exacte, le reste au hasard."""

import pytest
import torch

from cours_transformers.data.repeats import (
    LONGEST,
    SHORTEST,
    repeated_once,
    repeated_stream,
)


def generator():
    return torch.Generator().manual_seed(0)


def test_une_suite_dite_une_fois_l_est_deux_et_sans_doublon():
    twice = repeated_once(50, 7, 9, generator())
    assert torch.equal(twice[:, :7], twice[:, 7:])
    assert all(len(set(row.tolist())) == 7 for row in twice[:, :7])


def test_le_flot_est_fait_de_redites_de_longueurs_variees():
    stream = repeated_stream(3000, 1000, generator()).tolist()
    at, sizes = 0, []
    while at + 2 * LONGEST < len(stream):
        size = next(
            n for n in range(SHORTEST, LONGEST + 1)
            if stream[at : at + n] == stream[at + n : at + 2 * n]
        )  # fmt: skip
        sizes.append(size)
        at += 2 * size
    assert set(sizes) == set(range(SHORTEST, LONGEST + 1))


@pytest.mark.sans_jaxtyping
def test_ce_qui_ne_se_tire_pas_est_refuse():
    with pytest.raises(ValueError, match="vocabulary_size ≥ 2"):
        repeated_stream(10, 1, generator())
    with pytest.raises(ValueError, match="length ≤ vocabulary_size"):
        repeated_once(1, 5, 4, generator())
