"""Un biais proportionnel à la distance, donné par ses pentes : celui d'ALiBi.

Lettres : H têtes, T requêtes, S clés, p position d'une requête, j d'une clé.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor


@dataclass(frozen=True)
class DistanceBias:
    """Le biais −m_h |p − j|, sans sa matrice : H nombres, au lieu de H·T·S.

    Les pentes ne s'apprennent pas : aucun gradient n'y remonte.
    """

    slopes: Float[Tensor, " H"]

    def block(self, rows: slice, cols: slice, offset: int) -> Float[Tensor, "H t s"]:
        """Calcule un bloc de la matrice ; la requête i est à la position i + offset."""
        device = self.slopes.device
        i = torch.arange(rows.start, rows.stop, device=device) + offset
        j = torch.arange(cols.start, cols.stop, device=device)
        return -self.slopes[:, None, None] * (i[:, None] - j[None, :]).abs()
