"""Mesure le score du livre : bits par caractère sur des contes jamais lus.

    python outils/measure_score.py                   # tout, une demi-heure au repos
    python outils/measure_score.py --modeles lstm    # un seul ; les autres restent

Écrit ``src/cours_transformers/measurements/score.json``. Chaque modèle appris reçoit
le budget de ``training/score.py`` et a environ 0,8 million de paramètres ; son score
est la moyenne de trois graines, données une à une. Un chapitre qui apporte une brique
ajoute une ligne à ``MODELS`` (``outils/score_models.py``).
"""

import statistics
import sys
from functools import partial

import torch
from measuring import measured_before, read_options, write_measure
from score_models import MODELS, counted, trained
from torch import nn

from cours_transformers.models.gpt import GPT
from cours_transformers.training.generation import generate
from cours_transformers.training.sampling import apply_temperature
from cours_transformers.training.score import (
    BATCH_SIZE,
    CONTEXT,
    LR,
    STEPS,
    score,
    score_data,
)
from cours_transformers.training.writing import generate as write

SEEDS = (0, 1, 2)


def by_seed(name: str, seeds: tuple[int, ...]) -> dict:
    """Entraîne et note un modèle, une fois par graine."""
    bits, seconds = [], []
    for seed in seeds:
        model, taken = trained(name, seed)
        bits.append(round(score(model), 4))
        seconds.append(round(taken, 1))
        print(f"  graine {seed} : {bits[-1]:.3f} bit, {taken:.0f} s", flush=True)
    return {
        "sample": sample(trained(name, seeds[0])[0], pieces=MODELS[name].pieces),
        "bits": statistics.fmean(bits),
        "by_seed": bits,
        "seconds": seconds,
        "parameters": sum(p.numel() for p in model.parameters()),
        "characters_read": STEPS * BATCH_SIZE * CONTEXT,
        "lr": MODELS[name].lr,
        **at_common_rate(name, seeds[0]),
    }


def at_common_rate(name: str, seed: int) -> dict:
    """Le score au pas commun, une graine, quand le modèle en a reçu un autre."""
    if MODELS[name].lr == LR:
        return {}
    bits = round(score(trained(name, seed, lr=LR)[0]), 4)
    print(f"  au pas commun, {LR} : {bits:.3f} bit", flush=True)
    return {"bits_at_common_lr": bits}


def sample(model: nn.Module, n: int = 480, *, pieces: bool = False) -> str:
    """Ce que le modèle écrit à la suite de « Il était une fois » : n caractères."""
    tokenizer = score_data(pieces=pieces).tokenizer
    generator = torch.Generator().manual_seed(1)
    prompt = tokenizer.encode("Il était une fois")
    if isinstance(model, GPT):  # il a un cache
        cool = partial(apply_temperature, temperature=0.6)
        written = write(model, prompt, n // 3, [cool], generator)
        return tokenizer.decode(written)[:n]
    many = n // 3 if pieces else n
    written = generate(
        model, prompt, many, temperature=0.6, generator=generator, context=CONTEXT
    )
    text = tokenizer.decode(written)
    return text[:n] if pieces else text


def measure_one(name: str, seeds: tuple[int, ...]) -> dict:
    """Note un modèle : par comptage, aucun hasard ; appris, plusieurs graines."""
    if isinstance(MODELS[name].new(), nn.Module):
        return by_seed(name, seeds)
    return {"bits": counted(name).bits_per_symbol(score_data().validation)}


def measure(names: list[str], seeds: tuple[int, ...]) -> dict:
    """Mesure ces modèles ; les autres gardent leur mesure, s'ils en ont une."""
    models = measured_before("score").get("models", {})
    for name in names:
        print(MODELS[name].label, flush=True)
        models[name] = {"label": MODELS[name].label, **measure_one(name, seeds)}
    return {name: models[name] for name in MODELS if name in models}


def main(arguments: list[str]) -> None:
    """Mesure, écrit, et montre les barres."""
    options = read_options(
        arguments, "Mesure le score du livre.", modeles=list(MODELS), graines=SEEDS
    )
    data = score_data()
    results = {
        "models": measure(options.modeles, tuple(options.graines)),
        "vocabulary_size": data.tokenizer.vocabulary_size,
        "train_characters": len(data.train),
        "validation_characters": len(data.validation),
        "budget": {
            "steps": STEPS, "batch_size": BATCH_SIZE, "context": CONTEXT, "lr": LR,
        },
    }  # fmt: skip
    for model in results["models"].values():
        print(f"{model['label']:10} {model['bits']:.3f} bit par caractère")
    write_measure("score", results, arguments, seeds=options.graines)


if __name__ == "__main__":
    main(sys.argv[1:])
