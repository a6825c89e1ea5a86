"""Le score du livre : bits par caractère sur la validation des mini-contes.

Tous les modèles appris ont le même budget, compté en caractères lus et non en
secondes : 3 000 pas de 16 extraits de 64 caractères, soit un peu plus de quatre
lectures du corpus.
"""

from dataclasses import dataclass
from functools import lru_cache

from jaxtyping import Int
from torch import Tensor, nn

from cours_transformers.data.tales import tales
from cours_transformers.tokenization.characters import CharacterTokenizer
from cours_transformers.training.language_model import (
    bits_per_symbol,
    fit_language_model,
)

STEPS = 3000
BATCH_SIZE = 16
CONTEXT = 64
LR = 3e-3


@dataclass(frozen=True)
class ScoreData:
    """Les mini-contes en tokens, un par caractère."""

    tokenizer: CharacterTokenizer
    train: Int[Tensor, " t"]
    validation: Int[Tensor, " v"]


@lru_cache(maxsize=1)
def score_data() -> ScoreData:
    """Encode le corpus de graine 0 ; le même objet à chaque appel."""
    corpus = tales()
    tokenizer = CharacterTokenizer(corpus.alphabet)
    train, validation = map(tokenizer.encode, (corpus.train, corpus.validation))
    return ScoreData(tokenizer, train, validation)


def train_model(
    model: nn.Module, *, steps: int = STEPS, lr: float = LR, seed: int = 0
) -> list[float]:
    """Entraîne ``model`` au budget commun ; rend la perte de chaque pas, en nats."""
    return fit_language_model(
        model,
        score_data().train,
        steps=steps,
        batch_size=BATCH_SIZE,
        context=CONTEXT,
        lr=lr,
        seed=seed,
    )


def score(model: nn.Module) -> float:
    """Bits par caractère sur la validation."""
    return bits_per_symbol(model, score_data().validation, context=CONTEXT)
