"""Mesure le goulot d'un seul vecteur : recopier une suite, avec ou sans attention.

    python outils/measure_bottleneck.py           # quatre minutes, un fil

Écrit ``src/cours_transformers/measurements/bottleneck.json``. Les deux modèles voient
les mêmes suites, de 1 à 40 symboles tirés au hasard, pendant autant de pas. Deux
exactitudes, entre 0 et 1, sur 500 suites neuves, en décodage glouton : celle des
symboles (au hasard, 1 / n_symbols) et celle des suites entières, fin comprise.
"""

import argparse
import sys

import torch
from torch import Tensor
from torch.nn import functional as F

from cours_transformers.data.copy_task import (
    END,
    N_SPECIAL,
    PAD,
    START,
    copy_batch,
)
from cours_transformers.measurements import save
from cours_transformers.models.seq2seq import RecurrentSeq2Seq
from cours_transformers.training.clipping import clip_gradient_norm

LENGTHS = (5, 10, 15, 20, 30, 40)
N_SYMBOLS, D_MODEL, D_HIDDEN, BATCH_SIZE, LR, CLIP = 16, 32, 96, 32, 3e-3, 1.0


def train(attention: bool, seed: int, steps: int, longest: int) -> RecurrentSeq2Seq:
    """Apprend à recopier, le décodeur lisant le passé exact ; lr décroît jusqu'à 0."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    model = RecurrentSeq2Seq(
        N_SPECIAL + N_SYMBOLS, D_MODEL, D_HIDDEN, attention=attention
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=LR)
    schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.01, steps)
    for _ in range(steps):
        # Une longueur par lot : aucun calcul perdu en remplissage.
        length = torch.randint(1, longest + 1, (1,), generator=generator)
        batch = copy_batch(length.expand(BATCH_SIZE), N_SYMBOLS, generator)
        logits = model(batch.source, batch.lengths, batch.decoder_inputs)
        loss = F.cross_entropy(logits.mT, batch.targets, ignore_index=PAD)
        optimizer.zero_grad()
        loss.backward()
        clip_gradient_norm(model.parameters(), CLIP)
        optimizer.step()
        schedule.step()
    return model


def accuracies(model: RecurrentSeq2Seq, length: int, n: int = 500) -> dict[str, float]:
    """Exactitude des symboles et des suites entières, à une longueur."""
    generator = torch.Generator().manual_seed(10_000 + length)  # jamais vues
    batch = copy_batch(torch.full((n,), length), N_SYMBOLS, generator)
    written = model.greedy(
        batch.source, batch.lengths, start=START, end=END, pad=PAD,
        max_length=length + 1,
    )  # fmt: skip
    missing = batch.targets.shape[1] - written.shape[1]  # arrêts prématurés : PAD
    right: Tensor = F.pad(written, (0, missing), value=PAD) == batch.targets
    return {
        "symbols": round(right[:, :length].double().mean().item(), 3),
        "sequences": round(right.all(dim=1).double().mean().item(), 3),
    }


def measure(seeds: range, steps: int, lengths: tuple[int, ...] = LENGTHS) -> dict:
    """Mesure les deux modèles à chaque longueur, graine par graine."""
    rows = []
    for attention in (False, True):
        for seed in seeds:
            model = train(attention, seed, steps, max(lengths))
            for length in lengths:
                found = accuracies(model, length)
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
    parser = argparse.ArgumentParser(description="Mesure le goulot d'un seul vecteur.")
    parser.add_argument("--graines", type=int, default=3, help="nombre de graines")
    parser.add_argument("--pas", type=int, default=1600, help="pas d'apprentissage")
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    seeds = range(options.graines)
    results = measure(seeds, options.pas)
    command = " ".join(["python outils/measure_bottleneck.py", *arguments])
    path = save("bottleneck", results, command, seeds=seeds)
    print(f"écrit : {path.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
