"""Réglages du carnet, rendus au bit près après une vérification."""

import random
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch


@contextmanager
def untouched() -> Iterator[None]:
    """Rend à la sortie les générateurs aléatoires et les réglages de l'entrée.

    Le mode de gradient et l'appareil par défaut sont propres à chaque fil : la
    fonction du lecteur s'exécute dans le sien, et ne peut pas changer les nôtres.
    """
    saved = [
        (torch.set_rng_state, torch.get_rng_state()),
        (np.random.set_state, np.random.get_state(legacy=False)),  # noqa: NPY002
        (random.setstate, random.getstate()),
        (torch.set_default_dtype, torch.get_default_dtype()),
        (torch.set_num_threads, torch.get_num_threads()),
        (sys.setrecursionlimit, sys.getrecursionlimit()),
    ]
    if torch.cuda.is_available() and torch.cuda.is_initialized():
        saved.append((torch.cuda.set_rng_state_all, torch.cuda.get_rng_state_all()))
    torch.set_default_dtype(torch.float32)
    try:
        with torch.device("cpu"):
            yield
    finally:
        for restore, value in saved:
            restore(value)
