"""La boucle et la reprise : un pas refait à la main, un arrêt qui ne se voit pas."""

import copy

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from cours_transformers.data.copy_task import N_SPECIAL, copy_batch
from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.transformer import Transformer, TransformerConfig
from cours_transformers.training.checkpoint import load_checkpoint, save_checkpoint
from cours_transformers.training.seq2seq_trainer import Recipe, Seq2SeqTrainer

V = N_SPECIAL + 4


class Pairs:
    """Un lot de suites à recopier : la cible porte le nom que la boucle attend."""

    def __init__(self, generator):
        lengths = torch.randint(1, 4, (16,), generator=generator)
        batch = copy_batch(lengths, 4, generator)
        self.source, self.target = batch.source, batch.targets
        self.decoder_inputs = batch.decoder_inputs


def trainer_of(dropout=0.1, **recipe):
    torch.manual_seed(0)
    block = BlockConfig(16, 2, d_ff=16, dropout=dropout)
    model = Transformer(TransformerConfig(V, V, block, max_length=8))
    return Seq2SeqTrainer(model, Pairs, Recipe(warmup=5, **recipe), seed=0)


def test_trois_pas_refaits_avec_pytorch():
    trainer = trainer_of(dropout=0.0, clip=0.5, lr=1e-2, smoothing=0.2)
    model = copy.deepcopy(trainer.model).train()
    losses = trainer.run(3)
    generator = torch.Generator().manual_seed(0)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2, betas=(0.9, 0.98))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: (s + 1) / 5)
    for loss in losses:
        batch = Pairs(generator)
        logits = model(batch.source, batch.decoder_inputs)
        wanted = F.cross_entropy(
            logits.mT, batch.target, label_smoothing=0.2, ignore_index=0
        )
        assert loss == pytest.approx(wanted.item(), abs=1e-6)
        optimizer.zero_grad()
        wanted.backward()
        norm = nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        assert norm > 0.5  # la coupure a vraiment servi
        optimizer.step()
        schedule.step()
    for ours, theirs in zip(
        trainer.model.parameters(), model.parameters(), strict=True
    ):
        torch.testing.assert_close(ours, theirs, atol=2e-6, rtol=1e-4)


def test_le_taux_monte_puis_descend():
    trainer, seen = trainer_of(lr=1e-2), []
    rate = trainer.optimizer.param_groups[0]
    trainer.run(20, progress=lambda step, loss: seen.append(rate["lr"]))
    assert seen.index(max(seen)) == 4 and max(seen) == pytest.approx(1e-2)
    assert seen[0] == pytest.approx(2e-3) and seen[19] == pytest.approx(5e-3)


def test_une_reprise_ne_se_voit_pas(tmp_path):
    """Dropout compris : poids, pertes et lots sont les mêmes, au bit près."""
    whole = trainer_of()
    losses = whole.run(12)
    first = trainer_of()
    first.run(5)
    path = save_checkpoint(tmp_path / "point.pt", first)
    torch.rand(100)  # la vie continue, et le hasard avec elle
    second = trainer_of()
    torch.manual_seed(1234)
    load_checkpoint(path, second)
    assert second.run(7) == losses[5:]
    assert second.losses == losses
    for a, b in zip(whole.model.parameters(), second.model.parameters(), strict=True):
        assert torch.equal(a, b)


def test_le_fichier_se_lit_sans_executer_de_code(tmp_path):
    trainer = trainer_of()
    trainer.run(2)
    path = save_checkpoint(tmp_path / "point.pt", trainer)
    state = torch.load(path, weights_only=True)
    assert state["losses"] == trainer.losses
    assert [p.name for p in tmp_path.iterdir()] == ["point.pt"]


def test_elle_apprend_a_recopier():
    trainer = trainer_of(dropout=0.0, lr=1e-2)
    losses = trainer.run(60)
    assert sum(losses[-10:]) < 0.85 * sum(losses[:10])
    assert not trainer.model.training


def test_l_avancement_compte_depuis_le_debut():
    trainer, seen = trainer_of(), []
    trainer.run(2)
    trainer.run(2, progress=lambda step, loss: seen.append((step, loss)))
    assert [step for step, _ in seen] == [3, 4]
    assert [loss for _, loss in seen] == trainer.losses[2:]


@pytest.mark.sans_jaxtyping
def test_refuse_en_francais(tmp_path):
    trainer = trainer_of()
    with pytest.raises(ValueError, match="au moins un pas"):
        trainer.run(0)
    with pytest.raises(FileNotFoundError, match="aucun point de reprise"):
        load_checkpoint(tmp_path / "absent.pt", trainer)
    torch.save({"model": {}}, tmp_path / "autre.pt")
    with pytest.raises(ValueError, match=r"autre\.pt n'est pas un point de reprise"):
        load_checkpoint(tmp_path / "autre.pt", trainer)
    with torch.no_grad():
        trainer.model.head.weight.fill_(torch.nan)
    with pytest.raises(ValueError, match="perte : nan au pas 1"):
        trainer.run(1)
