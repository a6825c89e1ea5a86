"""Mesure ce que chaque attention abandonne, à calcul égal, sur deux tâches.

    python outils/measure_remedies.py               # vingt minutes, un fil
    python outils/measure_remedies.py --essai       # quelques secondes, n'écrit rien
    python outils/measure_remedies.py --parts tales # les autres parties restent

Écrit ``src/cours_transformers/measurements/remedies.json``. Chaque concurrent fait
autant de pas que le budget de FLOPs de la tâche le permet. Deux taux d'apprentissage
sur la première graine ; le meilleur sert aux autres, et l'essai écarté est noté aussi.
Rappel : exactitude entre 0 et 1, par distance aussi. Mini-contes : bits par token
caché, moins c'est mieux. ``longer`` redonne à quelques-uns, sur la première graine,
trois fois le budget : qui échoue a-t-il seulement manqué de temps ? ``seconds`` : temps
de calcul de l'apprentissage d'un modèle, qui n'entre pas dans le budget, et qui dépend
de la machine.
"""

import dataclasses
import sys
from collections.abc import Sequence
from itertools import pairwise

from measuring import measured_before, read_options, write_measure

from cours_transformers.models import remedy_encoder as e
from cours_transformers.training import remedies as r
from cours_transformers.training.remedy_tasks import MaskedTales, Recall

RATES = (4e-3, 1e-2)
EDGES = (1, 8, 16, 32, 64, 128)  # distances : de EDGES[i] à EDGES[i + 1] exclu
PARTS = ("recall", "tales", "longer")
FACTOR = 3  # fois le budget, pour les noms de LONGER
LONGER = {
    "recall": (
        "performer", "linformer", "window", "strided", "longformer", "bigbird",
        "reformer",
    ),
    "tales": ("none", "exact", "linear", "window"),
}  # fmt: skip
#: Nom → (tâche, budget en FLOPs).
TASKS = {"recall": (Recall(), 2e11), "tales": (MaskedTales(), 1.5e11)}
SMALL = {
    "recall": (Recall(T=32, n_pairs=4, n_keys=8, n_values=4, tested=8), 1.2e9),
    "tales": (MaskedTales(T=32, tested=8), 1.2e9),
}


def contestant(
    remedy: str, task: Recall | MaskedTales, budget: float, seeds: Sequence[int]
) -> dict:
    """Essaie les deux taux sur la première graine, puis le meilleur sur les autres."""
    higher = isinstance(task, Recall)  # une exactitude ; les bits, eux, se comptent
    runs = [
        r.train_remedy(remedy, task, budget=budget, lr=lr, seed=seeds[0])
        for lr in RATES
    ]
    runs.sort(key=lambda run: run[1].score, reverse=higher)
    best, rejected = runs[0][1], [run[1].row() for run in runs[1:]]
    kept = runs[:1] + [
        r.train_remedy(remedy, task, budget=budget, lr=best.lr, seed=seed)
        for seed in seeds[1:]
    ]
    result = {
        "lr": best.lr,
        "steps": best.steps,
        "flops_per_step": best.flops_per_step,
        "parameters": sum(p.numel() for p in kept[0][0].parameters()),
        "scores": [round(run.score, 4) for _, run in kept],
        "seconds": [round(run.seconds, 1) for _, run in kept],
        "rejected": rejected,
    }
    if higher:
        result["by_distance"] = [by_distance(task, model) for model, _ in kept]
    return result


def by_distance(task: Recall, model: e.RemedyEncoder) -> list[float]:
    """Exactitude dans chaque intervalle de distances ; −1 s'il est vide."""
    right, distance = task.answered(model)
    shares = []
    for low, high in pairwise(EDGES):
        inside = right[(distance >= low) & (distance < high)].double()
        shares.append(round(inside.mean().item(), 4) if len(inside) else -1)
    return shares


def settings() -> dict:
    """Les réglages communs à tous les concurrents."""
    return {
        "d_model": r.D_MODEL, "n_heads": r.N_HEADS, "d_ff": r.D_FF,
        "n_layers": r.N_LAYERS, "batch_size": r.BATCH_SIZE, "rates": list(RATES),
        "features": e.FEATURES, "globals": e.GLOBALS, "edges": list(EDGES),
    }  # fmt: skip


def equal_compute(
    label: str,
    task: Recall | MaskedTales,
    budget: float,
    names: Sequence[str],
    seeds: Sequence[int],
) -> dict:
    """Mesure chaque nom sur une tâche."""
    rows = {}
    for name in names:
        rows[name] = contestant(name, task, budget, seeds)
        print(f"{label}, {name} : {rows[name]}", flush=True)
    described = {"budget": budget, "settings": dataclasses.asdict(task)}
    return described | {"remedies": rows}


def longer(
    task: Recall | MaskedTales, budget: float, rows: dict, names: Sequence[str],
    seed: int,
) -> dict:  # fmt: skip
    """Les mêmes, au taux gardé, avec ``FACTOR`` fois le budget."""
    found = {}
    for name in (name for name in names if name in rows):
        model, run = r.train_remedy(
            name, task, budget=FACTOR * budget, lr=rows[name]["lr"], seed=seed
        )
        found[name] = run.row()
        if isinstance(task, Recall):
            found[name]["by_distance"] = by_distance(task, model)
        print(f"longer, {name} : {found[name]}", flush=True)
    return found


def measure(
    tasks: dict[str, tuple[Recall | MaskedTales, float]],
    names: Sequence[str],
    seeds: Sequence[int],
    parts: Sequence[str] = PARTS,
    known: dict | None = None,
) -> dict:
    """Mesure les parties demandées, dans l'ordre ; les autres viennent de ``known``."""
    results = (known or {}) | settings()
    measured = results["tasks"] = dict(results.get("tasks", {}))
    for label in (part for part in tasks if part in parts):
        measured[label] = equal_compute(label, *tasks[label], names, seeds)
    if "longer" in parts:
        results["longer"] = {"factor": FACTOR} | {
            label: longer(*tasks[label], measured[label]["remedies"], some, seeds[0])
            for label, some in LONGER.items()
        }
    return results


def main(arguments: list[str]) -> None:
    """Mesure et écrit."""
    options = read_options(
        arguments, "Mesure les remèdes à calcul égal.",
        graines=3, parts=PARTS, essai=False,
    )  # fmt: skip
    tasks, seeds = SMALL if options.essai else TASKS, range(options.graines)
    known = {} if options.essai else measured_before("remedies")
    results = measure(tasks, tuple(e.REMEDIES), seeds, options.parts, known)
    if not options.essai:
        write_measure("remedies", results, arguments, seeds=seeds)


if __name__ == "__main__":
    main(sys.argv[1:])
