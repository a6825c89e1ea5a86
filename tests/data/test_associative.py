"""Rappel associatif : chaque réponse, relue dans la séquence, et rien de plus."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.data.associative import (
    UNKNOWN,
    associative_batch,
    associative_vocabulary_size,
)

SIZES = {"n_keys": 6, "n_values": 4, "n_noise": 3}
IS_VALUE = range(6, 10)


def graine(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def relire(row: list[int]) -> tuple[dict[int, int], dict[int, int]]:
    """Relit une séquence sans ses réponses : les paires, puis les clés seules."""
    pairs, alone = {}, {}
    for t, token in enumerate(row):
        following = row[t + 1] if t + 1 < len(row) else None
        if token < 6 and following in IS_VALUE:
            assert token not in pairs
            pairs[token] = following
        elif token < 6:
            alone[t] = token
        elif token in IS_VALUE:
            assert row[t - 1] < 6, "une valeur suit toujours sa clé"
    return pairs, alone


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), st.data())
def test_la_reponse_est_la_valeur_de_la_cle_demandee(n_pairs, data):
    n_queries = data.draw(st.integers(1, n_pairs))
    causal = data.draw(st.booleans())
    gap = data.draw(st.integers(0, 4)) if causal else 0
    spare = data.draw(st.integers(0, 9))
    T = 2 * n_pairs + gap + n_queries + spare
    tokens, answers = associative_batch(
        5, n_pairs, T, graine(data.draw(st.integers(0, 99))),
        n_queries=n_queries, gap=gap, causal=causal, **SIZES,
    )  # fmt: skip
    assert tokens.shape == answers.shape == (5, T)
    for row, expected in zip(tokens.tolist(), answers.tolist(), strict=True):
        pairs, alone = relire(row)
        assert len(pairs) == n_pairs
        assert len(set(alone.values())) == len(alone) == n_queries
        known = {t: a for t, a in enumerate(expected) if a != UNKNOWN}
        assert known == {t: pairs[key] for t, key in alone.items()}
        if causal:
            assert sorted(alone) == list(range(T - n_queries, T))
            between = row[T - n_queries - gap : T - n_queries]
            assert all(token >= 10 for token in between)


def test_sans_place_libre_les_paires_se_touchent():
    tokens, _ = associative_batch(50, 4, 20, graine(), gap=10, n_queries=2, **SIZES)
    assert (tokens[:, 0:8:2] < 6).all()
    assert (tokens[:, 8:18] >= 10).all()


def test_tous_les_rangements_sont_aussi_probables():
    """Une paire, une question et un bruit : six rangements, un sixième chacun."""
    tokens, _ = associative_batch(12_000, 1, 4, graine(), causal=False, **SIZES)
    kinds = (tokens >= 6).long() + (tokens >= 10).long()  # 0 clé, 1 valeur, 2 bruit
    codes = (kinds * torch.tensor([27, 9, 3, 1])).sum(dim=1)
    # La question et la clé se ressemblent : « c c v » et « c v c » sont distincts.
    _, counts = codes.unique(return_counts=True)
    assert len(counts) == 6
    assert (counts / 12_000 - 1 / 6).abs().max() < 0.02


def test_ni_la_cle_ni_la_place_ne_trahissent_la_reponse():
    """Sans lire sa paire, on ne répond juste qu'une fois sur n_values."""
    tokens, answers = associative_batch(8000, 3, 10, graine(), **SIZES)
    for key in range(6):
        counts = answers[:, -1][tokens[:, -1] == key].bincount(minlength=10)[6:]
        assert (counts / counts.sum() - 1 / 4).abs().max() < 0.06
    others = tokens[:, :-1]
    shown = (others == answers[:, -1:]).double().sum(dim=1).mean().item()
    assert abs(shown - (1 + 2 / 4)) < 0.03  # la bonne, et deux autres au hasard


def test_la_question_ne_montre_jamais_sa_reponse():
    tokens, answers = associative_batch(
        2000, 3, 14, graine(), n_queries=3, causal=False, **SIZES
    )
    row, t = (answers[:, :-1] != UNKNOWN).nonzero(as_tuple=True)
    following = tokens[row, t + 1]
    assert ((following < 6) | (following >= 10)).all()


def test_une_graine_un_lot_et_tout_le_vocabulaire():
    first, again, other = (
        associative_batch(300, 3, 20, graine(s), **SIZES)[0] for s in (1, 1, 2)
    )
    assert (first == again).all() and (first != other).any()
    assert set(first.flatten().tolist()) == set(
        range(associative_vocabulary_size(6, 4, 3))
    )


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        ((0, 2, 9), {}, "n ≥ 1, n_values ≥ 2"),
        ((1, 2, 9), {"gap": -1}, "gap ≥ 0 attendus"),
        ((1, 7, 40), {}, "n_queries ≤ n_pairs ≤ n_keys attendu"),
        ((1, 2, 40), {"n_queries": 3}, "n_queries=3, n_pairs=2"),
        ((1, 2, 40), {"n_queries": 0}, "1 ≤ n_queries"),
        ((1, 2, 40), {"gap": 3, "causal": False}, "gap doit alors valoir 0, reçu 3"),
        ((1, 3, 8), {"gap": 2}, r"gap \+ n_queries = 9 ; reçu 8"),
    ],
)
def test_refuse_en_francais(arguments, options, message):
    with pytest.raises(ValueError, match=message):
        associative_batch(*arguments, graine(), **(SIZES | options))
