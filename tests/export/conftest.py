"""De petits GPT, un par réglage que la page sait faire tourner."""

from collections.abc import Callable

import pytest
import torch

from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.gpt import GPT, GPTConfig
from cours_transformers.tokenization.characters import CharacterTokenizer

ALPHABET = "\n '.abcdeé«»"
MODELS = {
    "llama": (BlockConfig(24, 4, 2, feed_forward="swiglu", norm="rms"), "rope", True),
    "gpt2": (BlockConfig(24, 4, bias=True), "learned", True),
    "sans position": (
        BlockConfig(24, 3, 1, d_ff=10, feed_forward="relu"),
        "none",
        False,
    ),
    "sans norme": (
        BlockConfig(16, 2, feed_forward="geglu", norm="none", residual_scale=0.5),
        "rope",
        False,
    ),
    "biais mêlés": (
        BlockConfig(16, 2, feed_forward="silu", bias=True, attention_bias=False),
        "learned",
        False,
    ),
    "glu": (BlockConfig(20, 2, feed_forward="glu", attention_bias=True), "rope", True),
}


def small_gpt(name: str, seed: int = 0) -> GPT:
    """Un modèle de poids quelconques, gains et biais compris."""
    block, position, tied = MODELS[name]
    torch.manual_seed(seed)
    model = GPT(GPTConfig(len(ALPHABET), 16, 2, block, position=position, tied=tied))
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.4)
    return model.eval()


@pytest.fixture(scope="session")
def petit_gpt() -> Callable[..., GPT]:
    return small_gpt


@pytest.fixture(scope="session")
def tokeniseur() -> CharacterTokenizer:
    return CharacterTokenizer(ALPHABET)


@pytest.fixture(params=list(MODELS))
def modele(request) -> GPT:
    """Chaque réglage servi, l'un après l'autre."""
    return small_gpt(request.param)
