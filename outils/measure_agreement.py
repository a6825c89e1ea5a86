"""Mesure l'accord du verbe au-delà d'un leurre, contre la distance, sur les contes.

    python outils/measure_agreement.py      # le temps d'entraîner la LSTM du score

Écrit ``src/cours_transformers/measurements/agreement.json``. « La tortue que les lions
du roi regardaient… dormait. » : après le début, le modèle préfère-t-il la suite au bon
nombre, point compris ? Exactitude entre 0 et 1, le hasard étant à 0,5 ; deux cents
phrases par nombre de compléments, absentes de l'apprentissage, avec un leurre, puis
sans. Quatre compléments ne se lisent jamais dans le corpus. Une LSTM de plus lit quatre
fois davantage (``lstm_longer``).
"""

import statistics
import sys
from collections.abc import Sequence

from measuring import read_options, write_measure
from score_models import counted, trained

from cours_transformers.data.tales import agreement_pairs, tales
from cours_transformers.training.agreement import (
    Scorer,
    agreement_accuracy,
    counting_scorer,
    network_scorer,
)
from cours_transformers.training.score import score, score_data

COMPLEMENTS = (0, 1, 2, 3, 4)
LONGER = 4  # budgets communs qu'une seule graine lit à la suite


def accuracies(scorer: Scorer, n: int, decoy: bool) -> list[dict]:
    """Part des sondes réussies, et distance moyenne, par nombre de compléments."""
    rows = []
    for complements in COMPLEMENTS:
        probes = agreement_pairs(tales(), n, (complements,), decoy)
        rows.append(
            {
                "complements": complements,
                "distance": statistics.fmean(p.distance for p in probes),
                "accuracy": agreement_accuracy(scorer, probes, score_data().tokenizer),
            }
        )
    return rows


def measure(seeds: Sequence[int], n: int) -> dict:
    """Sonde le 5-gramme, puis une LSTM par graine."""
    scorers = {("fivegram", 0): counting_scorer(counted("fivegram"))}
    bits = {}
    for readings in (1, LONGER):
        name = "lstm" if readings == 1 else "lstm_longer"
        for seed in seeds if readings == 1 else seeds[:1]:
            model, _ = trained("lstm", seed, readings)
            scorers[name, seed] = network_scorer(model)
            bits[f"{name}-{seed}"] = round(score(model), 4)
    runs = []
    for (name, seed), scorer in scorers.items():
        for decoy in (True, False):
            rows = accuracies(scorer, n, decoy)
            runs.append({"name": name, "seed": seed, "decoy": decoy, "rows": rows})
            found = [round(row["accuracy"], 2) for row in rows]
            print(f"{name}, graine {seed}, leurre {decoy} : {found}", flush=True)
    return {"n": n, "readings": LONGER, "bits": bits, "runs": runs}


def main(arguments: list[str]) -> None:
    """Mesure et écrit."""
    options = read_options(
        arguments, "Mesure l'accord à distance.", graines=(0, 1, 2), phrases=200
    )
    results = measure(options.graines, options.phrases)
    write_measure("agreement", results, arguments, seeds=options.graines)


if __name__ == "__main__":
    main(sys.argv[1:])
