"""Les deux épreuves des remèdes : retrouver au loin, et compléter du français.

Chacune tire des lots (tokens, réponses), où une place sans question a pour réponse
``UNKNOWN``, et note un modèle qui rend un vecteur par token. Un encodeur lit toute la
séquence : rien n'est causal. Lettres : B lot, T longueur.
"""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor, nn
from torch.nn import functional as F

from cours_transformers.data.associative import (
    UNKNOWN,
    associative_batch,
    associative_vocabulary_size,
)

from .score import score_data

Batch = tuple[Int[Tensor, "B T"], Int[Tensor, "B T"]]
AT_ONCE = 32  # séquences notées ensemble
TEST_SEED = 10_000  # jamais celle d'un apprentissage


@dataclass(frozen=True)
class Recall:
    """Des paires (clé, valeur) et leurs questions, dispersées dans du bruit.

    Args:
        tested: séquences neuves sur lesquelles on note.
    """

    T: int = 128
    n_pairs: int = 16
    n_keys: int = 16
    n_values: int = 8
    tested: int = 256

    @property
    def vocabulary_size(self) -> int:
        """Clés, valeurs et bruits."""
        return associative_vocabulary_size(self.n_keys, self.n_values)

    def batch(self, n: int, generator: torch.Generator) -> Batch:
        """Tire ``n`` séquences, où chaque clé est demandée une fois."""
        return associative_batch(
            n, self.n_pairs, self.T, generator, n_keys=self.n_keys,
            n_values=self.n_values, n_queries=self.n_pairs, causal=False,
        )  # fmt: skip

    @torch.no_grad()
    def score(self, model: nn.Module) -> float:
        """Exactitude, entre 0 et 1 ; au hasard, 1 / ``n_values``."""
        right, _ = self.answered(model)
        return right.double().mean().item()

    @torch.no_grad()
    def answered(self, model: nn.Module) -> tuple[Tensor, Tensor]:
        """Dit si chaque question est juste, et à combien de pas est sa paire."""
        generator = torch.Generator().manual_seed(TEST_SEED)
        tokens, answers = self.batch(self.tested, generator)
        row, place = (answers != UNKNOWN).nonzero(as_tuple=True)
        best = [model.head(model(t)).argmax(dim=-1) for t in tokens.split(AT_ONCE)]
        right = (torch.cat(best) == answers)[row, place]
        # Chaque clé paraît deux fois : l'autre place où elle est donne la distance.
        same = tokens[row] == tokens[row, place][:, None]
        positions = torch.arange(self.T)
        other = (same & (positions != place[:, None])).double().argmax(dim=1)
        return right, (other - place).abs()


@dataclass(frozen=True)
class MaskedTales:
    """Des extraits de mini-contes où une part des lettres est cachée, comme dans BERT.

    Un nombre fixe de places, tirées sans remise, montre le token « caché » ; BERT en
    laisse un dixième intact, et en change un autre : pas ici.

    Args:
        share: part des places cachées.
        tested: extraits de validation sur lesquels on note.
    """

    T: int = 128
    share: float = 0.15
    tested: int = 384

    @property
    def vocabulary_size(self) -> int:
        """Les lettres, et le token « caché », le dernier."""
        return score_data().tokenizer.vocabulary_size + 1

    def batch(self, n: int, generator: torch.Generator) -> Batch:
        """Tire ``n`` extraits du texte d'apprentissage, et ce qu'on en cache."""
        return self._hide(score_data().train, n, generator)

    @torch.no_grad()
    def score(self, model: nn.Module) -> float:
        """Bits par token caché, sur des extraits de validation."""
        generator = torch.Generator().manual_seed(TEST_SEED)
        validation = score_data().validation
        tokens, answers = self._hide(validation, self.tested, generator)
        nats = 0.0
        for t, a in zip(tokens.split(AT_ONCE), answers.split(AT_ONCE), strict=True):
            asked = a != UNKNOWN
            logits = model.head(model(t)[asked])
            nats += F.cross_entropy(logits, a[asked], reduction="sum").item()
        return nats / (answers != UNKNOWN).sum().item() / math.log(2)

    def _hide(self, text: Tensor, n: int, generator: torch.Generator) -> Batch:
        starts = torch.randint(len(text) - self.T + 1, (n, 1), generator=generator)
        tokens = text[starts + torch.arange(self.T)]
        hidden = round(self.share * self.T)
        places = torch.rand(n, self.T, generator=generator).argsort(dim=1)[:, :hidden]
        answers = torch.full_like(tokens, UNKNOWN)
        answers.scatter_(1, places, tokens.gather(1, places))
        return tokens.scatter(1, places, self.vocabulary_size - 1), answers
