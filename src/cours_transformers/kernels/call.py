"""Un appel d'attention : ses tenseurs, et qui a le droit de voir qui.

Lettres : B lot, H têtes de requête, G têtes clé-valeur, T requêtes, S clés, D
dimension d'une tête. La requête i occupe la position p = i + S − T parmi les clés :
la dernière requête est alignée sur la dernière clé, « en bas à droite » de la
matrice des poids. C'est le cas du décodage : T nouveaux tokens, S tokens en tout.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from .slopes import DistanceBias


@dataclass(frozen=True)
class AttentionCall:
    """Arguments d'un appel, déjà vérifiés ; tout moteur reçoit cet objet."""

    q: Float[Tensor, "B H T D"]
    k: Float[Tensor, "B G S D"]
    v: Float[Tensor, "B G S D"]
    causal: bool
    mask: Bool[Tensor, "... #T #S"] | None
    bias: Float[Tensor, "... #T #S"] | DistanceBias | None
    window: int | None
    dropout: float
    scale: float
    return_lse: bool

    @property
    def queries(self) -> slice:
        """Toutes les requêtes : un seul « bloc » de T lignes."""
        return slice(0, self.q.shape[-2])

    @property
    def keys(self) -> slice:
        """Toutes les clés : un seul « bloc » de S colonnes."""
        return slice(0, self.k.shape[-2])

    @property
    def offset(self) -> int:
        """Décalage S − T entre le rang d'une requête et sa position."""
        return self.keys.stop - self.queries.stop

    @property
    def n_repeats(self) -> int:
        """Nombre H / G de têtes de requête qui partagent une tête clé-valeur."""
        return self.q.shape[1] // self.k.shape[1]

    def allowed(self, rows: slice, cols: slice) -> Bool[Tensor, "... #t #s"] | None:
        """Rend le masque du bloc, vrai là où tout le permet ; None : rien n'interdit.

        ``causal``, ``window`` et ``mask`` se combinent par « et ».
        """
        allowed = None if self.mask is None else block_of(self.mask, rows, cols)
        if self.causal or self.window is not None:
            band = self._band(rows, cols)
            allowed = band if allowed is None else allowed & band
        return allowed

    def bias_block(self, rows: slice, cols: slice) -> Float[Tensor, "... #t #s"] | None:
        """Rend ce qui s'ajoute aux scores du bloc ; None : rien."""
        if isinstance(self.bias, DistanceBias):
            return self.bias.block(rows, cols, self.offset)
        return None if self.bias is None else block_of(self.bias, rows, cols)

    def visible_keys(self, rows: slice) -> slice:
        """Donne la plage de clés hors de laquelle ces requêtes ne voient rien.

        Un moteur par blocs saute le reste : la moitié du travail en causal.
        """
        first, last = 0, self.keys.stop  # last exclu
        if self.causal:
            last = min(last, rows.stop + self.offset)
        if self.window is not None:
            first = max(first, rows.start + self.offset - self.window + 1)
            last = min(last, rows.stop + self.offset + self.window - 1)
        return slice(first, max(first, last))

    def _band(self, rows: slice, cols: slice) -> Bool[Tensor, "t s"]:
        """Compare les positions : 0 ≤ p − j si causal, |p − j| < window."""
        i = torch.arange(rows.start, rows.stop, device=self.q.device)
        j = torch.arange(cols.start, cols.stop, device=self.q.device)
        behind = (
            i[:, None] + self.offset - j[None, :]
        )  # p − j : le chemin vers l'arrière
        band = torch.ones_like(behind, dtype=torch.bool)
        if self.causal:
            band &= behind >= 0
        if self.window is not None:
            band &= behind.abs() < self.window
        return band


def block_of(x: Tensor, rows: slice, cols: slice) -> Tensor:
    """Découpe un bloc d'un tenseur (…, T, S) ; un axe de taille 1 vaut pour tous."""
    rows = rows if x.shape[-2] > 1 else slice(None)
    cols = cols if x.shape[-1] > 1 else slice(None)
    return x[..., rows, cols]
