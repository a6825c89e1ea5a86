"""Motifs : quelles paires (i, j) une méthode regarde, et combien.

Un motif se lit de trois façons, qu'un test tient égales : ``matrix``, la matrice
booléenne ; ``n_pairs``, le nombre de ses paires, par formule ; ``groups``, les blocs de
scores que calcule ``SparseAttention``, sans jamais former la matrice.

Lettres : T positions, i requête, j clé.
"""

from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from cours_transformers.layers.positional.checks import check_integer

VOID = -1  # une place sans position, pour que tous les groupes aient la même taille


@dataclass(frozen=True)
class Groups:
    """n groupes de b requêtes, qui lisent chacun c clés : n b c scores.

    Une requête n'est que dans un groupe. ``VOID`` complète les groupes trop courts.
    """

    queries: Int[Tensor, "n b"]
    keys: Int[Tensor, "n c"]
    allowed: Bool[Tensor, "n b c"]

    @property
    def n_scores(self) -> int:
        """Scores calculés, y compris ceux que ``allowed`` jette."""
        return self.allowed.numel()


class Pattern:
    """Un motif d'auto-attention ; chaque sous-classe écrit les trois lectures."""

    serves_causal: ClassVar[bool] = True

    def allows(
        self, i: Int[Tensor, "..."], j: Int[Tensor, "..."], T: int
    ) -> Bool[Tensor, "..."]:
        """Dit si la requête i regarde la clé j, sans compter la causalité."""
        raise NotImplementedError(f"{type(self).__name__} doit définir allows")

    def count(self, T: int, causal: bool) -> int:
        """Formule de ``n_pairs`` ; les arguments sont vérifiés."""
        raise NotImplementedError(f"{type(self).__name__} doit définir count")

    def parts(self, T: int, causal: bool) -> list[Groups]:
        """Groupes de ``groups`` ; les arguments sont vérifiés."""
        raise NotImplementedError(f"{type(self).__name__} doit définir parts")

    def matrix(self, T: int, causal: bool = False) -> Bool[Tensor, "T T"]:
        """Forme la matrice des paires regardées ; pour un petit T."""
        self.check(T, causal)
        i, j = torch.arange(T)[:, None], torch.arange(T)[None, :]
        allowed = self.allows(i, j, T)
        return allowed & (j <= i) if causal else allowed

    def n_pairs(self, T: int, causal: bool = False) -> int:
        """Compte les paires par formule : le nombre de scores utiles."""
        self.check(T, causal)
        return self.count(T, causal)

    def groups(self, T: int, causal: bool = False) -> list[Groups]:
        """Range les paires en parties disjointes, chacune faite de groupes égaux."""
        self.check(T, causal)
        return self.parts(T, causal)

    def n_scores(self, T: int, causal: bool = False) -> int:
        """Compte les scores que calcule ``SparseAttention``, utiles ou jetés."""
        return sum(part.n_scores for part in self.groups(T, causal))

    def check(self, T: int, causal: bool) -> None:
        """Refuse une longueur vide, ou ``causal`` là où le motif ne le permet pas."""
        check_integer("T", T, 1)
        if causal and not self.serves_causal:
            raise ValueError(
                f"{type(self).__name__} ne sait pas cacher le futur ; causal doit "
                f"valoir False, reçu {causal!r}"
            )


@dataclass(frozen=True)
class Full(Pattern):
    """Toutes les paires : T², ou T (T + 1) / 2 en causal."""

    def allows(self, i: Tensor, j: Tensor, T: int) -> Tensor:
        """Tout est permis."""
        return torch.ones_like(i + j, dtype=torch.bool)

    def count(self, T: int, causal: bool) -> int:
        """T² ou T (T + 1) / 2."""
        return T * (T + 1) // 2 if causal else T * T

    def parts(self, T: int, causal: bool) -> list[Groups]:
        """Un seul groupe : la matrice."""
        everyone = torch.arange(T)[None]
        return [make_groups(everyone, everyone, self.matrix(T, causal)[None], causal)]


def make_groups(
    queries: Int[Tensor, "n b"],
    keys: Int[Tensor, "n c"],
    allowed: Bool[Tensor, "#n #b #c"],
    causal: bool,
) -> Groups:
    """Interdit ce qui est vide, et le futur si ``causal``."""
    i, j = queries[:, :, None], keys[:, None, :]
    allowed = allowed & (i != VOID) & (j != VOID)
    return Groups(queries, keys, allowed & (j <= i) if causal else allowed)


def positions_or_void(
    positions: Int[Tensor, "..."], valid: Bool[Tensor, "..."]
) -> Int[Tensor, "..."]:
    """Remplace par ``VOID`` les positions hors de la phrase."""
    return torch.where(valid, positions, VOID)
