"""Attention additive : le score est un petit réseau (Bahdanau, Cho, Bengio, 2015).

Lettres de l'article, à gauche, et noms d'ici : s_i ``q``, h_j ``k``, W_a ``q_proj``,
U_a ``k_proj``, v_a ``energy``, α_ij ``weights``. Comme lui, sans biais.
"""

from jaxtyping import Bool, Float
from torch import Tensor, nn

from .attention import masked_softmax


class AdditiveAttention(nn.Module):
    """Attention dont le score est v_aᵀ tanh(W_a q + U_a k).

    Args:
        d_query: dimension des requêtes.
        d_key: dimension des clés ; elle peut différer de ``d_query``.
        d_hidden: largeur de la couche cachée qui les compare.
    """

    def __init__(self, d_query: int, d_key: int, d_hidden: int):
        super().__init__()
        self.q_proj = nn.Linear(d_query, d_hidden, bias=False)
        self.k_proj = nn.Linear(d_key, d_hidden, bias=False)
        self.energy = nn.Linear(d_hidden, 1, bias=False)

    def scores(
        self, q: Float[Tensor, "... T d_query"], k: Float[Tensor, "... S d_key"]
    ) -> Float[Tensor, "... T S"]:
        """Note chaque couple (requête, clé) ; mémoire T × S × d_hidden."""
        self._check_widths(q, k)
        queries = self.q_proj(q).unsqueeze(-2)  # (…, T, 1, d_hidden)
        keys = self.k_proj(k).unsqueeze(-3)  # (…, 1, S, d_hidden)
        # tanh empêche de séparer la somme : il faut former tous les couples.
        return self.energy((queries + keys).tanh()).squeeze(-1)

    def weights(
        self,
        q: Float[Tensor, "... T d_query"],
        k: Float[Tensor, "... S d_key"],
        mask: Bool[Tensor, "... #T #S"] | None = None,
    ) -> Float[Tensor, "... T S"]:
        """Softmax des scores sur les clés permises."""
        return masked_softmax(self.scores(q, k), mask)

    def forward(
        self,
        q: Float[Tensor, "... T d_query"],
        k: Float[Tensor, "... S d_key"],
        v: Float[Tensor, "... S d_v"],
        mask: Bool[Tensor, "... #T #S"] | None = None,
    ) -> Float[Tensor, "... T d_v"]:
        """Moyenne des valeurs, pondérée par ``weights``."""
        return self.weights(q, k, mask) @ v

    def _check_widths(self, q: Tensor, k: Tensor) -> None:
        for name, x, layer in (("q", q, self.q_proj), ("k", k, self.k_proj)):
            if x.shape[-1] != layer.in_features:
                raise ValueError(
                    f"{name} doit avoir {layer.in_features} composantes ; "
                    f"reçu {tuple(x.shape)}"
                )
