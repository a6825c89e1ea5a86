"""Mesure l'accord du verbe au-delà d'un leurre, contre la distance, sur les contes.

    python outils/measure_agreement.py      # le temps d'entraîner la LSTM du score

Écrit ``src/cours_transformers/measurements/agreement.json``. « La tortue que les lions
du roi regardaient… dormait. » : après le début, le modèle préfère-t-il la suite au bon
nombre, point compris ? Exactitude entre 0 et 1, le hasard étant à 0,5 ; deux cents
phrases par nombre de compléments, absentes de l'apprentissage, avec un leurre, puis
sans. Quatre compléments ne se lisent jamais dans le corpus.
"""

import argparse
import statistics
import sys
from collections.abc import Callable

import torch
from score_models import counted, trained
from torch import Tensor, nn

from cours_transformers import measurements
from cours_transformers.data.tales import agreement_pairs, tales
from cours_transformers.models.ngram import NGram
from cours_transformers.training.score import score_data

COMPLEMENTS = (0, 1, 2, 3, 4)
Scorer = Callable[[Tensor, int], float]


def recurrent_scorer(model: nn.Module) -> Scorer:
    """Log-probabilité des derniers tokens d'un texte, selon un réseau."""

    @torch.inference_mode()
    def score(tokens: Tensor, n: int) -> float:
        logs = model(tokens[None, :-1])[0].log_softmax(dim=-1)
        return logs[-n:].gather(1, tokens[-n:, None]).sum().item()

    return score


def counting_scorer(model: NGram) -> Scorer:
    """Log-probabilité des derniers tokens d'un texte, selon un n-gramme."""

    def score(tokens: Tensor, n: int) -> float:
        places = range(len(tokens) - n, len(tokens))
        return sum(
            model.log_probabilities(tokens[max(t - model.order, 0) : t])[tokens[t]]
            for t in places
        ).item()

    return score


def accuracies(score: Scorer, n: int, decoy: bool) -> list[dict]:
    """Part des sondes réussies, et distance moyenne, par nombre de compléments."""
    encode, rows = score_data().tokenizer.encode, []
    for complements in COMPLEMENTS:
        probes = agreement_pairs(tales(), n, (complements,), decoy)
        won = [
            score(encode(p.prefix + p.right), len(p.right))
            > score(encode(p.prefix + p.wrong), len(p.wrong))
            for p in probes
        ]
        rows.append(
            {
                "complements": complements,
                "distance": statistics.fmean(p.distance for p in probes),
                "accuracy": statistics.fmean(won),
            }
        )
    return rows


def measure(seeds: list[int], n: int) -> dict:
    """Sonde le 5-gramme, puis une LSTM par graine."""
    scorers = {("fivegram", 0): counting_scorer(counted("fivegram"))}
    for seed in seeds:
        scorers["lstm", seed] = recurrent_scorer(trained("lstm", seed)[0])
    runs = []
    for (name, seed), score in scorers.items():
        for decoy in (True, False):
            rows = accuracies(score, n, decoy)
            runs.append({"name": name, "seed": seed, "decoy": decoy, "rows": rows})
            found = [round(row["accuracy"], 2) for row in rows]
            print(f"{name}, graine {seed}, leurre {decoy} : {found}", flush=True)
    return {"n": n, "runs": runs}


def main(arguments: list[str]) -> None:
    """Mesure et écrit."""
    parser = argparse.ArgumentParser(description="Mesure l'accord à distance.")
    parser.add_argument("--graines", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--phrases", type=int, default=200, help="par complément")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    results = measure(options.graines, options.phrases)
    command = " ".join(["python outils/measure_agreement.py", *arguments])
    path = measurements.save("agreement", results, command, seeds=options.graines)
    print(f"écrit : {path.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
