"""Mesure pré-norme et post-norme, de 2 à 24 blocs, avec et sans échauffement.

    python outils/measure_block.py                # un quart d'heure, un fil

Écrit ``src/cours_transformers/measurements/block.json``. Un petit modèle de langue neuf
par réglage et par graine, le même nombre de pas pour tous (``training/depth.py``). Les
bits par caractère sont ceux des derniers pas ; une courbe est gardée par réglage, pour
la plus grande profondeur. « scaled » : les sorties des sous-couches commencent à
1/√(2L) de leur échelle ; « slow » : un taux d'apprentissage trois fois plus petit.
"""

import math
import statistics
import sys

from measuring import read_options, write_measure

from cours_transformers.training.depth import (
    BATCH_SIZE,
    CONTEXT,
    D_MODEL,
    LAST,
    LR,
    N_HEADS,
    STEPS,
    WARMUP,
    last_bits,
    train_at_depth,
)

DEPTHS = (2, 4, 8, 12, 24)
DEEP = (24,)
# nom → profondeurs, place de la norme, options de l'apprentissage
SETTINGS = {
    "pre": (DEPTHS, "pre", {"warmup": 0}),
    "pre_warmup": (DEPTHS, "pre", {"warmup": WARMUP}),
    "post": (DEPTHS, "post", {"warmup": 0}),
    "post_warmup": (DEPTHS, "post", {"warmup": WARMUP}),
    "pre_scaled": (DEEP, "pre", {"warmup": 0, "scaled": True}),
    "post_scaled": (DEEP, "post", {"warmup": 0, "scaled": True}),
    "post_slow": (DEEP, "post", {"warmup": 0, "lr": LR / 3}),
}
EVERY = 10  # une courbe garde la moyenne de chaque dizaine de pas


def thin(losses: list[float]) -> list[float]:
    """Courbe en bits, une valeur par dizaine de pas."""
    starts = range(0, len(losses), EVERY)
    means = [statistics.fmean(losses[s : s + EVERY]) for s in starts]
    return [round(mean / math.log(2), 3) for mean in means]


def measure(seeds: range, steps: int, deepest: int) -> dict:
    """Mesure chaque réglage à chaque profondeur, graine par graine."""
    bits, curves = {}, {}
    for name, (depths, place, options) in SETTINGS.items():
        bits[name] = {}  # profondeur → une valeur par graine
        for depth in filter(lambda depth: depth <= deepest, depths):
            runs = [
                train_at_depth(depth, place, steps=steps, seed=seed, **options)
                for seed in seeds
            ]
            bits[name][str(depth)] = [round(last_bits(losses), 3) for losses in runs]
            curves[name] = thin(runs[0])  # reste celle de la plus grande profondeur
            print(f"{name}, {depth} blocs : {bits[name][str(depth)]}", flush=True)
    return {
        "depths": [depth for depth in DEPTHS if depth <= deepest],
        "steps": steps,
        "warmup": WARMUP,
        "lr": LR,
        "slow_lr": LR / 3,
        "batch_size": BATCH_SIZE,
        "context": CONTEXT,
        "d_model": D_MODEL,
        "n_heads": N_HEADS,
        "last": LAST,
        "every": EVERY,
        "bits": bits,
        "deepest_curves": curves,
    }


def main(arguments: list[str]) -> None:
    """Mesure et écrit."""
    options = read_options(
        arguments, "Mesure la profondeur d'un bloc.", graines=3, pas=STEPS, profonde=24
    )
    seeds = range(options.graines)
    results = measure(seeds, options.pas, options.profonde)
    write_measure("block", results, arguments, seeds=seeds)


if __name__ == "__main__":
    main(sys.argv[1:])
