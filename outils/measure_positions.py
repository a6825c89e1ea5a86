"""Mesure l'extrapolation : appris sur 32 tokens, éprouvé sur 32, 64, 128 et 256.

    python outils/measure_positions.py            # cinq minutes, un fil

Écrit ``src/cours_transformers/measurements/positions.json``. Un lecteur d'une couche
neuf par encodage, tâche et graine, et le même budget en pas pour tous. L'exactitude,
entre 0 et 1, porte sur les 32 derniers tokens ; au hasard, elle vaut 1/8. La table
apprise a 256 lignes, dont 224 ne sont jamais entraînées.
"""

import sys

from measuring import read_options, write_measure

from cours_transformers.data.tracking import PLACES
from cours_transformers.layers.positional import POSITIONAL_NAMES
from cours_transformers.training.extrapolation import (
    BATCH_SIZE,
    FACTORS,
    LENGTH,
    LR,
    OPTIONS,
    TASKS,
    accuracy_by_length,
    fit_reader,
)


def measure(seeds: range, steps: int) -> dict:
    """Mesure chaque encodage à chaque longueur, graine par graine."""
    accuracies = {task: {} for task in TASKS}  # accuracies[task][name][seed][factor]
    parameters = {}
    for task in TASKS:
        for name in POSITIONAL_NAMES:
            rows = []
            for seed in seeds:
                model = fit_reader(name, steps=steps, seed=seed, task=task)
                rows.append(accuracy_by_length(model, task=task))
            accuracies[task][name] = rows
            parameters[name] = sum(p.numel() for p in model.position.parameters())
            print(f"{task}, {name} : {rows}", flush=True)
    return {
        "length": LENGTH,
        "factors": list(FACTORS),
        "steps": steps,
        "batch_size": BATCH_SIZE,
        "lr": LR,
        "chance": 1 / len(PLACES),
        "options": OPTIONS,
        "parameters": parameters,
        "accuracies": accuracies,
    }


def main(arguments: list[str]) -> None:
    """Mesure et écrit."""
    options = read_options(arguments, "Mesure l'extrapolation.", graines=5, pas=600)
    seeds = range(options.graines)
    write_measure("positions", measure(seeds, options.pas), arguments, seeds=seeds)


if __name__ == "__main__":
    main(sys.argv[1:])
