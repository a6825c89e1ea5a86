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
from cours_transformers.training.score import score_data, train_model

FOLDER = ROOT / "_build" / "score"
PACKAGE = "src/cours_transformers"
# Ce dont dépend tout modèle entraîné, outre son propre module.
INPUTS = [
    f"{PACKAGE}/{name}"
    for name in (
        "data/tales",
        "tokenization",
        "kernels",
        "layers",
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


def trained(name: str, seed: int) -> tuple[nn.Module, float]:
    """Un modèle appris, et les secondes qu'il a fallu ; repris s'il existe déjà."""
    torch.manual_seed(seed)
    model = MODELS[name].build(score_data().tokenizer.vocabulary_size)
    source = Path(inspect.getfile(type(model))).relative_to(ROOT).as_posix()
    key = digest([*INPUTS, source], str(model))[:12]
    path = FOLDER / f"{name}-{seed}-{key}.pt"
    if path.exists():
        kept = torch.load(path, weights_only=True)
        model.load_state_dict(kept["weights"])
        return model.eval(), kept["seconds"]
    start = time.perf_counter()
    train_model(model, seed=seed)
    seconds = time.perf_counter() - start
    FOLDER.mkdir(parents=True, exist_ok=True)
    torch.save({"weights": model.state_dict(), "seconds": seconds}, path)
    return model.eval(), seconds
