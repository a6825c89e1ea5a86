"""Glouton et faisceau : égaux au décodage complet et à la recherche exhaustive."""

import itertools

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.transformer import Transformer, TransformerConfig
from cours_transformers.training.beam_search import beam_search, length_penalty
from cours_transformers.training.decoding import Marks, greedy

PAD, START, END = 0, 1, 2
V = 5  # deux vrais symboles : 3 et 4


def model_of(seed=0, sharp=2.0):
    """Un modèle tiré au sort, aux avis un peu tranchés."""
    torch.manual_seed(seed)
    model = Transformer(TransformerConfig(7, V, BlockConfig(8, 2, d_ff=8)))
    with torch.no_grad():
        model.head.weight.mul_(sharp)
    return model.double().eval()


def sources():
    return torch.tensor([[3, 4, 5, 6], [6, 3, 0, 0], [5, 5, 5, 0]])


def every_text(max_length):
    """Toutes les cibles : finies par END, ou coupées à ``max_length``."""
    for n in range(max_length + 1):
        for body in itertools.product((3, 4), repeat=n):
            yield list(body) + ([END] if n < max_length else [])


def exhaustive(model, source, max_length, alpha):
    """Les scores de toutes les cibles, de la meilleure à la pire, relues sans cache."""
    texts = list(every_text(max_length))
    rows = torch.tensor([t + [PAD] * (max_length - len(t)) for t in texts])
    inputs = torch.cat([torch.full((len(rows), 1), START), rows[:, :-1]], dim=1)
    logits = model(source.expand(len(rows), -1), inputs)
    log_p = logits.log_softmax(-1).gather(-1, rows[..., None])[..., 0]
    total = log_p.masked_fill(rows == PAD, 0.0).sum(dim=1).tolist()
    scored = [
        (score / ((5 + len(text)) / 6) ** alpha, text)
        for score, text in zip(total, texts, strict=True)
    ]
    return sorted(scored, reverse=True)


@pytest.mark.parametrize("alpha", [0.0, 0.6, 2.0])
@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 1000))
def test_assez_large_le_faisceau_est_la_recherche_exhaustive(alpha, seed):
    model = model_of(seed)
    texts = list(every_text(4))
    found = beam_search(model, sources(), beam=len(texts), max_length=4, alpha=alpha)
    for i in range(3):
        real = sources()[i][sources()[i] != PAD]
        wanted = exhaustive(model, real[None], 4, alpha)
        torch.testing.assert_close(
            found.scores[i], torch.tensor([score for score, _ in wanted]).double()
        )
        best = [t for t in found.tokens[i, 0].tolist() if t != PAD]
        assert best == wanted[0][1]


def test_la_penalite_change_le_gagnant():
    """Quelque part, le plus probable est court, et le mieux noté plus long."""
    changed = 0
    for seed in range(12):
        model = model_of(seed)
        short, long = (
            beam_search(model, sources(), beam=31, max_length=4, alpha=alpha)
            for alpha in (0.0, 2.0)
        )
        n = [(f.tokens[:, 0] != PAD).sum(dim=1) for f in (short, long)]
        assert (n[1] >= n[0]).all()
        changed += int((n[1] > n[0]).sum())
    assert changed >= 3


@pytest.mark.parametrize("seed", range(4))
def test_un_faisceau_d_un_est_le_glouton(seed):
    model = model_of(seed)
    found = beam_search(model, sources(), beam=1, max_length=6)
    written = greedy(model, sources(), max_length=6)
    assert torch.equal(found.tokens[:, 0], written)


@pytest.mark.parametrize("seed", range(4))
def test_le_glouton_ecrit_le_plus_probable_et_s_arrete_a_la_fin(seed):
    model = model_of(seed)
    written = greedy(model, sources(), max_length=6)
    inputs = torch.cat([torch.full((3, 1), START), written[:, :-1]], dim=1)
    logits = model(sources(), inputs)
    logits[..., [PAD, START]] = -torch.inf
    best = logits.argmax(dim=-1)
    for row, wanted in zip(written.tolist(), best.tolist(), strict=True):
        n = row.index(END) + 1 if END in row else len(row)
        assert row[:n] == wanted[:n]
        assert set(row[n:]) <= {PAD}


@pytest.mark.parametrize("seed", range(3))
def test_chaque_source_du_lot_est_traitee_comme_seule(seed):
    model = model_of(seed)
    together = beam_search(model, sources(), beam=4, max_length=5)
    for i in range(3):
        real = sources()[i][sources()[i] != PAD]
        alone = beam_search(model, real[None], beam=4, max_length=5)
        torch.testing.assert_close(together.scores[i], alone.scores[0])
        n = alone.tokens.shape[2]
        assert torch.equal(together.tokens[i, :, :n], alone.tokens[0])


def test_les_scores_decroissent_et_les_textes_different():
    found = beam_search(model_of(1), sources(), beam=6, max_length=5)
    assert (found.scores.diff(dim=1) <= 0).all()
    for rows in found.tokens.tolist():
        assert len({tuple(row) for row in rows}) == 6


def test_tous_finis_on_s_arrete_aussitot():
    model = model_of()
    model.head.weight.data.zero_()
    model.head.bias = torch.nn.Parameter(torch.zeros(V).double())
    model.head.bias.data[END] = 50.0
    assert greedy(model, sources(), max_length=9).tolist() == [[END]] * 3
    assert beam_search(model, sources(), beam=1, max_length=9).tokens.shape[2] == 1


def test_d_autres_marques_donnent_un_autre_texte():
    model = model_of(2)
    marks = Marks(pad=0, start=3, end=4)
    written = greedy(model, sources(), max_length=5, marks=marks)
    assert not ((written == 3) | (written == 0) & (written.cumsum(1) == 0)).any()


def test_la_penalite_de_wu():
    lengths = torch.tensor([1, 7, 13])
    torch.testing.assert_close(length_penalty(lengths, 1.0), torch.tensor([1.0, 2, 3]))
    torch.testing.assert_close(length_penalty(lengths, 0.0), torch.ones(3))


@pytest.mark.sans_jaxtyping
def test_des_reglages_impossibles_sont_refuses():
    model = model_of()
    with pytest.raises(ValueError, match="max_length doit valoir au moins 1"):
        greedy(model, sources(), max_length=0)
    with pytest.raises(ValueError, match="beam ≥ 1 et alpha ≥ 0"):
        beam_search(model, sources(), beam=0, max_length=3)
    with pytest.raises(ValueError, match="alpha=-1"):
        beam_search(model, sources(), beam=2, max_length=3, alpha=-1)
