"""Mesure le rappel à distance : qui apprend à retenir un symbole, et jusqu'où.

    python outils/measure_recall.py               # cinq minutes, un fil

Écrit ``src/cours_transformers/measurements/recall.json``. Un modèle neuf par
récurrence, distance et graine ; même budget en pas pour tous. L'exactitude, entre 0
et 1, se mesure sur mille séquences neuves ; au hasard, elle vaut 1 / n_symbols.
"""

import argparse
import sys

import torch
from recurrent_contestants import CONTESTANTS
from torch.nn import functional as F

from cours_transformers.data.recall import recall_batch, recall_vocabulary_size
from cours_transformers.measurements import save
from cours_transformers.models.recurrent_lm import RecurrentLanguageModel
from cours_transformers.training.clipping import clip_gradient_norm

DISTANCES = (5, 10, 20, 40, 80)
N_SYMBOLS, D_MODEL, D_HIDDEN, BATCH_SIZE, LR, CLIP = 8, 32, 64, 32, 3e-3, 1.0


def recall_accuracy(name: str, distance: int, seed: int, steps: int) -> float:
    """Apprend à une seule distance pendant ``steps`` pas, puis mesure l'exactitude."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    cell, options = CONTESTANTS[name]
    vocabulary_size = recall_vocabulary_size(N_SYMBOLS)
    model = RecurrentLanguageModel(vocabulary_size, D_MODEL, D_HIDDEN, cell, **options)
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


def measure(distances: tuple[int, ...], seeds: range, steps: int) -> dict:
    """Mesure chaque récurrence à chaque distance, graine par graine."""
    cells = []
    for name in CONTESTANTS:
        accuracies = [
            [recall_accuracy(name, distance, seed, steps) for seed in seeds]
            for distance in distances
        ]
        cells.append({"name": name, "accuracies": accuracies})
        print(f"{name} : {dict(zip(distances, accuracies, strict=True))}", flush=True)
    return {
        "distances": list(distances),
        "steps": steps,
        "n_symbols": N_SYMBOLS,
        "d_hidden": D_HIDDEN,
        "batch_size": BATCH_SIZE,
        "lr": LR,
        "cells": cells,  # accuracies[i][j] : distance i, graine j
    }


def main(arguments: list[str]) -> None:
    """Mesure et écrit."""
    parser = argparse.ArgumentParser(description="Mesure le rappel à distance.")
    parser.add_argument("--graines", type=int, default=4, help="nombre de graines")
    parser.add_argument("--pas", type=int, default=400, help="pas d'apprentissage")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    seeds = range(options.graines)
    results = measure(DISTANCES, seeds, options.pas)
    command = " ".join(["python outils/measure_recall.py", *arguments])
    path = save("recall", results, command, seeds=seeds)
    print(f"écrit : {path.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
