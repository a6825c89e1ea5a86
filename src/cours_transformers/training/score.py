"""Le score du livre : bits par caractère sur la validation des mini-contes.

Tous les modèles appris ont le même budget, compté en caractères lus et non en
secondes : 3 000 pas de 16 extraits de 64 caractères, soit un peu plus de quatre
lectures du corpus. Un GPT ou un Mamba lit des morceaux : le même budget lui fait moins
de tokens.
"""

from dataclasses import dataclass
from functools import lru_cache

from jaxtyping import Int
from torch import Tensor, nn

from cours_transformers.data.tales import tales
from cours_transformers.models.gpt import GPT
from cours_transformers.models.mamba import Mamba
from cours_transformers.tokenization.characters import CharacterTokenizer
from cours_transformers.tokenization.pieces import PieceTokenizer
from cours_transformers.tokenization.tokenizer import Tokenizer
from cours_transformers.training.gpt_trainer import GPTRecipe, GPTTrainer
from cours_transformers.training.language_model import (
    bits_per_symbol,
    fit_language_model,
)

STEPS = 3000
BATCH_SIZE = 16
CONTEXT = 64
LR = 3e-3
GPT_BATCH, GPT_CONTEXT = 4, 128


@dataclass(frozen=True)
class ScoreData:
    """Les mini-contes en tokens.

    Attributes:
        starts: rangs de ``train`` où une fin de ligne annonce un conte.
        rate: tokens par caractère, sur la validation ; 1 pour des lettres.
    """

    tokenizer: Tokenizer
    train: Int[Tensor, " t"]
    validation: Int[Tensor, " v"]
    starts: Int[Tensor, " n"]
    rate: float


@lru_cache(maxsize=2)
def score_data(*, pieces: bool = False) -> ScoreData:
    """Encode le corpus de graine 0, un token par lettre ou, si ``pieces``, par morceau.

    Le même objet à chaque appel.
    """
    corpus = tales()
    tokenizer: Tokenizer = (
        PieceTokenizer.from_text(corpus.train, alphabet=corpus.alphabet)
        if pieces
        else CharacterTokenizer(corpus.alphabet)
    )
    train, validation = map(tokenizer.encode, (corpus.train, corpus.validation))
    rate = (len(validation) - 1) / (len(corpus.validation) - 1)
    return ScoreData(tokenizer, train, validation, tale_starts(train, tokenizer), rate)


def tale_starts(tokens: Int[Tensor, " t"], tokenizer: Tokenizer) -> Int[Tensor, " n"]:
    """Les rangs des fins de ligne qu'un conte suit.

    Un extrait qui part de là apprend aussi comment un conte commence.
    """
    return (tokens[:-1] == tokenizer.encode("\n")).nonzero()[:, 0]


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


def train_gpt(
    model: GPT | Mamba, *, lr: float = 5e-3, seed: int = 0, readings: int = 1
) -> list[float]:
    """Entraîne sur des morceaux, au budget commun ; rend les pertes en nats par token.

    Les extraits commencent avec un conte ; ``readings`` multiplie le budget.
    """
    data, context = score_data(pieces=True), pieces_context(model)
    tokens = readings * STEPS * BATCH_SIZE * CONTEXT * data.rate
    steps = max(round(tokens / (GPT_BATCH * context)), 2)
    warmup = min(40, steps // 2)
    recipe = GPTRecipe(steps, GPT_BATCH, context, lr=lr, warmup=warmup, floor=0.02)
    starts = data.starts[data.starts < len(data.train) - context]
    return GPTTrainer(model, data.train, recipe, seed, starts=starts).run()


def pieces_context(model: GPT | Mamba) -> int:
    """Morceaux d'un extrait : ceux du contexte, ou 128 pour un Mamba, sans limite."""
    return model.config.context if isinstance(model, GPT) else GPT_CONTEXT


def score(model: nn.Module) -> float:
    """Bits par caractère sur la validation ; GPT et Mamba y lisent des morceaux."""
    if not isinstance(model, GPT | Mamba):
        return bits_per_symbol(model, score_data().validation, context=CONTEXT)
    data = score_data(pieces=True)
    bits = bits_per_symbol(model, data.validation, context=pieces_context(model))
    return bits * data.rate
