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

from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.attention_lm import AttentionLanguageModel
from cours_transformers.models.block_lm import BlockLanguageModel
from cours_transformers.models.gpt import GPT, GPTConfig
from cours_transformers.models.mamba import Mamba, MambaConfig
from cours_transformers.models.ngram import NGram, Uniform
from cours_transformers.models.recurrent_lm import RecurrentLanguageModel
from cours_transformers.training.score import (
    GPT_CONTEXT,
    LR,
    STEPS,
    score_data,
    train_gpt,
    train_model,
)

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
# Et ce dont dépend en plus celui qui lit des morceaux.
PIECES_INPUTS = [
    f"{PACKAGE}/training/{name}.py" for name in ("cosine", "gpt_trainer", "optimizer")
]
STATE_SPACE = f"{PACKAGE}/layers/state_space"


@dataclass(frozen=True)
class Model:
    """Une barre : son nom dans le livre, et de quoi la construire pour V symboles.

    Le budget compte des caractères lus ; le pas ``lr``, lui, est réglé par modèle.
    ``pieces`` : il lit des morceaux, et non des lettres.
    """

    label: str
    build: Callable[[int], object]
    lr: float = LR
    pieces: bool = False

    @property
    def vocabulary_size(self) -> int:
        """Le nombre V de symboles de son découpage."""
        return score_data(pieces=self.pieces).tokenizer.vocabulary_size

    def new(self) -> object:
        """Un modèle neuf."""
        return self.build(self.vocabulary_size)


def lstm(vocabulary_size: int) -> nn.Module:
    """Une LSTM d'une couche, porte d'oubli ouverte au départ."""
    return RecurrentLanguageModel(vocabulary_size, 64, 400, forget_bias=1.0)


def attention(vocabulary_size: int, position: str = "none") -> nn.Module:
    """Trois couches d'attention seule, à huit têtes."""
    return AttentionLanguageModel(
        vocabulary_size, 256, n_layers=3, n_heads=8, position=position
    )


def block(vocabulary_size: int) -> nn.Module:
    """Quatre blocs pré-norme : attention à quatre têtes avec RoPE, et feed-forward."""
    return BlockLanguageModel(vocabulary_size, BlockConfig(128, 4), n_layers=4)


def gpt(vocabulary_size: int) -> nn.Module:
    """Trois blocs, norme RMS et SwiGLU, sur un contexte de 128 morceaux."""
    config = BlockConfig(128, 4, feed_forward="swiglu", norm="rms")
    return GPT(GPTConfig(vocabulary_size, GPT_CONTEXT, n_layers=3, block=config))


def mamba(vocabulary_size: int) -> nn.Module:
    """Six couches de Mamba, de la largeur du GPT : ni attention, ni feed-forward."""
    return Mamba(MambaConfig(vocabulary_size, 128, n_layers=6))


MODELS = {
    "uniform": Model("uniforme", Uniform),
    "unigram": Model("unigramme", lambda V: NGram(1, V)),
    "bigram": Model("bigramme", lambda V: NGram(2, V)),
    "fivegram": Model("5-gramme", lambda V: NGram(5, V)),
    "lstm": Model("LSTM", lstm),
    "attention": Model("attention seule", attention, lr=1e-3),
    "positions": Model("avec RoPE", lambda V: attention(V, "rope"), lr=1e-3),
    "block": Model("bloc", block),
    "gpt": Model("GPT, morceaux", gpt, lr=4e-3, pieces=True),
    "mamba": Model("Mamba, morceaux", mamba, lr=6e-3, pieces=True),
}


def counted(name: str) -> Uniform | NGram:
    """Un modèle par comptage, qui a lu tout l'apprentissage."""
    data = score_data()
    model = MODELS[name].new()
    return model.fit(data.train) if isinstance(model, NGram) else model


def sources(model: nn.Module) -> list[str]:
    """Fichiers du paquet où sont écrites les couches de ``model``."""
    classes = {base for layer in model.modules() for base in type(layer).__mro__}
    ours = {c for c in classes if c.__module__.startswith("cours_transformers.")}
    files = {Path(inspect.getfile(c)).relative_to(ROOT).as_posix() for c in ours}
    # Les balayages sont des fonctions : aucune classe ne mène à leurs fichiers.
    if any(file.startswith(STATE_SPACE) for file in files):
        files.add(STATE_SPACE)
    return sorted(files)


def trained(
    name: str, seed: int, readings: int = 1, lr: float | None = None
) -> tuple[nn.Module, float]:
    """Un modèle appris, et les secondes qu'il a fallu ; repris s'il existe déjà.

    ``readings`` multiplie le budget commun : pour voir ce qu'il finit par savoir.
    ``lr`` remplace le pas d'apprentissage que ``MODELS`` lui donne.
    """
    chosen = MODELS[name]
    lr = chosen.lr if lr is None else lr
    torch.manual_seed(seed)
    model = chosen.new()
    inputs = [*INPUTS, *(PIECES_INPUTS if chosen.pieces else []), *sources(model)]
    key = digest(inputs, str(model))[:12]
    more = f"-x{readings}" if readings > 1 else ""
    more += f"-lr{lr}" if lr != LR else ""
    path = FOLDER / f"{name}-{seed}{more}-{key}.pt"
    if path.exists():
        kept = torch.load(path, weights_only=True)
        model.load_state_dict(kept["weights"])
        return model.eval(), kept["seconds"]
    start = time.perf_counter()
    if chosen.pieces:
        train_gpt(model, lr=lr, seed=seed, readings=readings)
    else:
        train_model(model, steps=readings * STEPS, lr=lr, seed=seed)
    seconds = time.perf_counter() - start
    FOLDER.mkdir(parents=True, exist_ok=True)
    torch.save({"weights": model.state_dict(), "seconds": seconds}, path)
    return model.eval(), seconds
