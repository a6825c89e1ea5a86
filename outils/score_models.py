"""Les modèles du score, construits et entraînés au budget commun.

Un modèle entraîné est gardé dans ``_build/score`` : le score, l'accord et la promenade
dans les portes portent ainsi sur le même réseau. Son nom dit ce dont il dépend.
"""

import inspect
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from freshness import ROOT, digest
from torch import nn

from cours_transformers.models.ngram import NGram, Uniform
from cours_transformers.models.recurrent_lm import RecurrentLanguageModel
from cours_transformers.training.score import STEPS, score_data, train_model

FOLDER = ROOT / "_build" / "score"
PACKAGE = "src/cours_transformers"
# Ce dont dépend tout modèle entraîné, outre ses propres couches.
INPUTS = [
    f"{PACKAGE}/{name}"
    for name in (
        "data/tales",
        "tokenization",
        "kernels",
        "training/clipping.py",
        "training/language_model.py",
        "training/score.py",
    )
]


@dataclass(frozen=True)
class Model:
    """Une barre : son nom dans le livre, et de quoi la construire pour V symboles."""

    label: str
    build: Callable[[int], object]


def lstm(vocabulary_size: int) -> nn.Module:
    """Une LSTM d'une couche, porte d'oubli ouverte au départ."""
    return RecurrentLanguageModel(vocabulary_size, 64, 400, forget_bias=1.0)


MODELS = {
    "uniform": Model("uniforme", Uniform),
    "unigram": Model("unigramme", lambda V: NGram(1, V)),
    "bigram": Model("bigramme", lambda V: NGram(2, V)),
    "fivegram": Model("5-gramme", lambda V: NGram(5, V)),
    "lstm": Model("LSTM", lstm),
}


def counted(name: str) -> Uniform | NGram:
    """Un modèle par comptage, qui a lu tout l'apprentissage."""
    data = score_data()
    model = MODELS[name].build(data.tokenizer.vocabulary_size)
    return model.fit(data.train) if isinstance(model, NGram) else model


def sources(model: nn.Module) -> list[str]:
    """Fichiers du paquet où sont écrites les couches de ``model``."""
    classes = {base for layer in model.modules() for base in type(layer).__mro__}
    ours = {c for c in classes if c.__module__.startswith("cours_transformers.")}
    files = {Path(inspect.getfile(c)).relative_to(ROOT).as_posix() for c in ours}
    return sorted(files)


def trained(name: str, seed: int, readings: int = 1) -> tuple[nn.Module, float]:
    """Un modèle appris, et les secondes qu'il a fallu ; repris s'il existe déjà.

    ``readings`` multiplie le budget commun : pour voir ce qu'il finit par savoir.
    """
    torch.manual_seed(seed)
    model = MODELS[name].build(score_data().tokenizer.vocabulary_size)
    key = digest([*INPUTS, *sources(model)], str(model))[:12]
    more = f"-x{readings}" if readings > 1 else ""
    path = FOLDER / f"{name}-{seed}{more}-{key}.pt"
    if path.exists():
        kept = torch.load(path, weights_only=True)
        model.load_state_dict(kept["weights"])
        return model.eval(), kept["seconds"]
    start = time.perf_counter()
    train_model(model, steps=readings * STEPS, seed=seed)
    seconds = time.perf_counter() - start
    FOLDER.mkdir(parents=True, exist_ok=True)
    torch.save({"weights": model.state_dict(), "seconds": seconds}, path)
    return model.eval(), seconds
