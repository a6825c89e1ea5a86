"""Le plus petit modèle où les encodages positionnels se comparent : une couche.

Lettres : B lot, T longueur. Un token a un ou plusieurs attributs, dont les plongements
s'ajoutent ; une attention causale s'ajoute à son entrée, puis vient une lecture
linéaire. Seul l'encodage change d'un modèle à l'autre.
"""

from collections.abc import Sequence

from jaxtyping import Float, Int
from torch import Tensor, nn

from cours_transformers.layers.attention import MultiHeadAttention
from cours_transformers.layers.positional import positional


class PositionReader(nn.Module):
    """Plongements, encodage ``position``, une attention causale, une lecture.

    Args:
        sizes: nombre de valeurs de chaque attribut d'un token.
        n_answers: nombre de réponses possibles.
        position: nom d'un encodage de ``layers.positional``.
        max_length: nombre de positions de la table, pour ``"learned"``.
        options: réglages de l'encodage.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        n_answers: int,
        position: str,
        *,
        d_model: int = 64,
        n_heads: int = 4,
        max_length: int | None = None,
        **options: int | float | str,
    ):
        super().__init__()
        if not sizes:
            raise ValueError("sizes est vide : un token a au moins un attribut")
        self.tables = nn.ModuleList(nn.Embedding(size, d_model) for size in sizes)
        self.position = positional(
            position, d_model=d_model, n_heads=n_heads, d_head=d_model // n_heads,
            max_length=max_length, causal=True, **options,
        )  # fmt: skip
        self.attention = MultiHeadAttention(d_model, n_heads, position=self.position)
        self.readout = nn.Linear(d_model, n_answers)

    def embed(self, *attributes: Int[Tensor, "B T"]) -> Float[Tensor, "B T d_model"]:
        """Ajoute les plongements des attributs, puis ce que l'encodage y ajoute."""
        if len(attributes) != len(self.tables):
            raise ValueError(
                f"attributes : il en faut {len(self.tables)} par token ; "
                f"reçu {len(attributes)}"
            )
        tables = zip(self.tables, attributes, strict=True)
        return self.position.embed(sum(table(x) for table, x in tables))

    def forward(
        self, *attributes: Int[Tensor, "B T"]
    ) -> Float[Tensor, "B T n_answers"]:
        """Rend, à chaque pas, le logit de chaque réponse."""
        x = self.embed(*attributes)
        return self.readout(x + self.attention(x, causal=True))
