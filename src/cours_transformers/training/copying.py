"""Apprendre à recopier une suite, à travers un seul vecteur ou en la relisant."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from cours_transformers.data.copy_task import END, N_SPECIAL, PAD, START, copy_batch
from cours_transformers.models.seq2seq import RecurrentSeq2Seq
from cours_transformers.training.clipping import clip_gradient_norm

N_SYMBOLS, D_MODEL, D_HIDDEN, BATCH_SIZE, LR, CLIP = 16, 32, 96, 32, 3e-3, 1.0


def train_copier(
    *, attention: bool, longest: int, steps: int, seed: int = 0
) -> RecurrentSeq2Seq:
    """Apprend à recopier 1 à ``longest`` symboles ; le pas décroît jusqu'à zéro.

    Pendant l'apprentissage, le décodeur lit le passé exact.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = RecurrentSeq2Seq(
        N_SPECIAL + N_SYMBOLS, D_MODEL, D_HIDDEN, attention=attention
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=LR)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.01, steps)
    for _ in range(steps):
        # Une longueur par lot : aucun calcul perdu en remplissage.
        length = torch.randint(1, longest + 1, (1,), generator=generator)
        batch = copy_batch(length.expand(BATCH_SIZE), N_SYMBOLS, generator)
        logits = model(batch.source, batch.lengths, batch.decoder_inputs)
        loss = F.cross_entropy(logits.mT, batch.targets, ignore_index=PAD)
        optimizer.zero_grad()
        loss.backward()
        clip_gradient_norm(model.parameters(), CLIP)
        optimizer.step()
        schedule.step()
    return model


def copy_accuracies(model: nn.Module, length: int, n: int = 500) -> dict[str, float]:
    """Exactitudes sur ``n`` suites neuves, écrites par ``model.greedy``.

    ``symbols`` est la part des symboles justes (au hasard, 1/16), ``sequences`` celle
    des suites sans une faute, fin comprise.
    """
    generator = torch.Generator().manual_seed(10_000 + length)  # jamais vues
    batch = copy_batch(torch.full((n,), length), N_SYMBOLS, generator)
    written = model.greedy(
        batch.source, batch.lengths, start=START, end=END, pad=PAD,
        max_length=length + 1,
    )  # fmt: skip
    missing = batch.targets.shape[1] - written.shape[1]  # arrêts prématurés : PAD
    right: Tensor = F.pad(written, (0, missing), value=PAD) == batch.targets
    return {
        "symbols": round(right[:, :length].double().mean().item(), 3),
        "sequences": round(right.all(dim=1).double().mean().item(), 3),
    }
