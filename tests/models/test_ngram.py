"""n-grammes : la formule écrite naïvement, des probabilités qui somment à un."""

import math
import time
from collections import Counter

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.models.ngram import NGram, Uniform

V = 4
texts = st.lists(st.integers(0, V - 1), min_size=1, max_size=40)
orders = st.integers(1, 5)


def naive(train, context, symbol, order):
    """La récursion de Witten et Bell, sur des listes de Python."""
    if order == 0:
        return 1 / V
    h = tuple(context[len(context) - order + 1 :])
    windows = [tuple(train[i : i + order]) for i in range(len(train) - order + 1)]
    after = Counter(w[-1] for w in windows if w[:-1] == h)
    shorter = naive(train, context, symbol, order - 1)
    if not after:
        return shorter
    total = sum(after.values())
    return (after[symbol] + len(after) * shorter) / (total + len(after))


@settings(max_examples=60, deadline=None)
@given(texts, texts, orders)
def test_la_reference_naive_donne_les_memes_probabilites(train, text, order):
    model = NGram(order, V).fit(torch.tensor(train))
    bits = 0.0
    for t, symbol in enumerate(text):
        context = text[:t]
        k = min(order, t + 1)
        want = [naive(train, context, s, k) for s in range(V)]
        got = model.log_probabilities(torch.tensor(context, dtype=torch.long)).exp()
        torch.testing.assert_close(got, torch.tensor(want, dtype=torch.double))
        assert abs(got.sum().item() - 1) < 1e-12
        bits -= math.log2(want[symbol]) / len(text)
    assert model.bits_per_symbol(torch.tensor(text)) == pytest.approx(bits)


def test_un_contexte_jamais_vu_ramene_au_contexte_plus_court():
    model = NGram(3, V).fit(torch.tensor([0, 1, 0, 1, 0, 2]))
    unseen, shorter = torch.tensor([2, 2]), torch.tensor([], dtype=torch.long)
    torch.testing.assert_close(
        model.log_probabilities(unseen), model.log_probabilities(shorter)
    )


def test_peu_de_texte_laisse_pres_de_l_uniforme_beaucoup_en_eloigne():
    far = []
    for repeats in (1, 10, 1000):
        model = NGram(1, 50).fit(torch.tensor([7] * repeats))
        far.append(model.log_probabilities(torch.tensor([7])).exp()[7].item())
    # (c + 1/V) / (c + 1) : une seule sorte de symbole a été vue
    assert far == pytest.approx([(n + 1 / 50) / (n + 1) for n in (1, 10, 1000)])


def test_unigramme_a_la_main_et_entropie_empirique():
    text = torch.tensor([0] * 4 + [1] * 2 + [2] + [3])
    # Les 4 symboles ont été vus : (c + 4/4) / (8 + 4), soit 5, 3, 2 et 2 douzièmes.
    p = torch.tensor([5, 3, 2, 2], dtype=torch.double) / 12
    model = NGram(1, 4).fit(text)
    torch.testing.assert_close(model.log_probabilities(text[:0]).exp(), p)
    # Le même texte mille fois : le lissage s'efface, reste l'entropie, 1,75 bit.
    long = text.repeat(1000)
    assert NGram(1, 4).fit(long).bits_per_symbol(long) == pytest.approx(1.75, abs=1e-4)


def test_un_texte_alterne_ne_coute_rien_au_bigramme_et_un_bit_a_l_unigramme():
    text = torch.tensor([0, 1] * 2000)
    assert NGram(1, 2).fit(text).bits_per_symbol(text) == pytest.approx(1, abs=1e-3)
    assert NGram(2, 2).fit(text).bits_per_symbol(text) < 0.01


def test_l_uniforme_coute_log2_de_v():
    model = Uniform(8)
    assert model.bits_per_symbol(torch.tensor([0, 7, 3])) == 3
    p = model.log_probabilities(torch.tensor([1])).exp()
    torch.testing.assert_close(p, torch.full((8,), 1 / 8, dtype=torch.double))


def test_refaire_fit_oublie_le_texte_precedent():
    a, b = torch.tensor([0, 1, 2]), torch.tensor([3, 3, 3, 3])
    twice = NGram(2, V).fit(a).fit(b)
    torch.testing.assert_close(
        twice.log_probabilities(b), NGram(2, V).fit(b).log_probabilities(b)
    )


def test_quatre_vingt_mille_symboles_en_moins_de_deux_secondes():
    text = torch.randint(60, (400_000,))
    model = NGram(5, 60).fit(text)
    start = time.process_time()
    model.bits_per_symbol(text[:80_000])
    assert time.process_time() - start < 2


@pytest.mark.sans_jaxtyping
@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: NGram(0, 4), "au moins 1 ; reçu order=0"),
        (lambda: NGram(12, 60), r"63 bits ; reçu 60\^12"),
        (lambda: Uniform(0), "au moins 1 ; reçu 0"),
        (lambda: NGram(2, 4).fit(torch.tensor([1, 4])), "entre 0 et 3 attendus.*1 à 4"),
        (lambda: NGram(2, 4).fit(torch.tensor([1.0])), "suite d'entiers"),
        (lambda: NGram(2, 4).fit(torch.ones(0).long()), "au moins un symbole ; reçu 0"),
        (lambda: NGram(2, 4).bits_per_symbol(torch.tensor([1])), "appelez d'abord fit"),
        (lambda: Uniform(4).bits_per_symbol(torch.tensor([-1])), "entre 0 et 3 att"),
    ],
)  # fmt: skip
def test_refuse_en_francais(call, message):
    with pytest.raises(ValueError, match=message):
        call()
