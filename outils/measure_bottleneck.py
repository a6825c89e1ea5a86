"""Mesure le goulot d'un seul vecteur : recopier une suite, avec ou sans attention.

    python outils/measure_bottleneck.py           # quatre minutes, un fil

Écrit ``src/cours_transformers/measurements/bottleneck.json``. Les deux modèles voient
les mêmes suites, de 1 à 40 symboles tirés au hasard, pendant autant de pas. Deux
exactitudes, entre 0 et 1, sur 500 suites neuves, en décodage glouton : celle des
symboles (au hasard, 1 / n_symbols) et celle des suites entières, fin comprise.
"""

import sys

from measuring import read_options, write_measure

from cours_transformers.training.copying import (
    BATCH_SIZE,
    D_HIDDEN,
    LR,
    N_SYMBOLS,
    copy_accuracies,
    train_copier,
)

LENGTHS = (5, 10, 15, 20, 30, 40)


def measure(seeds: range, steps: int, lengths: tuple[int, ...] = LENGTHS) -> dict:
    """Mesure les deux modèles à chaque longueur, graine par graine."""
    rows = []
    for attention in (False, True):
        for seed in seeds:
            model = train_copier(
                attention=attention, longest=max(lengths), steps=steps, seed=seed
            )
            for length in lengths:
                found = copy_accuracies(model, length)
                row = {"attention": attention, "seed": seed, "length": length}
                rows.append(row | found)
                print(f"attention {attention}, {length} symboles : {found}", flush=True)
    return {
        "steps": steps,
        "n_symbols": N_SYMBOLS,
        "d_hidden": D_HIDDEN,
        "batch_size": BATCH_SIZE,
        "lr": LR,
        "rows": rows,
    }


def main(arguments: list[str]) -> None:
    """Mesure et écrit."""
    options = read_options(
        arguments, "Mesure le goulot d'un seul vecteur.", graines=3, pas=1600
    )
    seeds = range(options.graines)
    write_measure("bottleneck", measure(seeds, options.pas), arguments, seeds=seeds)


if __name__ == "__main__":
    main(sys.argv[1:])
