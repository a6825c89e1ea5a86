"""Mesure ce qu'un GPT apprend des mini-contes, et à quelle vitesse il l'apprend.

    python outils/measure_gpt.py                   # une demi-heure, un fil
    python outils/measure_gpt.py --parts debit     # le débit seul, machine au repos

Écrit ``src/cours_transformers/measurements/gpt.json``, une partie après l'autre :

- ``tokens`` : le même réseau, par lettres puis par morceaux, bits par caractère selon
  les secondes de calcul (temps du processus) ;
- ``savoir`` : bits, sondes, guillemets, trames et copies au fil d'un long
  apprentissage sur un grand corpus, et bits sur celui du livre, plus petit ;
- ``debit`` : tokens par seconde de notre boucle et de celle de nanoGPT sur le
  ``GPT2LMHeadModel`` de transformers, de même réglage (passages alternés, médiane).
"""

import statistics
import sys
import time
from collections.abc import Callable, Sequence

import torch
from gpt_models import Reader, new_reader
from measuring import measured_before, read_options, write_measure
from nanogpt_loop import nanogpt_loop, reference_model
from torch import nn

from cours_transformers.data.tales import tales
from cours_transformers.training.agreement import network_scorer
from cours_transformers.training.gpt_trainer import GPTRecipe, GPTTrainer
from cours_transformers.training.memorization import longest_copy
from cours_transformers.training.tale_probes import (
    closed_quotations,
    followed_plot,
    probe_accuracy,
    tale_probes,
)
from cours_transformers.training.writing import generate_batch

SEEDS = (0, 1, 2)
KINDS = ("pronoun", "adjective", "verb")
PROBE = 380  # caractères lus par une sonde : moins de 128 morceaux
WRITTEN, LENGTH = 20, 200  # textes écrits, et leurs tokens
MARKS = (250, 500, 1000, 2000, 4000, 6000, 8000)  # pas où l'on s'arrête pour sonder
LARGE = 5_000_000  # octets du grand corpus
SHORT = {"letters": 1400, "pieces": 800}  # une trentaine de secondes chacun


def by_tokens(seeds: Sequence[int]) -> dict:
    """Bits par caractère selon les secondes : des lettres, puis des morceaux."""
    return {
        kind: [
            learn(new_reader(kind), steps, range(100, steps + 1, 100), seed)
            for seed in seeds
        ]
        for kind, steps in SHORT.items()
    }


def knowledge(seeds: Sequence[int]) -> dict:
    """Ce que sait un modèle par morceaux, du grand corpus puis du petit."""
    large = [
        learn(new_reader("pieces", LARGE), MARKS[-1], MARKS, seed, exam)
        for seed in seeds
    ]
    return {"large": large, "small": learn(new_reader("pieces"), MARKS[-1], MARKS, 0)}


def learn(
    reader: Reader,
    steps: int,
    marks: Sequence[int],
    seed: int,
    more: Callable[[Reader, nn.Module], dict] | None = None,
) -> list[dict]:
    """Bits par caractère, et ce que ``more`` ajoute, à chaque arrêt."""
    model = reader.new_model(seed)
    trainer, seconds, rows = reader.trainer(model, steps, seed), 0.0, []
    for done in marks:
        start = time.process_time()
        trainer.run(done - len(trainer.losses))
        seconds += time.process_time() - start
        row = {"step": done, "seconds": round(seconds, 1)}
        row["bits"] = round(reader.bits(model), 4)
        rows.append(row | (more(reader, model) if more else {}))
        print(rows[-1], flush=True)
    return rows


def exam(reader: Reader, model: nn.Module) -> dict:
    """Les sondes, puis ce que le modèle écrit sans qu'on lui donne rien."""
    score, corpus = network_scorer(model), tales()
    known = {
        kind: round(
            probe_accuracy(score, tale_probes(corpus, kind, PROBE), reader.tokenizer), 4
        )
        for kind in KINDS
    }
    return known | written(reader, model)


def written(reader: Reader, model: nn.Module) -> dict:
    """Guillemets fermés, trames suivies et plus longue copie, dans les contes écrits.

    Chaque texte part d'une fin de ligne, et n'est jugé que sur ses contes finis.
    """
    generator = torch.Generator().manual_seed(0)
    prompt = reader.tokenizer.encode("\n").expand(WRITTEN, 1)
    texts = generate_batch(model, prompt, LENGTH, generator=generator)
    lines = [reader.tokenizer.decode(t).split("\n")[1:-1] for t in texts]
    told = [tale for tales_told in lines for tale in tales_told if tale]
    quotations = [closed_quotations(tale) for tale in told]
    return {
        "tales": len(told),
        "closed": sum(closed for closed, _ in quotations),
        "opened": sum(opened for _, opened in quotations),
        "followed": sum(followed_plot(tale) is not None for tale in told),
        "copied": max((longest_copy(t, reader.train).length for t in told), default=0),
    }


def throughput(_seeds: Sequence[int], steps: int = 80, passes: int = 5) -> dict:
    """Tokens par seconde des deux boucles, passages alternés."""
    reader = new_reader("pieces")
    speeds: dict[str, list[int]] = {"ours": [], "nanogpt": []}
    for rank in range(passes + 1):
        ours = reader.new_model(rank, like_gpt2=True)
        recipe = GPTRecipe(steps, 4, reader.context, lr=reader.lr, warmup=1)
        trainer = GPTTrainer(ours, reader.tokens, recipe, seed=rank)
        theirs = reference_model(ours.config)
        loops = [
            ("ours", trainer.run),
            ("nanogpt", lambda r=theirs, o=recipe: nanogpt_loop(r, reader.tokens, o)),
        ]
        # À tour de rôle : le premier d'un passage trouve la mémoire froide.
        for name, run in loops if rank % 2 else reversed(loops):
            start = time.perf_counter()
            run()
            elapsed = time.perf_counter() - start
            speeds[name].append(round(steps * 4 * reader.context / elapsed))
    speeds = {name: values[1:] for name, values in speeds.items()}  # le premier chauffe
    pairs = zip(speeds["ours"], speeds["nanogpt"], strict=True)
    return {
        "passes": speeds,
        "median": {name: statistics.median(values) for name, values in speeds.items()},
        # Le rapport de deux boucles lancées l'une après l'autre : la machine, elle,
        # change de vitesse d'un passage à l'autre.
        "ratio": round(statistics.median(a / b for a, b in pairs), 3),
    }


PARTS = {"tokens": by_tokens, "savoir": knowledge, "debit": throughput}


def main(arguments: list[str]) -> None:
    """Mesure ces parties ; les autres gardent leur mesure, s'il y en a une."""
    options = read_options(
        arguments, "Mesure ce qu'un GPT apprend.", parts=list(PARTS), graines=SEEDS
    )
    results = measured_before("gpt")
    for name in options.parts:
        results[name] = PARTS[name](options.graines)
        write_measure("gpt", results, arguments, seeds=options.graines)


if __name__ == "__main__":
    main(sys.argv[1:])
