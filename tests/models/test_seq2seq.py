"""Encodeur–décodeur : remplissage invisible, pas à pas égal au tout, apprentissage."""

import pytest
import torch
from torch.nn import functional as F

from cours_transformers.data.copy_task import END, PAD, START, copy_batch
from cours_transformers.models.seq2seq import RecurrentSeq2Seq

both = pytest.mark.parametrize("attention", [False, True])
SPECIAL = {"start": START, "end": END, "pad": PAD}


def make(attention, d=8):
    return RecurrentSeq2Seq(7, 6, d, attention=attention).double()


def some(lengths=(5, 2, 4)):
    generator = torch.Generator().manual_seed(0)
    return copy_batch(torch.tensor(lengths), 4, generator)


@both
def test_le_remplissage_ne_change_rien(attention):
    model, batch = make(attention), some()
    got = model(batch.source, batch.lengths, batch.decoder_inputs)
    for i, n in enumerate(batch.lengths.tolist()):
        alone = model(
            batch.source[i : i + 1, :n],
            batch.lengths[i : i + 1],
            batch.decoder_inputs[i : i + 1],
        )
        torch.testing.assert_close(got[i], alone[0])
    noisy = batch.source.masked_fill(batch.source == PAD, 6)
    torch.testing.assert_close(model(noisy, batch.lengths, batch.decoder_inputs), got)


@both
def test_decoder_pas_a_pas_vaut_decoder_d_un_trait(attention):
    model, batch = make(attention), some()
    memory = model.encode(batch.source, batch.lengths)
    whole, _ = model.decode(batch.decoder_inputs, memory)
    state, parts = None, []
    for token in batch.decoder_inputs.split(1, dim=1):
        logits, state = model.decode(token, memory, state)
        parts.append(logits)
    torch.testing.assert_close(torch.cat(parts, dim=1), whole)


@both
def test_le_glouton_ecrit_le_plus_probable_et_s_arrete_a_la_fin(attention):
    model, batch = make(attention), some()
    with (
        torch.no_grad()
    ):  # la fin devient probable : certains s'arrêtent avant d'autres
        model.head.bias[END] += 0.12
    written = model.greedy(batch.source, batch.lengths, max_length=9, **SPECIAL)
    inputs = torch.cat([torch.full_like(written[:, :1], START), written[:, :-1]], dim=1)
    best = model(batch.source, batch.lengths, inputs).argmax(dim=-1)
    for row, wanted in zip(written.tolist(), best.tolist(), strict=True):
        n = row.index(END) + 1 if END in row else len(row)
        assert row[:n] == wanted[:n]
        assert set(row[n:]) <= {PAD}
    assert written.shape[1] <= 9


@both
def test_tous_finis_on_s_arrete_aussitot(attention):
    model, batch = make(attention), some()
    with torch.no_grad():
        model.head.bias[END] = 100.0
    written = model.greedy(batch.source, batch.lengths, max_length=9, **SPECIAL)
    assert written.tolist() == [[END]] * 3


def test_les_poids_somment_a_un_sur_la_vraie_source():
    model, batch = make(attention=True), some()
    weights = model.weights(batch.source, batch.lengths, batch.decoder_inputs)
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(3, 6).double())
    for row, n in zip(weights, batch.lengths.tolist(), strict=True):
        assert not row[:, n:].any() and (row[:, :n] > 0).all()


def test_sans_attention_tout_passe_par_le_dernier_etat():
    """Deux sources, un même état : la sortie ne voit que l'état."""
    batch = some()
    for attention in (False, True):
        model = make(attention)
        memory = model.encode(batch.source, batch.lengths)
        other = memory._replace(outputs=torch.randn_like(memory.outputs))
        same = torch.equal(
            model.decode(batch.decoder_inputs, memory)[0],
            model.decode(batch.decoder_inputs, other)[0],
        )
        assert same is not attention


@both
def test_apprend_a_recopier_trois_symboles(attention):
    model = RecurrentSeq2Seq(7, 8, 24, attention=attention)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    generator = torch.Generator().manual_seed(0)
    lengths = torch.arange(48) % 3 + 1
    for _ in range(120):
        batch = copy_batch(lengths, 4, generator)
        logits = model(batch.source, batch.lengths, batch.decoder_inputs)
        loss = F.cross_entropy(logits.mT, batch.targets, ignore_index=PAD)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    batch = copy_batch(lengths, 4, generator)
    written = model.greedy(batch.source, batch.lengths, max_length=4, **SPECIAL)
    assert (written == batch.targets).all(dim=1).float().mean() > 0.8


@pytest.mark.sans_jaxtyping
def test_refuse_en_francais():
    model, batch = make(attention=False), some()
    with pytest.raises(ValueError, match="construit avec attention=True"):
        model.weights(batch.source, batch.lengths, batch.decoder_inputs)
    with pytest.raises(ValueError, match=r"lengths doit valoir au moins 1.*\[5, 0, 4"):
        model.encode(batch.source, torch.tensor([5, 0, 4]))
    with pytest.raises(ValueError, match="entre 0 et S = 5"):
        model.encode(batch.source, torch.tensor([5, 6, 4]))
