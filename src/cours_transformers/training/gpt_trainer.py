"""La boucle d'apprentissage d'un GPT, que l'on peut arrêter et reprendre.

Lettres : B lot, T positions. Un pas lit ``accumulation`` lots de B suites.
"""

import contextlib
import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor, nn
from torch.nn import functional as F

from cours_transformers.data.token_file import TokenFile

from .cosine import cosine_factor
from .language_model import bits_per_symbol
from .optimizer import adamw
from .resumable import Resumable

PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16}


@dataclass(frozen=True)
class GPTRecipe:
    """Les réglages de l'apprentissage.

    Args:
        steps: durée prévue, en pas ; le taux y finit sa descente.
        accumulation: lots lus avant un pas ; leurs gradients sont moyennés.
        precision: ``"bfloat16"`` calcule les produits en demi-précision, les poids
            restant en float32 ; ``"auto"`` la choisit sur un GPU qui sait la faire.
        compile: fait compiler le modèle ; None : sur GPU seulement.
    """

    steps: int
    batch_size: int = 16
    context: int = 64
    accumulation: int = 1
    lr: float = 3e-3
    floor: float = 0.1
    warmup: int = 100
    weight_decay: float = 0.1
    clip: float = 1.0
    precision: str = "auto"
    compile: bool | None = None

    def __post_init__(self) -> None:
        for name in ("steps", "batch_size", "context", "accumulation"):
            if getattr(self, name) < 1:
                raise ValueError(
                    f"{name} doit valoir au moins 1 ; reçu {getattr(self, name)}"
                )
        if not 0 <= self.warmup < self.steps:
            raise ValueError(
                "warmup doit être plus court que l'apprentissage : de 0 à "
                f"{self.steps - 1} pas ; reçu {self.warmup}"
            )
        if self.precision not in ("auto", *PRECISIONS):
            known = ", ".join(("auto", *PRECISIONS))
            raise ValueError(
                f"precision doit être l'une de : {known} ; reçu {self.precision!r}"
            )


class GPTTrainer(Resumable):
    """Apprend un modèle de langue sur des extraits tirés au hasard.

    ``tokens`` peut rester sur le disque (``TokenFile``) : seuls les extraits tirés
    sont lus. Le modèle doit déjà être sur l'appareil où l'on veut calculer.

    Args:
        starts: rangs où un extrait peut commencer, les débuts de conte par exemple ;
            par défaut, tous ceux qui laissent la place d'un contexte et de sa cible.

    Attributes:
        losses: la perte de chaque pas, en nats par symbole.
    """

    def __init__(
        self,
        model: nn.Module,
        tokens: Int[Tensor, " t"] | TokenFile,
        recipe: GPTRecipe,
        seed: int = 0,
        *,
        starts: Int[Tensor, " n"] | None = None,
    ):
        if len(tokens) <= recipe.context:
            raise ValueError(
                f"tokens doit compter au moins {recipe.context + 1} symboles, un "
                f"contexte et sa cible ; reçu {len(tokens)}"
            )
        self.model, self.tokens, self.recipe = model, tokens, recipe
        self.starts = self._checked(starts)
        self.device = next(model.parameters()).device
        on_gpu = self.device.type == "cuda"
        compiled = on_gpu if recipe.compile is None else recipe.compile
        self._forward = torch.compile(model) if compiled else model
        self._dtype = self._precision(on_gpu)
        self.generator = torch.Generator().manual_seed(seed)
        self.optimizer = adamw(model, recipe.lr, recipe.weight_decay)
        self.losses: list[float] = []

    def run(
        self,
        steps: int | None = None,
        progress: Callable[[int, float], None] | None = None,
    ) -> list[float]:
        """Fait ``steps`` pas de plus, ou tous ceux qui restent ; rend leurs pertes.

        Raises:
            ValueError: plus aucun pas à faire, ou perte qui n'est plus finie.
        """
        left = self.recipe.steps - len(self.losses)
        steps = left if steps is None else steps
        if steps < 1:
            raise ValueError(
                f"steps : au moins un pas ; reçu {steps}, après {len(self.losses)} pas "
                f"sur {self.recipe.steps}"
            )
        return self._advance(steps, progress)

    def _step(self) -> float:
        step, recipe = len(self.losses) + 1, self.recipe
        factor = cosine_factor(
            step, max(recipe.steps, step), recipe.warmup, recipe.floor
        )
        for group in self.optimizer.param_groups:
            group["lr"] = recipe.lr * factor
        total = 0.0
        for _ in range(recipe.accumulation):
            inputs, targets = self._draw()
            with self._autocast():
                logits = self._forward(inputs)
            loss = F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten())
            (loss / recipe.accumulation).backward()
            total += loss.item() / recipe.accumulation
        if not math.isfinite(total):
            raise ValueError(
                f"perte : {total} au pas {step} ; essayez un lr plus petit (reçu "
                f"{recipe.lr}) ou un échauffement plus long (reçu {recipe.warmup})"
            )
        nn.utils.clip_grad_norm_(self.model.parameters(), recipe.clip)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        return total

    def _draw(self) -> tuple[Int[Tensor, "B T"], Int[Tensor, "B T"]]:
        """Tire B extraits ; la cible est l'entrée, un symbole plus loin."""
        T, size = self.recipe.context, (self.recipe.batch_size,)
        many = self._last if self.starts is None else len(self.starts)
        starts = torch.randint(many, size, generator=self.generator)
        starts = starts if self.starts is None else self.starts[starts]
        rows = torch.stack([self.tokens[i : i + T + 1] for i in starts.tolist()])
        rows = rows.long().to(self.device, non_blocking=True)
        return rows[:, :-1], rows[:, 1:]

    @property
    def _last(self) -> int:
        """Le premier rang où un extrait et sa cible ne tiennent plus."""
        return len(self.tokens) - self.recipe.context

    def _checked(self, starts: Tensor | None) -> Tensor | None:
        """Refuse un début d'où l'extrait déborderait."""
        if starts is None:
            return None
        if not len(starts) or starts.min() < 0 or starts.max() >= self._last:
            raise ValueError(
                f"starts doit compter au moins un rang, tous de 0 à {self._last - 1} ; "
                f"reçu {len(starts)} rangs"
            )
        return starts

    def bits(self, tokens: Int[Tensor, " t"]) -> float:
        """Bits par symbole sur ``tokens``, que le modèle n'a pas lus."""
        return bits_per_symbol(
            self.model, tokens.long().to(self.device), context=self.recipe.context
        )

    def _precision(self, on_gpu: bool) -> torch.dtype:
        if self.recipe.precision != "auto":
            return PRECISIONS[self.recipe.precision]
        capable = on_gpu and torch.cuda.is_bf16_supported(including_emulation=False)
        return torch.bfloat16 if capable else torch.float32

    def _autocast(self) -> contextlib.AbstractContextManager:
        if self._dtype == torch.float32:
            return contextlib.nullcontext()
        return torch.autocast(self.device.type, dtype=self._dtype)
