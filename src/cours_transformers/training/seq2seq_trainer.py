"""La boucle d'apprentissage d'un encodeur–décodeur, que l'on peut arrêter et reprendre.

Le décodeur lit le passé exact (*teacher forcing*). Lettres : B lot, S source, T cible.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from jaxtyping import Int
from torch import Tensor, nn

from .clipping import clip_gradient_norm
from .label_smoothing import smoothed_cross_entropy
from .resumable import Resumable
from .schedule import inverse_square_root


class Batch(Protocol):
    """Un lot : la source, ce que le décodeur lit, ce qu'il doit écrire."""

    source: Int[Tensor, "B S"]
    target: Int[Tensor, "B T"]

    @property
    def decoder_inputs(self) -> Int[Tensor, "B T"]:
        """La cible décalée d'un pas."""


@dataclass(frozen=True)
class Recipe:
    """Les réglages de l'apprentissage.

    Args:
        lr: taux d'apprentissage maximal, atteint au pas ``warmup``.
        warmup: durée de l'échauffement, en pas ; ensuite, le taux suit 1/√pas.
        smoothing: part ε du lissage des étiquettes.
        clip: norme à laquelle le gradient est coupé.
        pad: token de remplissage, que la perte ignore.
    """

    lr: float = 3e-3
    warmup: int = 100
    smoothing: float = 0.1
    clip: float = 1.0
    pad: int = 0


class Seq2SeqTrainer(Resumable):
    """Apprend un modèle sur des lots tirés sans fin par ``draw(generator)``.

    Attributes:
        losses: la perte lissée de chaque pas, en nats.
    """

    def __init__(
        self,
        model: nn.Module,
        draw: Callable[[torch.Generator], Batch],
        recipe: Recipe | None = None,
        seed: int = 0,
    ):
        self.model, self.draw = model, draw
        self.recipe = Recipe() if recipe is None else recipe
        self.generator = torch.Generator().manual_seed(seed)
        self.optimizer = torch.optim.Adam(model.parameters(), betas=(0.9, 0.98))
        self.losses: list[float] = []

    def run(
        self, steps: int, progress: Callable[[int, float], None] | None = None
    ) -> list[float]:
        """Fait ``steps`` pas de plus ; rend leurs pertes, en nats.

        Args:
            progress: appelée après chaque pas avec (pas depuis le début, perte).

        Raises:
            ValueError: aucun pas, ou perte qui n'est plus finie.
        """
        if steps < 1:
            raise ValueError(f"steps : au moins un pas ; reçu {steps}")
        return self._advance(steps, progress)

    def _step(self) -> float:
        step, recipe = len(self.losses) + 1, self.recipe
        for group in self.optimizer.param_groups:
            group["lr"] = recipe.lr * inverse_square_root(step, recipe.warmup)
        batch = self.draw(self.generator)
        logits = self.model(batch.source, batch.decoder_inputs)
        loss = smoothed_cross_entropy(
            logits, batch.target, recipe.smoothing, recipe.pad
        )
        if not math.isfinite(loss.item()):
            raise ValueError(
                f"perte : {loss.item()} au pas {step} ; essayez un lr plus petit "
                f"(reçu {recipe.lr}) ou un échauffement plus long (reçu "
                f"{recipe.warmup})"
            )
        self.optimizer.zero_grad()
        loss.backward()
        clip_gradient_norm(self.model.parameters(), recipe.clip)
        self.optimizer.step()
        return loss.item()
