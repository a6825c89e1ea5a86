"""La tâche des nombres : aller et retour, décalage, réserve, tirages."""

import collections

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.data.number_task import (
    END,
    N_SPECIAL,
    PAD,
    START,
    NumberTask,
    draw_numbers,
    is_held_out,
)
from cours_transformers.data.number_words import VARIANTS, spelled

some_numbers = st.lists(st.integers(0, 999_999), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(some_numbers, st.booleans(), st.booleans(), st.sampled_from(sorted(VARIANTS)))
def test_ce_qui_est_ecrit_se_relit(numbers, reverse, characters, variant):
    task = NumberTask(reverse, characters, variant)
    batch = task.batch(numbers)
    for n, row in zip(numbers, batch.target, strict=True):
        joint = "" if characters or not reverse else "-"
        wanted = spelled(n, variant) if reverse else str(n)
        assert joint.join(task.read(row)) == wanted
    assert batch.source.max() < N_SPECIAL + len(task.source_symbols)
    assert batch.target.max() < N_SPECIAL + len(task.target_symbols)


def test_le_lot_de_deux_nombres_a_la_main():
    batch = NumberTask().batch([21, 305])
    words = NumberTask().source_symbols
    read = [[words[t - N_SPECIAL] for t in row if t != PAD] for row in batch.source]
    assert read == [["vingt", "et", "un"], ["trois", "cent", "cinq"]]
    digit = {str(d): N_SPECIAL + d for d in range(10)}
    assert batch.target.tolist() == [
        [digit["2"], digit["1"], END, PAD],
        [digit["3"], digit["0"], digit["5"], END],
    ]
    assert batch.decoder_inputs.tolist() == [
        [START, digit["2"], digit["1"], END],
        [START, digit["3"], digit["0"], digit["5"]],
    ]


def test_relire_s_arrete_a_la_fin():
    assert NumberTask().read(torch.tensor([4, PAD, 5, END, 6])) == ["1", "2"]
    assert NumberTask().read(torch.tensor([4, 5])) == ["1", "2"]


def test_un_nombre_sur_dix_est_reserve_et_aucun_petit():
    assert not any(map(is_held_out, range(100)))
    share = sum(map(is_held_out, range(100, 50_100))) / 50_000
    assert 0.09 < share < 0.11


@pytest.mark.parametrize("uniform", [False, True])
def test_l_apprentissage_ne_voit_jamais_l_epreuve(uniform):
    generator = torch.Generator().manual_seed(0)
    seen = draw_numbers(20_000, generator, uniform=uniform)
    asked = draw_numbers(1000, generator, held_out=True, uniform=uniform)
    assert not any(map(is_held_out, seen)) and all(map(is_held_out, asked))
    assert len(seen) == 20_000 and 0 <= min(seen) <= max(seen) <= 999_999


def test_les_petits_nombres_sont_favorises_et_le_tirage_uniforme_les_ignore():
    generator = torch.Generator().manual_seed(0)
    fair = draw_numbers(20_000, generator)
    flat = draw_numbers(20_000, generator, uniform=True)
    digits = collections.Counter(len(str(n)) for n in fair)
    for length, part in {1: 1, 2: 1, 3: 1, 4: 1, 5: 1, 6: 3}.items():
        assert digits[length] == pytest.approx(20_000 * part / 8, rel=0.12)
    assert set(range(100)) <= set(fair)
    assert sum(n < 100 for n in flat) < 12  # deux, en moyenne
    assert sum(n >= 100_000 for n in flat) == pytest.approx(18_000, rel=0.02)


def test_le_tirage_ne_depend_que_du_generateur():
    def draw():
        return draw_numbers(50, torch.Generator().manual_seed(3))

    first = draw()
    torch.rand(5)
    assert draw() == first
