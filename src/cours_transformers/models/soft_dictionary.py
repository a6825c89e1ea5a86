"""Le plus petit modèle qui lise avec l'attention : un dictionnaire souple appris.

La question émet une requête, chaque groupe une clé et une valeur ; la réponse se lit
dans la moyenne des valeurs. Une seule couche, une seule tête, aucune position.
"""

from jaxtyping import Float, Int
from torch import Tensor, nn


class SoftDictionary(nn.Module):
    """Répond à « de quelle couleur est… ? » en notant les clés avec ``score``.

    Args:
        n_nouns: nombre de noms connus.
        n_colors: nombre de réponses possibles.
        score: module (B, T, d_model), (B, S, d_model) → (B, T, S) qui note les clés.
        d_model: dimension des plongements et des valeurs.
    """

    def __init__(
        self, n_nouns: int, n_colors: int, score: nn.Module, d_model: int = 32
    ):
        super().__init__()
        self.noun = nn.Embedding(n_nouns, d_model)
        self.color = nn.Embedding(n_colors, d_model)
        self.score = score
        self.v_proj = nn.Linear(d_model, d_model, bias=False)
        self.head = nn.Linear(d_model, n_colors)

    def embed(
        self, nouns: Int[Tensor, "B S"], colors: Int[Tensor, "B S"]
    ) -> Float[Tensor, "B S d_model"]:
        """Le plongement d'un groupe : celui de son nom plus celui de sa couleur."""
        return self.noun(nouns) + self.color(colors)

    def weights(
        self, nouns: Int[Tensor, "B S"], colors: Int[Tensor, "B S"],
        asked: Int[Tensor, " B"],
    ) -> Float[Tensor, "B S"]:  # fmt: skip
        """Poids que la question donne à chaque groupe."""
        scores = self.score(self.noun(asked)[:, None], self.embed(nouns, colors))
        return scores[:, 0].softmax(dim=-1)

    def forward(
        self, nouns: Int[Tensor, "B S"], colors: Int[Tensor, "B S"],
        asked: Int[Tensor, " B"],
    ) -> Float[Tensor, "B n_colors"]:  # fmt: skip
        """Logits de la couleur, lus dans la moyenne pondérée des valeurs."""
        values = self.v_proj(self.embed(nouns, colors))
        read = self.weights(nouns, colors, asked)[:, None] @ values
        return self.head(read[:, 0])
