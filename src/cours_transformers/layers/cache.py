"""Les clés et les valeurs d'une couche, gardées d'un token écrit au suivant.

Lettres : B lot, G têtes clé-valeur, S clés, D dimension d'une tête.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor


class KeyValueCache:
    """Garde les clés et les valeurs déjà calculées, déjà tournées par leur position.

    Args:
        frozen: se remplit une seule fois, comme pour la mémoire d'un encodeur, que
            chaque token écrit relit sans l'allonger.
    """

    def __init__(self, frozen: bool = False):
        self.frozen = frozen
        self.k: Tensor | None = None
        self.v: Tensor | None = None

    @property
    def length(self) -> int:
        """Nombre de clés gardées."""
        return 0 if self.k is None else self.k.shape[-2]

    @property
    def complete(self) -> bool:
        """Vrai quand il n'y a plus rien à calculer : rempli, et gelé."""
        return self.frozen and self.k is not None

    def kept(self) -> tuple[Tensor, Tensor]:
        """Rend les clés et les valeurs gardées.

        Raises:
            ValueError: le cache est encore vide.
        """
        if self.k is None or self.v is None:
            raise ValueError("cache vide : lisez d'abord un token, ou la mémoire")
        return self.k, self.v

    def extend(
        self, k: Float[Tensor, "B G s D"], v: Float[Tensor, "B G s D"]
    ) -> tuple[Float[Tensor, "B G S D"], Float[Tensor, "B G S D"]]:
        """Ajoute les nouvelles clés et valeurs ; rend toutes celles du passé.

        Raises:
            ValueError: le lot n'est pas celui du cache.
        """
        if self.k is not None and self.v is not None:
            if len(self.k) != len(k):
                raise ValueError(
                    f"le cache garde un lot de {len(self.k)} textes ; "
                    f"reçu un lot de {len(k)}"
                )
            k, v = torch.cat([self.k, k], dim=-2), torch.cat([self.v, v], dim=-2)
        self.k, self.v = k, v
        return k, v

    def select(self, rows: Int[Tensor, " kept"]) -> None:
        """Ne garde que ces lignes du lot, dans cet ordre ; une ligne peut revenir."""
        k, v = self.kept()
        self.k, self.v = k[rows], v[rows]


class BlockCache:
    """Ce qu'un bloc garde quand il écrit : ses clés, et celles de la mémoire."""

    def __init__(self) -> None:
        self.own, self.cross = KeyValueCache(), KeyValueCache(frozen=True)

    def select(self, rows: Tensor) -> None:
        """Ne garde que ces lignes du lot, dans cet ordre."""
        for cache in (self.own, self.cross):
            if cache.length:
                cache.select(rows)
