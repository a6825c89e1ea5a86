"""Les GPT du chapitre 10 : leur texte, leur découpage, leur recette."""

from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Int
from torch import Tensor

from cours_transformers.data.tales import tales
from cours_transformers.layers.block import BlockConfig
from cours_transformers.models.gpt import GPT, GPTConfig
from cours_transformers.tokenization.characters import CharacterTokenizer
from cours_transformers.tokenization.pieces import PieceTokenizer
from cours_transformers.tokenization.tokenizer import Tokenizer
from cours_transformers.training.gpt_trainer import GPTRecipe, GPTTrainer
from cours_transformers.training.language_model import bits_per_symbol
from cours_transformers.training.score import tale_starts


@dataclass(frozen=True)
class Reader:
    """Un découpage du corpus, et le GPT qui l'apprend.

    Attributes:
        train: le texte appris ; la validation est toujours celle de ``tales()``.
        aligned: les extraits commencent à un début de conte. Par lettres, un contexte
            n'est qu'un tiers de conte : le modèle ne lirait jamais les fins.
    """

    tokenizer: Tokenizer
    train: str
    context: int = 128
    n_layers: int = 2
    lr: float = 5e-3
    aligned: bool = True

    @cached_property
    def tokens(self) -> Int[Tensor, " t"]:
        """L'apprentissage, découpé."""
        return self.tokenizer.encode(self.train)

    @cached_property
    def validation(self) -> Int[Tensor, " v"]:
        """La validation, découpée."""
        return self.tokenizer.encode(tales().validation)

    @cached_property
    def starts(self) -> Int[Tensor, " n"]:
        """Les rangs qui annoncent un conte, s'il reste un contexte et sa cible."""
        starts = tale_starts(self.tokens, self.tokenizer)
        return starts[starts < len(self.tokens) - self.context]

    def new_model(self, seed: int, *, like_gpt2: bool = False) -> GPT:
        """Un GPT neuf ; ``like_gpt2`` : positions apprises, biais, GELU."""
        torch.manual_seed(seed)
        V = self.tokenizer.vocabulary_size
        block = BlockConfig(128, 4, feed_forward="swiglu", norm="rms")
        if like_gpt2:
            block = BlockConfig(128, 4, bias=True)
        position = "learned" if like_gpt2 else "rope"
        return GPT(GPTConfig(V, self.context, self.n_layers, block, position))

    def trainer(
        self, model: GPT, steps: int, seed: int, *, bare: bool = False
    ) -> GPTTrainer:
        """La boucle du chapitre, pour ``steps`` pas.

        ``bare`` : la moitié des extraits commencent au premier mot du conte, sans la
        fin de ligne, comme les débuts que l'on donne au modèle de la page.
        """
        recipe = GPTRecipe(
            steps, 4, self.context, lr=self.lr, warmup=min(40, steps // 2), floor=0.02
        )
        starts = self.starts if self.aligned else None
        if bare:
            starts = torch.cat([self.starts, self.starts[:-1] + 1])
        return GPTTrainer(model, self.tokens, recipe, seed, starts=starts)

    def bits(self, model: GPT) -> float:
        """Bits par caractère sur la validation, quel que soit le découpage."""
        bits = bits_per_symbol(model, self.validation, context=self.context)
        return bits * (len(self.validation) - 1) / (len(tales().validation) - 1)


def new_reader(kind: str, n_bytes: int | None = None) -> Reader:
    """Des lettres ou des morceaux ; ``n_bytes`` : d'autres contes, plus nombreux.

    Une trame instanciée de la validation n'est jamais apprise, dans aucun corpus : son
    empreinte décide du côté où elle va.
    """
    corpus = tales()
    train = corpus.train if n_bytes is None else tales(1, n_bytes).train
    if kind == "letters":
        letters = CharacterTokenizer(corpus.alphabet)
        return Reader(letters, train, lr=3e-3, aligned=False)
    pieces = PieceTokenizer.from_text(corpus.train, alphabet=corpus.alphabet)
    return Reader(pieces, train)
