"""Mesure le duel du Transformer, de Mamba, de Mamba-2 et de la LSTM.

    python outils/measure_duel.py               # vingt minutes, un fil
    python outils/measure_duel.py --essai       # une minute, sans rien écrire

Écrit ``src/cours_transformers/measurements/duel.json``. Un modèle neuf par tâche et par
graine ; mêmes tailles à 5 % près, mêmes lots à graine égale, même budget en pas. Les
exactitudes, entre 0 et 1, portent sur quatre cents questions neuves au moins, et valent
1 / n_symbols au hasard. Les secondes sont celles du processeur, apprentissage seul.
"""

import sys
import time

from measuring import read_options, write_measure

from cours_transformers.training.duel import (
    MODELS,
    RATES,
    STEP_TOKENS,
    TASKS,
    TESTED,
    duelist,
    exam,
    learn,
)
from cours_transformers.training.duel_tasks import LENGTH, N_SYMBOLS

TRIED, TRIAL_SEED, LONGER = (3e-3, 1e-2), 100, 3
LEARNED, WINDOW = 0.1, 20  # « sait » : 0,1 nat par question, en moyenne sur 20 pas


def steps_to_learn(losses: list[float]) -> int | None:
    """Le premier pas dont les ``WINDOW`` derniers ont une perte sous ``LEARNED``."""
    for step in range(WINDOW, len(losses) + 1):
        if sum(losses[step - WINDOW : step]) < WINDOW * LEARNED:
            return step
    return None


def one(name: str, task: str, seed: int, steps: int | None, lr: float) -> dict:
    """Apprend et note un modèle neuf."""
    model, chosen = duelist(name, task, seed), TASKS[task]
    steps = chosen.steps if steps is None else steps
    start = time.process_time()
    losses = learn(model, chosen, steps=steps, lr=lr, seed=seed)
    seconds = round(time.process_time() - start, 1)
    row = {
        "model": name,
        "task": task,
        "seed": seed,
        "accuracies": exam(model, chosen),
        "learned": steps_to_learn(losses),
        "seconds": seconds,
        "parameters": sum(p.numel() for p in model.parameters()),
    }
    print(row, flush=True)
    return row


def trials(steps: int | None) -> list[dict]:
    """Le rappel avec chaque taux, à mi-budget, sur une graine que le duel tait."""
    steps = max(1, (steps or TASKS["rappel"].steps) // 2)
    return [
        {"lr": lr, **one(name, "rappel", TRIAL_SEED, steps, lr)}
        for name in MODELS
        for lr in TRIED
    ]


def measure(seeds: range, steps: int | None) -> list[dict]:
    """Joue toutes les tâches, graine par graine."""
    return [
        one(name, task, seed, steps, RATES[name])
        for seed in seeds
        for task in TASKS
        for name in MODELS
    ]


def longer(seeds: range, steps: int | None) -> list[dict]:
    """Le rappel de Mamba, en trois fois plus de pas : le budget, ou la mémoire ?"""
    steps = LONGER * (steps or TASKS["rappel"].steps)
    return [one("mamba", "rappel", seed, steps, RATES["mamba"]) for seed in seeds]


def main(arguments: list[str]) -> None:
    """Mesure et écrit."""
    options = read_options(arguments, "Mesure le duel.", graines=3, essai=False)
    seeds, steps = range(options.graines), 2 if options.essai else None
    results = {
        "length": LENGTH,
        "steps": {name: task.steps for name, task in TASKS.items()},
        "step_tokens": STEP_TOKENS,
        "n_symbols": N_SYMBOLS,
        "questions": TESTED,
        "rates": RATES,
        "exams": {name: task.exams for name, task in TASKS.items()},
        "rows": measure(seeds, steps),
        "trials": trials(steps),
        "longer": longer(seeds, steps),
    }
    if not options.essai:
        write_measure("duel", results, arguments, seeds=seeds)


if __name__ == "__main__":
    main(sys.argv[1:])
