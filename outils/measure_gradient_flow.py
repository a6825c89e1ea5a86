"""Mesure le gradient d'une récurrence contre la distance, à l'initialisation.

    python outils/measure_gradient_flow.py        # quelques secondes

Écrit ``src/cours_transformers/measurements/gradient_flow.json``. Norme du gradient de
‖dernière sortie‖² par rapport à l'entrée d pas plus tôt, rapportée à celle de la
distance 0 : sans unité. Par récurrence : médiane, premier et dernier décile des
graines, à chaque distance.
"""

import sys

import torch
from measuring import read_options, write_measure
from recurrent_contestants import CONTESTANTS, build

from cours_transformers.training.gradient_flow import gradient_norms

D_HIDDEN, BATCH_SIZE = 64, 8


def measure_one(name: str, distances: range, seeds: range) -> dict:
    """Médiane et déciles d'une récurrence, sur toutes les graines."""
    ratios = []
    for seed in seeds:
        torch.manual_seed(seed)
        cell = build(name, D_HIDDEN, D_HIDDEN)
        ratios.append(gradient_norms(cell, distances, batch_size=BATCH_SIZE, seed=seed))
    low, median, high = torch.stack(ratios).quantile(
        torch.tensor([0.1, 0.5, 0.9], dtype=torch.float64), dim=0
    )
    rows = {"median": median, "low_decile": low, "high_decile": high}
    return {"name": name} | {
        key: [float(f"{value:.3e}") for value in values.tolist()]
        for key, values in rows.items()
    }


def measure(longest: int, seeds: range) -> dict:
    """Mesure toutes les récurrences, de la distance 0 à ``longest``."""
    distances = range(longest + 1)
    return {
        "d_hidden": D_HIDDEN,
        "batch_size": BATCH_SIZE,
        "distances": list(distances),
        "cells": [measure_one(name, distances, seeds) for name in CONTESTANTS],
    }


def main(arguments: list[str]) -> None:
    """Mesure, écrit, et montre le rapport à mi-distance."""
    options = read_options(
        arguments, "Mesure le gradient qui remonte.", graines=20, distance=100
    )
    seeds = range(options.graines)
    results = measure(options.distance, seeds)
    middle = options.distance // 2
    for row in results["cells"]:
        print(
            f"{row['name']} : à distance {middle}, médiane {row['median'][middle]:.1e} "
            f"({row['low_decile'][middle]:.1e} à {row['high_decile'][middle]:.1e})"
        )
    write_measure("gradient_flow", results, arguments, seeds=seeds)


if __name__ == "__main__":
    main(sys.argv[1:])
