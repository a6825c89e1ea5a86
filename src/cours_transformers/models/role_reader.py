"""Le plus petit modèle à plusieurs têtes : le verbe interroge la phrase, une fois.

Lettres : B lot, H têtes. Plongement et position appris, une attention, deux lectures
linéaires de la même sortie : qui agit, et sur quoi.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from cours_transformers.data.roles import LENGTH, N_WORDS, NOUNS
from cours_transformers.layers.attention import MultiHeadAttention

VERB = 1  # sa place dans la phrase


class RoleReader(nn.Module):
    """Le verbe lit ses voisins par H têtes de d_model / H dimensions."""

    def __init__(self, d_model: int, n_heads: int):
        super().__init__()
        self.embedding = nn.Embedding(N_WORDS, d_model)
        self.place = nn.Parameter(torch.randn(LENGTH, d_model))
        self.attention = MultiHeadAttention(d_model, n_heads)
        self.readout = nn.Linear(d_model, 2 * len(NOUNS))

    def forward(self, words: Int[Tensor, "B 3"]) -> Float[Tensor, "B nouns 2"]:
        """Logits du nom qui agit et de celui qui subit."""
        x = self.embedding(words) + self.place
        read = self.attention(x[:, VERB : VERB + 1], x)[:, 0]  # le verbe seul demande
        return self.readout(read).unflatten(-1, (len(NOUNS), 2))

    def weights(self, words: Int[Tensor, "B 3"]) -> Float[Tensor, "B H 3"]:
        """Ce que le verbe regarde, tête par tête."""
        x = self.embedding(words) + self.place
        return self.attention.weights(x[:, VERB : VERB + 1], x)[:, :, 0]
