"""Des tokens aux vecteurs : plongement, échelle, position, dropout.

Lettres : B lot, T positions, V symboles.
"""

import math

from jaxtyping import Float, Int
from torch import Tensor, nn

from cours_transformers.layers.positional import Positional


class TokenEmbedding(nn.Module):
    """Calcule √d_model · table[token] + PE ; sans l'échelle si ``scaled`` est faux.

    Args:
        table: les plongements, que d'autres peuvent partager.
        position: l'encodage, dont seul ``embed`` sert ici.
        max_length: plus longue suite acceptée, en tokens ; None : aucune limite.
    """

    def __init__(
        self,
        table: nn.Embedding,
        position: Positional,
        *,
        scaled: bool,
        dropout: float,
        max_length: int | None,
    ):
        super().__init__()
        self.table, self.position = table, position
        self.scale = math.sqrt(table.embedding_dim) if scaled else 1.0
        self.dropout, self.max_length = nn.Dropout(dropout), max_length

    def forward(
        self, tokens: Int[Tensor, "B T"], offset: int = 0, name: str = "tokens"
    ) -> Float[Tensor, "B T d_model"]:
        """Les vecteurs des tokens, le premier étant à la position ``offset``.

        Raises:
            ValueError: token hors du vocabulaire, ou suite trop longue ; ``name`` dit
                laquelle.
        """
        self._check(tokens, offset, name)
        x = self.table(tokens) * self.scale
        return self.dropout(self.position.embed(x, offset))

    def _check(self, tokens: Tensor, offset: int, name: str) -> None:
        V, end = self.table.num_embeddings, offset + tokens.shape[1]
        if self.max_length is not None and end > self.max_length:
            raise ValueError(
                f"{name} compte {end} tokens, et le modèle {self.max_length} "
                "positions : raccourcissez le texte, ou construisez le modèle avec "
                f"max_length ≥ {end}"
            )
        outside = (tokens < 0) | (tokens >= V)
        if outside.any():
            row, at = outside.nonzero()[0].tolist()
            raise ValueError(
                f"{name} : le token {tokens[row, at].item()}, ligne {row}, position "
                f"{at}, n'est pas dans le vocabulaire, qui va de 0 à {V - 1}"
            )
