"""Les récurrences que les mesures du chapitre 01 comparent, sous un nom stable."""

from typing import Any

from cours_transformers.layers.recurrent.base import Recurrence
from cours_transformers.models.recurrent_lm import CELLS

# Nom : récurrence, et les options qui la distinguent.
CONTESTANTS: dict[str, tuple[str, dict[str, Any]]] = {
    "rnn": ("rnn", {}),
    "rnn_orthogonal": ("rnn", {"init": "orthogonal"}),
    "gru": ("gru", {}),
    "lstm_forget_0": ("lstm", {"forget_bias": 0.0}),
    "lstm_forget_1": ("lstm", {"forget_bias": 1.0}),
    "lstm_forget_3": ("lstm", {"forget_bias": 3.0}),
}


def build(name: str, d_in: int, d_hidden: int) -> Recurrence:
    """Construit la récurrence ``name``."""
    cell, options = CONTESTANTS[name]
    return CELLS[cell](d_in, d_hidden, **options)
