"""Ce que l'encodeur laisse au décodeur, et ce que le décodeur garde en écrivant.

Lettres : B lot, S longueur de la source.
"""

from typing import NamedTuple

from jaxtyping import Bool, Float, Int
from torch import Tensor

from cours_transformers.layers.block import BlockCache
from cours_transformers.layers.masks import padding_mask


class Memory(NamedTuple):
    """Les vecteurs de la source, et le masque qui en cache le remplissage."""

    vectors: Float[Tensor, "B S d_model"]
    mask: Bool[Tensor, "B 1 1 S"]

    def select(self, rows: Int[Tensor, " kept"]) -> "Memory":
        """Ne garde que ces lignes du lot, dans cet ordre ; une ligne peut revenir."""
        return Memory(self.vectors[rows], self.mask[rows])


class DecoderCache:
    """Les clés et les valeurs déjà calculées, couche par couche."""

    def __init__(self, n_layers: int):
        self.blocks = [BlockCache() for _ in range(n_layers)]

    @property
    def length(self) -> int:
        """Nombre de tokens déjà écrits."""
        return self.blocks[0].own.length

    def select(self, rows: Int[Tensor, " kept"]) -> None:
        """Ne garde que ces lignes du lot, dans cet ordre ; une ligne peut revenir."""
        for block in self.blocks:
            block.select(rows)


def visible(source: Int[Tensor, "B S"], pad: int) -> Bool[Tensor, "B 1 1 S"]:
    """Cache le remplissage : vrai pour les vrais tokens.

    Raises:
        ValueError: ligne sans un seul vrai token, ou remplissage ailleurs qu'à droite.
    """
    real = source != pad
    lengths = real.sum(dim=1)
    if (lengths == 0).any():
        row = int((lengths == 0).nonzero()[0])
        raise ValueError(
            f"source : la ligne {row} n'a que du remplissage (token {pad}) ; il faut "
            "au moins un token à lire"
        )
    mask = padding_mask(lengths, source.shape[1], source.device)
    if (mask[:, 0, 0] != real).any():
        row = int((mask[:, 0, 0] != real).any(dim=1).nonzero()[0])
        raise ValueError(
            f"source : le remplissage (token {pad}) doit être à droite ; la ligne "
            f"{row} en a avant un vrai token"
        )
    return mask
