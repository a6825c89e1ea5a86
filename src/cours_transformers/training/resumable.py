"""Une boucle d'apprentissage qui s'arrête, et reprend où elle en était."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

PARTS = {"model", "optimizer", "losses", "generator", "global_generator"}


class Resumable:
    """Base d'une boucle que l'on reprend au bit près : poids, optimiseur, hasard.

    Attributes:
        losses: la perte de chaque pas, en nats.
        generator: le hasard des lots.
    """

    model: nn.Module
    optimizer: torch.optim.Optimizer
    generator: torch.Generator
    losses: list[float]

    def _step(self) -> float:
        """Un pas de plus ; rend sa perte."""
        raise NotImplementedError

    def _advance(
        self, steps: int, progress: Callable[[int, float], None] | None
    ) -> list[float]:
        """Fait ``steps`` pas ; après chacun, ``progress(pas faits en tout, perte)``."""
        self.model.train()
        for _ in range(steps):
            self.losses.append(self._step())
            if progress is not None:
                progress(len(self.losses), self.losses[-1])
        self.model.eval()
        return self.losses[-steps:]

    def state(self) -> dict[str, Any]:
        """Tout ce qu'il faut pour reprendre : poids, optimiseur, pertes, hasard."""
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "losses": list(self.losses),
            # Deux hasards : celui des lots, et celui du dropout, qui est global.
            "generator": self.generator.get_state(),
            "global_generator": torch.get_rng_state(),
        }

    def load_state(self, state: dict[str, Any]) -> None:
        """Reprend là où ``state`` a été pris ; s'il est refusé, rien n'a changé.

        Raises:
            ValueError: il y manque une partie, ou il vient d'un autre modèle.
        """
        refusal = self._refusal(state)
        if refusal:
            raise ValueError(refusal)
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.losses = list(state["losses"])
        self.generator.set_state(state["generator"])
        torch.set_rng_state(state["global_generator"])

    def _refusal(self, state: dict[str, Any]) -> str:
        """Pourquoi cet état ne peut être repris ; vide s'il le peut."""
        if set(state) != PARTS:
            given = ", ".join(sorted(map(str, state))) or "rien"
            return f"l'état doit contenir {', '.join(sorted(PARTS))} ; reçu {given}"
        difference = _difference(self.model.state_dict(), state["model"])
        if difference:
            return f"l'état vient d'un autre modèle : {difference}"
        groups = _groups(self.optimizer.state_dict())
        given = _groups(state["optimizer"])
        if groups != given:
            return (
                f"l'état vient d'un autre optimiseur : il range {given} tenseurs par "
                f"groupe, et celui-ci en attend {groups}"
            )
        return ""


def _difference(ours: dict[str, Tensor], theirs: dict[str, Tensor]) -> str:
    """Premier tenseur, par son nom, qui n'est pas le même des deux côtés."""
    for name in sorted(ours.keys() | theirs.keys()):
        if name not in theirs:
            return f"« {name} » n'y est pas"
        if name not in ours:
            return f"« {name} » n'existe pas ici"
        given, expected = tuple(theirs[name].shape), tuple(ours[name].shape)
        if given != expected:
            return f"« {name} » y est de forme {given}, et ici de forme {expected}"
    return ""


def _groups(optimizer: dict[str, Any]) -> list[int]:
    return [len(group["params"]) for group in optimizer["param_groups"]]
