"""Mesure ce qu'un petit encodeur–décodeur apprend des nombres.

    python outils/measure_numbers.py              # dix minutes, un fil

Écrit ``src/cours_transformers/measurements/numbers.json``. Toutes les exactitudes,
entre 0 et 1, comptent les nombres écrits sans une faute, parmi des nombres jamais vus ;
les poids sont la moyenne de cinq états. Quatre questions : dans quel sens et avec quels
tokens (``tasks``), quel tirage (``sampling``), quel encodage positionnel
(``positions``), et combien de pas pour parler belge ou suisse (``adaptation``).
"""

import sys
import time

import torch
from measuring import read_options, write_measure

from cours_transformers.data.number_task import NumberTask
from cours_transformers.data.number_words import VARIANTS, number_words
from cours_transformers.layers.positional import POSITIONAL_NAMES
from cours_transformers.models.transformer import Transformer
from cours_transformers.training.averaging import average_weights, snapshot
from cours_transformers.training.numbers import (
    BATCH_SIZE,
    BETWEEN,
    N_STATES,
    STEPS,
    exam,
    exam_by_digits,
    last_states,
    number_accuracy,
    number_model,
    number_trainer,
    train_numbers,
)

TASKS = {
    "mots": (NumberTask(), (250, 500, 750)),
    "inverse": (NumberTask(reverse=True), (250, 500, 750)),
    "caracteres": (NumberTask(characters=True), (250, 500, 750, 1500)),
}
ADAPTATION = (0, 5, 10, 20, 40, 80)  # pas sur les formes du pays
OWN_WORDS = {"septante", "huitante", "nonante"}


def learn(task: NumberTask, marks: tuple[int, ...], seed: int) -> dict:
    """Apprend ; à chaque marque, l'exactitude de la moyenne et du dernier état."""
    trainer, rows, seconds = number_trainer(task, seed=seed), [], 0.0
    for mark in marks:
        start = time.process_time()
        trainer.run(mark - N_STATES * BETWEEN - len(trainer.losses))
        states = last_states(trainer)
        seconds += time.process_time() - start
        last = number_accuracy(trainer.model, task, exam())
        average_weights(trainer.model, states)
        row = {"steps": mark, "last": last, "seconds": round(seconds, 1)}
        row["averaged"] = number_accuracy(trainer.model, task, exam())
        row["uniform"] = number_accuracy(trainer.model, task, exam(uniform=True))
        rows.append(row)
        if mark < marks[-1]:
            trainer.model.load_state_dict(states[-1])
    return {"seed": seed, "rows": rows, "model": trainer.model}


def sampling(seed: int, balanced: Transformer) -> dict:
    """Exactitude par nombre de chiffres, selon que le tirage favorise les petits."""
    flat = train_numbers(NumberTask(), seed=seed, uniform=True)
    asked = exam_by_digits()
    return {
        name: [number_accuracy(model, NumberTask(), some) for some in asked.values()]
        for name, model in {"balanced": balanced, "uniform": flat}.items()
    }


def adaptation(variant: str, seed: int, model: Transformer) -> dict:
    """Continue sur les formes d'un pays : ce qui vient, ce qui reste."""
    start, task = snapshot(model), NumberTask(variant=variant)
    asked = [n for n in exam() if OWN_WORDS & set(number_words(n, variant))]
    trainer = number_trainer(task, seed=seed, model=model)
    rows = []
    for mark in ADAPTATION:
        if mark:
            trainer.run(mark - len(trainer.losses))
        rows.append(
            {
                "steps": mark,
                "new": number_accuracy(model, task, asked),
                "kept": number_accuracy(model, NumberTask(), asked),
            }
        )
    model.load_state_dict(start)
    return {"seed": seed, "rows": rows}


def positions(seeds: range, steps: int) -> dict:
    """Exactitude de chaque encodage, au même petit budget."""
    found = {}
    for name in POSITIONAL_NAMES:
        found[name] = []
        for seed in seeds:
            torch.manual_seed(seed)
            model = number_model(NumberTask(), position=name)
            model = train_numbers(NumberTask(), steps=steps, seed=seed, model=model)
            found[name].append(number_accuracy(model, NumberTask(), exam()))
        print(name, found[name], flush=True)
    return {"steps": steps, "accuracies": found}


def measure(seeds: range) -> dict:
    """Mesure les quatre questions, graine par graine."""
    tasks: dict[str, list] = {}
    models = []
    for name, (task, marks) in TASKS.items():
        tasks[name] = []
        for seed in seeds:
            found = learn(task, marks, seed)
            model = found.pop("model")
            models += [model] if name == "mots" else []
            tasks[name].append(found)
            print(name, found, flush=True)
    adapted = {
        variant: [adaptation(variant, s, models[s]) for s in seeds]
        for variant in VARIANTS
        if variant != "france"
    }
    print(adapted, flush=True)
    return {
        "steps": STEPS,
        "batch_size": BATCH_SIZE,
        "tasks": tasks,
        "adaptation": adapted,
        "sampling": [sampling(seed, models[seed]) for seed in seeds],
        "positions": positions(seeds, 300),
    }


def main(arguments: list[str]) -> None:
    """Mesure et écrit."""
    options = read_options(arguments, "Mesure la lecture des nombres.", graines=2)
    seeds = range(options.graines)
    write_measure("numbers", measure(seeds), arguments, seeds=seeds)


if __name__ == "__main__":
    main(sys.argv[1:])
