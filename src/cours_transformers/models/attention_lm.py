"""Modèle de langue à attention seule : ni réseau feed-forward, ni normalisation.

Lettres : B lot, T positions, V symboles, L couches, H têtes, S clés (ici S = T).
"""

from jaxtyping import Float, Int
from torch import Tensor, nn

from cours_transformers.layers.attention import MultiHeadAttention
from cours_transformers.layers.positional import positional


class AttentionLanguageModel(nn.Module):
    """Plongement, L couches x + MultiHeadAttention(x), puis les logits du suivant.

    Chaque couche s'ajoute à son entrée : c'est la connexion résiduelle, chapitre 07.

    Args:
        vocabulary_size: nombre V de symboles.
        n_kv_heads: nombre de têtes clé-valeur de chaque couche ; H par défaut.
        position: nom d'un encodage de ``layers.positional``, commun aux couches.
        max_length: nombre de positions de la table, pour ``"learned"``.
    """

    def __init__(
        self,
        vocabulary_size: int,
        d_model: int,
        n_layers: int,
        n_heads: int,
        *,
        n_kv_heads: int | None = None,
        position: str = "learned",
        max_length: int = 128,
    ):
        super().__init__()
        if min(vocabulary_size, n_layers, n_heads) < 1:
            raise ValueError(
                "vocabulary_size, n_layers et n_heads doivent valoir au moins 1 ; "
                f"reçu {vocabulary_size=}, {n_layers=}, {n_heads=}"
            )
        self.position = positional(
            position, d_model=d_model, n_heads=n_heads, d_head=d_model // n_heads,
            max_length=max_length, causal=True,
        )  # fmt: skip
        self.embedding = nn.Embedding(vocabulary_size, d_model)
        self.layers = nn.ModuleList(
            MultiHeadAttention(d_model, n_heads, n_kv_heads, position=self.position)
            for _ in range(n_layers)
        )
        self.head = nn.Linear(d_model, vocabulary_size)

    def embed(self, tokens: Int[Tensor, "B T"]) -> Float[Tensor, "B T d_model"]:
        """Le vecteur de chaque symbole, et ce que l'encodage positionnel y ajoute."""
        return self.position.embed(self.embedding(tokens))

    def forward(self, tokens: Int[Tensor, "B T"]) -> Float[Tensor, "B T V"]:
        """Logits du symbole suivant, à chaque position."""
        x = self.embed(tokens)
        for layer in self.layers:
            x = x + layer(x, causal=True)
        return self.head(x)

    def attention_maps(
        self, tokens: Int[Tensor, "B T"]
    ) -> list[Float[Tensor, "B H T S"]]:
        """Poids de chaque tête, une matrice par couche : ceux de ``forward``."""
        x, maps = self.embed(tokens), []
        for layer in self.layers:
            maps.append(layer.weights(x, causal=True))
            x = x + layer(x, causal=True)
        return maps
