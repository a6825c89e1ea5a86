"""Apprendre à retenir un symbole : une récurrence, une distance, un budget en pas."""

import torch
from torch.nn import functional as F

from cours_transformers.data.recall import recall_batch, recall_vocabulary_size
from cours_transformers.models.recurrent_lm import RecurrentLanguageModel
from cours_transformers.training.clipping import clip_gradient_norm

N_SYMBOLS, D_MODEL, D_HIDDEN, BATCH_SIZE, LR, CLIP = 8, 32, 64, 32, 3e-3, 1.0


def recall_accuracy(
    cell: str, distance: int, *, steps: int, seed: int = 0, **options: object
) -> float:
    """Apprend à une seule distance, puis rend l'exactitude sur mille séquences neuves.

    Args:
        cell: ``"rnn"``, ``"lstm"`` ou ``"gru"``.
        distance: pas du symbole à la question.
        steps: pas d'apprentissage, de 32 séquences.
        options: transmises à la récurrence, comme ``forget_bias`` ou ``init``.
    """
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = RecurrentLanguageModel(
        recall_vocabulary_size(N_SYMBOLS), D_MODEL, D_HIDDEN, cell, **options
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=LR)
    for _ in range(steps):
        tokens, labels = recall_batch(BATCH_SIZE, distance, N_SYMBOLS, generator)
        loss = F.cross_entropy(model(tokens)[:, -1], labels)
        optimizer.zero_grad()
        loss.backward()
        clip_gradient_norm(model.parameters(), CLIP)
        optimizer.step()
    tokens, labels = recall_batch(1000, distance, N_SYMBOLS, generator)
    with torch.inference_mode():
        best = model(tokens)[:, -1].argmax(dim=-1)
    return round((best == labels).double().mean().item(), 3)
