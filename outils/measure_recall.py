"""Mesure le rappel à distance : qui apprend à retenir un symbole, et jusqu'où.

    python outils/measure_recall.py               # cinq minutes, un fil

Écrit ``src/cours_transformers/measurements/recall.json``. Un modèle neuf par
récurrence, distance et graine ; même budget en pas pour tous. L'exactitude, entre 0
et 1, se mesure sur mille séquences neuves ; au hasard, elle vaut 1 / n_symbols.
"""

import sys

from measuring import read_options, write_measure
from recurrent_contestants import CONTESTANTS

from cours_transformers.training.recall import (
    BATCH_SIZE,
    D_HIDDEN,
    LR,
    N_SYMBOLS,
    recall_accuracy,
)

DISTANCES = (5, 10, 20, 40, 80)


def measure(distances: tuple[int, ...], seeds: range, steps: int) -> dict:
    """Mesure chaque récurrence à chaque distance, graine par graine."""
    cells = []
    for name, (cell, options) in CONTESTANTS.items():
        accuracies = [
            [
                recall_accuracy(cell, distance, steps=steps, seed=seed, **options)
                for seed in seeds
            ]
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
    options = read_options(
        arguments, "Mesure le rappel à distance.", graines=4, pas=400
    )
    seeds = range(options.graines)
    results = measure(DISTANCES, seeds, options.pas)
    write_measure("recall", results, arguments, seeds=seeds)


if __name__ == "__main__":
    main(sys.argv[1:])
