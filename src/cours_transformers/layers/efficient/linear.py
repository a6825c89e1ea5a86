"""La couche d'attention linéaire : φ, puis l'une des trois formes de ``linear_forms``.

Lettres : F composantes de φ.
"""

from collections.abc import Callable

import torch
from jaxtyping import Float
from torch import Tensor

from cours_transformers.layers.positional.checks import check_choice, check_integer

from .base import EfficientAttention
from .linear_forms import CHUNK, FORMS, elu_plus_one, quadratic


class LinearAttention(EfficientAttention):
    """Attention de noyau φ(q)·φ(k), dans la forme choisie.

    Args:
        feature_map: φ, appliquée à la dernière dimension, à valeurs ≥ 0.
        form: ``"chunked"``, ``"recurrent"`` ou ``"quadratic"``.
        chunk: longueur d'un morceau, pour la forme ``"chunked"``.

    Raises:
        ValueError: forme inconnue, morceau vide, φ négative à l'appel.
    """

    def __init__(
        self,
        feature_map: Callable[[Tensor], Tensor] = elu_plus_one,
        form: str = "chunked",
        chunk: int = CHUNK,
    ):
        super().__init__()
        check_choice("form", form, tuple(FORMS))
        check_integer("chunk", chunk, 1)
        self.feature_map, self.form, self.chunk = feature_map, form, chunk

    def attend(self, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> Tensor:
        """Applique φ, puis la forme."""
        phi_q, phi_k = self.features(q, k)
        options = {"chunk": self.chunk} if self.form == "chunked" else {}
        return FORMS[self.form](phi_q, phi_k, v, causal, **options)

    def weights(
        self,
        q: Float[Tensor, "B H T D"],
        k: Float[Tensor, "B H S D"],
        causal: bool = False,
    ) -> Float[Tensor, "B H T S"]:
        """Poids que la méthode n'écrit jamais, pour les tracer ; les lignes font 1."""
        phi_q, phi_k = self.features(q, k)
        identity = torch.eye(k.shape[-2], dtype=k.dtype, device=k.device)
        return quadratic(phi_q, phi_k, identity.expand(*k.shape[:2], -1, -1), causal)

    def features(self, q: Tensor, k: Tensor) -> tuple[Tensor, Tensor]:
        """φ(q) et φ(k), vérifiées : un poids négatif n'aurait pas de sens."""
        phi_q, phi_k = self.feature_map(q), self.feature_map(k)
        lowest = min(phi_q.detach().min().item(), phi_k.detach().min().item())
        if lowest < 0:
            raise ValueError(
                "feature_map doit rendre des valeurs positives ou nulles, pour que "
                f"les poids le soient ; reçu {lowest:.3g}"
            )
        return phi_q, phi_k
