"""L'épreuve de la profondeur : le même petit modèle, de 2 à 24 blocs.

Chacun lit les mini-contes, caractère par caractère, au même budget en pas. Lettres : L
blocs. Les bits comparés sont ceux des derniers pas d'apprentissage.
"""

import math
import statistics

import torch

from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.block_lm import BlockLanguageModel, scale_outputs
from cours_transformers.training.score import score_data
from cours_transformers.training.warmup import fit_with_warmup

D_MODEL, N_HEADS = 32, 4
BATCH_SIZE, CONTEXT = 16, 32
LR = 1e-2
STEPS, WARMUP = 200, 100
LAST = 25  # pas sur lesquels la perte est moyennée


def build(
    n_layers: int, norm_position: str, *, seed: int, scaled: bool = False
) -> BlockLanguageModel:
    """Construit le modèle de l'épreuve ; ``scaled`` : sorties réduites de 1/√(2L)."""
    torch.manual_seed(seed)
    config = BlockConfig(D_MODEL, N_HEADS, norm_position=norm_position)
    V = score_data().tokenizer.vocabulary_size
    model = BlockLanguageModel(V, config, n_layers)
    if scaled:
        scale_outputs(model)
    return model


def train_at_depth(
    n_layers: int,
    norm_position: str,
    *,
    warmup: int,
    steps: int = STEPS,
    seed: int = 0,
    scaled: bool = False,
    lr: float = LR,
) -> list[float]:
    """Entraîne le modèle de l'épreuve ; rend la perte de chaque pas, en nats."""
    model = build(n_layers, norm_position, seed=seed, scaled=scaled)
    return fit_with_warmup(
        model,
        score_data().train,
        steps=steps,
        warmup=warmup,
        lr=lr,
        batch_size=BATCH_SIZE,
        context=CONTEXT,
        seed=seed,
    )


def last_bits(losses: list[float], last: int = LAST) -> float:
    """Bits par caractère, en moyenne sur les ``last`` derniers pas.

    Raises:
        ValueError: aucune perte.
    """
    if not losses:
        raise ValueError("losses est vide : au moins une perte est nécessaire")
    return statistics.fmean(losses[-last:]) / math.log(2)
