"""Positions apprises : une ligne de table par position, ajoutée aux plongements.

Gehring (2017) et Vaswani (2017) l'essaient ; GPT-2 et BERT l'emploient.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from .base import Positional
from .checks import check_embeddings, check_integer


class Learned(Positional):
    """x_p + table[p] ; une position au-delà de la table n'existe pas.

    Args:
        max_length: nombre de lignes de la table, en positions.
    """

    on_embeddings = True

    def __init__(self, d_model: int, max_length: int | None):
        super().__init__()
        if max_length is None:
            raise ValueError(
                "max_length manque : l'encodage « learned » a une ligne de table par "
                "position, il faut donc un entier"
            )
        check_integer("d_model", d_model, 1)
        check_integer("max_length", max_length, 1)
        # Petite devant les plongements : au départ, le sens l'emporte sur la place.
        self.table = nn.Parameter(0.02 * torch.randn(max_length, d_model))

    def embed(
        self, x: Float[Tensor, "B T d_model"], offset: int = 0
    ) -> Float[Tensor, "B T d_model"]:
        """Ajoute les lignes ``offset`` à ``offset + T − 1`` de la table.

        Raises:
            ValueError: la dernière position dépasse la table.
        """
        max_length, d_model = self.table.shape
        check_embeddings(x, d_model, offset)
        end = offset + x.shape[1]
        if end > max_length:
            raise ValueError(
                f"la position {end - 1} dépasse la table apprise, dont les positions "
                f"vont de 0 à {max_length - 1} : raccourcissez x, ou prenez "
                f"max_length ≥ {end}"
            )
        return x + self.table[offset:end]
