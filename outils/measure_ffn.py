"""Mesure les variantes du réseau feed-forward, et les mélanges d'experts.

    python outils/measure_ffn.py                 # dix minutes, un fil

Écrit ``src/cours_transformers/measurements/ffn.json`` : faits retenus (entre 0 et 1) à
calcul égal, par variante, taux d'apprentissage et graine ; charge des experts selon le
poids de l'équilibrage ; faits perdus quand on retire un expert ; temps de calcul, en
millisecondes, des exécutions dense et groupée (passages alternés, médiane).
"""

import statistics
import sys
import time

import torch
from measuring import read_options, write_measure

from cours_transformers.layers.feed_forward import FEED_FORWARD_NAMES
from cours_transformers.layers.moe import MixtureOfExperts, MoEConfig, dense, grouped
from cours_transformers.training import memory as m

NAMES = ("none", *FEED_FORWARD_NAMES, *m.MIXTURES)
RATES = (3e-3, 1e-2, 3e-2)
WEIGHTS = (0.0, 0.001, 0.01, 0.1, 1.0)
SHORT = 300  # pas, pour la charge des experts
TOKENS, D_MODEL, D_FF = 1024, 128, 512  # pour les temps


def variants(seeds: range, steps: int) -> dict:
    """Faits retenus : par taux, puis par nom, une valeur par graine."""
    results = {}
    for lr in RATES:
        rows = results[str(lr)] = {}
        for name in NAMES:
            rows[name] = []
            for seed in seeds:
                known, model = m.the_facts(seed), m.memory(name, seed=seed)
                m.fit_memory(model, known, steps=steps, lr=lr, seed=seed)
                rows[name].append(round(m.retained(model, known), 4))
            print(f"{lr}, {name} : {rows[name]}", flush=True)
    return results


def sizes() -> dict:
    """Paramètres de chaque couche, ceux que lit un token, et FLOPs par token."""
    table = {}
    for name in NAMES[1:]:
        layer = m.memory_layer(name)
        total = sum(p.numel() for p in layer.parameters())
        active = getattr(layer, "active_parameters", total)
        flops = m.flops_per_token(layer)
        table[name] = {"parameters": total, "active": active, "flops": flops}
    return table


def loads(seeds: range) -> dict:
    """Charge des huit experts, triée, selon la forme et le poids de l'équilibrage."""
    results = {}
    for form in ("switch", "kl"):
        for weight in WEIGHTS:
            rows = []
            for seed in seeds:
                known, model = m.the_facts(seed), m.memory("moe-1", seed=seed)
                m.fit_memory(
                    model, known, steps=SHORT, balance=weight, form=form, seed=seed
                )
                load = m.load_of(model, known).sort(descending=True).values
                kept = m.retained(model, known)
                rows.append({"load": [round(x, 4) for x in load.tolist()],
                             "retained": round(kept, 4)})  # fmt: skip
            results[f"{form} {weight}"] = rows
            print(f"{form} {weight} : {rows}", flush=True)
    return results


def removals(seeds: range) -> list[dict]:
    """Faits retenus avant, puis après avoir retiré chaque expert, à poids 0 et 0,1."""
    rows = []
    for weight in (0.0, 0.1):
        for seed in seeds:
            known, model = m.the_facts(seed), m.memory("moe-1", seed=seed)
            m.fit_memory(model, known, steps=SHORT, balance=weight, seed=seed)
            row = {"balance": weight, "load": m.load_of(model, known).tolist()}
            row["before"], whole = m.retained(model, known), model.layer
            row["after"] = []
            for expert in range(m.N_EXPERTS):
                model.layer = whole.without(expert)
                row["after"].append(m.retained(model, known))
            rows.append(row)
    return rows


def milliseconds(passes: int) -> dict:
    """Temps de calcul d'un aller et retour, dense puis groupé, en alternance."""
    results = {}
    for k in (1, 2):
        torch.manual_seed(0)
        layer = MixtureOfExperts(D_MODEL, MoEConfig(8, k), d_ff=D_FF)
        x = torch.randn(TOKENS, D_MODEL)
        times = {"dense": [], "grouped": []}
        for _ in range(passes):
            for name, run in (("dense", dense), ("grouped", grouped)):
                start = time.process_time()
                run(layer.experts, x, layer.route(x)).square().sum().backward()
                times[name].append(1000 * (time.process_time() - start))
                layer.zero_grad()
        medians = {name: round(statistics.median(t), 2) for name, t in times.items()}
        results[f"k = {k}"] = medians
        print(f"k = {k} : {medians}", flush=True)
    return results


def main(arguments: list[str]) -> None:
    """Mesure et écrit."""
    options = read_options(
        arguments, "Mesure les réseaux feed-forward.", graines=5, pas=m.STEPS
    )
    seeds = range(options.graines)
    results = {
        "facts": m.SUBJECTS * m.QUESTIONS, "answers": m.ANSWERS, "d_model": m.D_MODEL,
        "steps": options.pas, "short_steps": SHORT, "batch_size": m.BATCH_SIZE,
        "lr": m.LR, "balance": m.BALANCE, "sizes": sizes(),
        "milliseconds": milliseconds(passes=41),
        "timing": {"tokens": TOKENS, "d_model": D_MODEL, "d_ff": D_FF, "experts": 8},
        "loads": loads(seeds), "removals": removals(seeds),
        "variants": variants(seeds, options.pas),
    }  # fmt: skip
    write_measure("ffn", results, arguments, seeds=seeds)


if __name__ == "__main__":
    main(sys.argv[1:])
