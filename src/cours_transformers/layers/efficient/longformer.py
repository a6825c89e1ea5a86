"""Longformer : une fenêtre, et quelques positions globales (Beltagy, 2020).

    i regarde j   si   j est dans la fenêtre de i,   ou i globale,   ou j globale

Une position globale voit tout le monde, et tout le monde la voit : deux couches relient
deux positions quelconques. L'article donne aux globales des projections à part ; ici,
elles ont celles de la couche. Lettre : g positions globales.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .patterns import Groups, Pattern, make_groups
from .window import Window


@dataclass(frozen=True)
class Longformer(Pattern):
    """Une fenêtre ``width`` au pas ``dilation``, et les positions ``global_tokens``."""

    width: int
    global_tokens: Sequence[int] = (0,)
    dilation: int = 1

    def __post_init__(self) -> None:
        tokens = tuple(self.global_tokens)
        object.__setattr__(self, "global_tokens", tokens)  # une liste se lit aussi
        if len(set(tokens)) < len(tokens) or any(p < 0 for p in tokens):
            raise ValueError(
                "global_tokens doit donner des positions différentes, à partir de 0 ; "
                f"reçu {tokens}"
            )
        self.window  # noqa: B018 — la fenêtre vérifie width et dilation

    @property
    def window(self) -> Window:
        """La part locale du motif."""
        return Window(self.width, self.dilation)

    def check(self, T: int, causal: bool) -> None:
        """Refuse aussi une position globale hors de la phrase."""
        super().check(T, causal)
        if any(p >= T for p in self.global_tokens):
            raise ValueError(
                f"global_tokens doit rester sous T = {T} ; reçu {self.global_tokens}"
            )

    def allows(self, i: Tensor, j: Tensor, T: int) -> Tensor:
        """Dans la fenêtre, ou l'une des deux est globale."""
        return self.window.allows(i, j, T) | self._is_global(i) | self._is_global(j)

    def count(self, T: int, causal: bool) -> int:
        """Fenêtre + lignes et colonnes globales − ce que la fenêtre avait déjà."""
        g = len(self.global_tokens)
        p = torch.tensor(self.global_tokens, dtype=torch.long)
        everyone = torch.arange(T)
        rows = self.window.allows(p[:, None], everyone, T).sum().item()
        both = self.window.allows(p[:, None], p[None, :], T).sum().item()
        local = self.window.count(T, causal)
        if causal:  # (p + 1) clés et T − p requêtes par globale, dans chaque sens
            return local + g * (T + 1) - g * (g + 1) // 2 - (rows + g - (both + g) // 2)
        return local + 2 * g * T - g * g - (2 * rows - both)

    def parts(self, T: int, causal: bool) -> list[Groups]:
        """Trois parties disjointes : fenêtre, colonnes globales, lignes globales."""
        blocks, bands = self.window.bands(T, causal)
        i, j = blocks[:, :, None], bands[:, None, :]
        ordinary = ~self._is_global(i) & ~self._is_global(j)
        local = make_groups(
            blocks, bands, ordinary & self.window.allows(i, j, T), causal
        )
        if not self.global_tokens:
            return [local]
        everyone, chosen = torch.arange(T)[None], torch.tensor(self.global_tokens)[None]
        reader = ~self._is_global(everyone)[:, :, None]
        columns = make_groups(everyone, chosen, reader, causal)
        rows = make_groups(chosen, everyone, torch.ones(1, 1, 1).bool(), causal)
        return [local, columns, rows]

    def _is_global(self, positions: Tensor) -> Tensor:
        return torch.isin(positions, torch.tensor(self.global_tokens, dtype=torch.long))
