"""Apprendre à lire les nombres, et compter ce qui est juste.

Le même modèle et le même budget servent au chapitre et à ``outils/measure_numbers.py``.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from cours_transformers.data.number_task import (
    N_SPECIAL,
    NumberBatch,
    NumberTask,
    draw_numbers,
)
from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.transformer import Transformer, TransformerConfig

from .averaging import average_weights, snapshot
from .beam_search import beam_search
from .decoding import greedy
from .seq2seq_trainer import Recipe, Seq2SeqTrainer

BATCH_SIZE = 64
BLOCK = BlockConfig(d_model=64, n_heads=4, d_ff=128)
MAX_LENGTH = 96  # « quatre-vingt-dix-sept mille… » compte jusqu'à 73 caractères
RECIPE = Recipe(lr=5e-3, warmup=100)
STEPS, N_STATES, BETWEEN = 750, 5, 30  # le budget, et les états que l'on moyenne


def number_model(task: NumberTask, **changes: object) -> Transformer:
    """Un encodeur–décodeur de deux fois deux blocs, à la taille de la tâche.

    ``changes`` remplace des réglages de ``TransformerConfig``.
    """
    config = TransformerConfig(
        source_vocabulary=N_SPECIAL + len(task.source_symbols),
        target_vocabulary=N_SPECIAL + len(task.target_symbols),
        block=BLOCK,
        max_length=MAX_LENGTH,
    )
    return Transformer(replace(config, **changes))


def number_trainer(
    task: NumberTask,
    *,
    seed: int = 0,
    uniform: bool = False,
    model: Transformer | None = None,
    recipe: Recipe = RECIPE,
) -> Seq2SeqTrainer:
    """Prépare l'apprentissage de ``task`` : le modèle, neuf par défaut, et ses lots.

    Args:
        uniform: tire les nombres sans favoriser les petits.
    """

    def draw(generator: torch.Generator) -> NumberBatch:
        return task.batch(draw_numbers(BATCH_SIZE, generator, uniform=uniform))

    torch.manual_seed(seed)
    model = number_model(task) if model is None else model
    return Seq2SeqTrainer(model, draw, recipe, seed=seed)


def last_states(
    trainer: Seq2SeqTrainer, progress: Callable[[int, float], None] | None = None
) -> list[dict[str, Tensor]]:
    """Fait les derniers pas, et garde cinq états, à trente pas l'un de l'autre."""
    states = []
    for _ in range(N_STATES):
        trainer.run(BETWEEN, progress)
        states.append(snapshot(trainer.model))
    return states


def train_numbers(
    task: NumberTask, *, steps: int = STEPS, seed: int = 0, **options: object
) -> Transformer:
    """Apprend ``task`` en ``steps`` pas, les 150 derniers servant à la moyenne.

    ``options`` va à ``number_trainer``.

    Raises:
        ValueError: pas assez de pas pour cinq états.
    """
    if steps <= N_STATES * BETWEEN:
        raise ValueError(f"steps doit dépasser {N_STATES * BETWEEN} ; reçu {steps}")
    trainer = number_trainer(task, seed=seed, **options)
    trainer.run(steps - N_STATES * BETWEEN)
    return average_weights(trainer.model, last_states(trainer))


def answers(
    model: Transformer, task: NumberTask, numbers: Sequence[int], beam: int = 1
) -> list[list[str]]:
    """Ce que le modèle écrit pour chaque nombre, par lots de 500 semblables."""
    model.eval()
    # Rangés par longueur, les nombres d'un lot demandent peu de remplissage.
    order = sorted(range(len(numbers)), key=lambda i: len(task.source(numbers[i])))
    written: dict[int, list[str]] = {}
    for start in range(0, len(order), 500):
        some = order[start : start + 500]
        batch = task.batch([numbers[i] for i in some])
        longest = batch.target.shape[1] + 2  # de quoi se tromper par excès
        if beam == 1:
            rows = greedy(model, batch.source, max_length=longest)
        else:
            found = beam_search(model, batch.source, beam=beam, max_length=longest)
            rows = found.tokens[:, 0]
        written |= {i: task.read(row) for i, row in zip(some, rows, strict=True)}
    return [written[i] for i in range(len(numbers))]


def number_accuracy(
    model: Transformer, task: NumberTask, numbers: Sequence[int], beam: int = 1
) -> float:
    """Part des nombres écrits sans une faute."""
    given = answers(model, task, numbers, beam)
    right = [task.target(n) == row for n, row in zip(numbers, given, strict=True)]
    return sum(right) / len(right)


def exam(count: int = 1000, *, uniform: bool = False, seed: int = 1) -> list[int]:
    """Des nombres réservés, toujours les mêmes : aucun modèle ne les a vus."""
    generator = torch.Generator().manual_seed(seed)
    return draw_numbers(count, generator, held_out=True, uniform=uniform)


def exam_by_digits(count: int = 200, seed: int = 2) -> dict[int, list[int]]:
    """Des nombres de chaque longueur : tous jusqu'à 99, réservés au-delà."""
    generator = torch.Generator().manual_seed(seed)
    asked = {1: list(range(10)), 2: list(range(10, 100))}
    for digits in range(3, 7):
        pool = draw_numbers(20 * count, generator, held_out=True)
        asked[digits] = [n for n in pool if len(str(n)) == digits][:count]
    return asked
