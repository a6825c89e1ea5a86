"""La décision du routeur pour N tokens : un objet que tout le monde lit.

Lettres : N tokens (B × T, mis bout à bout), E experts, k experts par token.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor


@dataclass(frozen=True)
class Routing:
    """Qui va où : ``experts`` et ``weights`` ont une colonne par choix, le 1er d'abord.

    ``kept`` est faux là où l'expert n'avait plus de place.
    """

    logits: Float[Tensor, "N E"]
    probabilities: Float[Tensor, "N E"]
    experts: Int[Tensor, "N k"]
    weights: Float[Tensor, "N k"]
    kept: Bool[Tensor, "N k"]

    @property
    def n_experts(self) -> int:
        """E, le nombre d'experts."""
        return self.logits.shape[1]

    @property
    def load(self) -> Float[Tensor, " E"]:
        """f_i : part des choix faits en faveur de i, avant tout abandon ; somme 1."""
        counts = torch.bincount(self.experts.flatten(), minlength=self.n_experts)
        return counts / self.experts.numel()

    @property
    def importance(self) -> Float[Tensor, " E"]:
        """P_i : probabilité moyenne de i ; somme 1, et, elle, dérivable."""
        return self.probabilities.mean(dim=0)

    @property
    def dropped_tokens(self) -> int:
        """Tokens dont aucun choix n'a été honoré : la couche leur rend zéro."""
        return int((~self.kept.any(dim=1)).sum())

    @property
    def dropped_choices(self) -> int:
        """Choix refusés faute de place, sur k N."""
        return int((~self.kept).sum())
