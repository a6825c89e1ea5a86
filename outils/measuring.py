"""Ce que tout script de mesure fait de même : lire ses options, chronométrer, écrire.

Un script appelle ``read_options``, mesure, puis ``write_measure`` ; la commande notée
est celle de ``measurements.COMMANDS``, suivie de ses options.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Mapping, Sequence

import torch

from cours_transformers.measurements import COMMANDS, load, save

# Les options des scripts, et ce qu'en dit --help.
OPTIONS = {
    "distance": "la plus grande distance",
    "essai": "réduit, sans rien écrire",
    "graines": "graines : leur nombre, ou lesquelles",
    "modeles": "modèles à mesurer ; les autres restent",
    "parts": "parties à mesurer ; les autres restent",
    "pas": "pas d'apprentissage",
    "passages": "passages par mesure",
    "phrases": "phrases par complément",
    "profonde": "la plus grande profondeur",
    "runs": "passages par mesure",
}


def read_options(
    arguments: Sequence[str], meaning: str, **defaults: object
) -> argparse.Namespace:
    """Lit les options nommées, et ne laisse au calcul qu'un fil.

    Une valeur par défaut dit ce qu'une option attend : un entier ; des entiers ; des
    noms, parmi ceux-là ; ou rien, quand elle est fausse.
    """
    parser = argparse.ArgumentParser(description=meaning)
    for name, default in defaults.items():
        kind = _kind(default)
        parser.add_argument(f"--{name}", default=default, help=OPTIONS[name], **kind)
    torch.set_num_threads(1)
    return parser.parse_args(arguments)


def _kind(default: object) -> dict[str, object]:
    if default is False:
        return {"action": "store_true"}
    if isinstance(default, int):
        return {"type": int}
    if isinstance(default[0], int):
        return {"type": int, "nargs": "+"}
    return {"choices": default, "nargs": "+"}


def medians(runs: int, *contestants: Callable[[], object]) -> list[float]:
    """Chronomètre tour à tour chaque concurrent ; rend les médianes en ms."""
    times: list[list[float]] = [[] for _ in contestants]
    for run in range(runs + 2):  # deux tours d'échauffement, non comptés
        for contestant, kept in zip(contestants, times, strict=True):
            start = time.perf_counter()
            contestant()
            if run >= 2:
                kept.append(1000 * (time.perf_counter() - start))
    return [round(statistics.median(kept), 3) for kept in times]


def measured_before(name: str) -> dict:
    """Les résultats déjà écrits : une mesure faite par parties garde les autres."""
    try:
        return load(name)["results"]
    except FileNotFoundError:
        return {}


def write_measure(
    name: str,
    results: Mapping[str, object],
    arguments: Sequence[str],
    *,
    seeds: Sequence[int] = (),
) -> None:
    """Écrit la mesure avec la commande qui la refait, et dit dans quel fichier."""
    path = save(name, results, " ".join([COMMANDS[name], *arguments]), seeds=seeds)
    print(f"écrit : {path.name}")
