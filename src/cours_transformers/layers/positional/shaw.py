"""Vecteurs relatifs sur les clés et les valeurs (Shaw, 2018).

Lettres : p position de la requête, j clé, r = borne(j − p, −k, k), k la plus grande
distance distinguée, r_K et r_V les vecteurs appris de cette distance (a^K et a^V dans
l'article), communs aux têtes ; T requêtes, S clés, D dimension d'une tête.

    score(p, j) = q_p · (k_j + r_K) / √D        sortie_p = Σ_j α_pj (v_j + r_V)

Sur les clés, q_p · r_K / √D est un biais : le noyau le reçoit. Sur les valeurs, r_V
change avec la requête : aucun biais ne peut l'exprimer. On l'ajoute après le noyau,
avec la matrice des poids calculée explicitement et rangée par distance : c'est clair,
et cela coûte une matrice T × S par tête.
"""

import torch
from einops import einsum
from jaxtyping import Float, Int
from torch import Tensor, nn

from .base import Positional
from .checks import check_choice, check_heads, check_integer
from .distance import distances
from .skewing import skew, unskew

FORMS = ("skewing", "naive")


class Shaw(Positional):
    """Un vecteur appris par distance bornée à ±k, pour les clés et pour les valeurs.

    Args:
        max_distance: la borne k, en positions ; au-delà, tout est « loin ».
        form: ``"naive"`` forme un vecteur par couple, (T, S, D) ; ``"skewing"``
            (Huang, 2018), un par distance, (T + S − 1, D) : même résultat.
    """

    on_values = True

    def __init__(self, d_head: int, max_distance: int = 16, form: str = "skewing"):
        super().__init__()
        check_integer("d_head", d_head, 1)
        check_integer("max_distance", max_distance, 1)
        check_choice("form", form, FORMS)
        self.max_distance, self.form = max_distance, form
        n_vectors = 2 * max_distance + 1
        std = d_head**-0.5  # q · r_K a alors une variance de 1, comme une composante
        self.key_vectors = nn.Parameter(std * torch.randn(n_vectors, d_head))
        self.value_vectors = nn.Parameter(std * torch.randn(n_vectors, d_head))

    def bias(self, q: Float[Tensor, "B H T D"], S: int) -> Float[Tensor, "B H T S"]:
        """Calcule q_p · r_K / √D : le noyau ajoute un biais après son échelle."""
        T, D = q.shape[-2:]
        check_heads("q", q, d_head=self.key_vectors.shape[-1])
        if self.form == "naive":
            per_couple = self.key_vectors[self._row(-distances(T, S, q.device))]
            products = einsum(q, per_couple, "B H T D, T S D -> B H T S")
        else:
            per_distance = self.key_vectors[self._all_rows(T, S)]
            products = skew(q @ per_distance.T, S)
        return products * D**-0.5

    def read(self, weights: Float[Tensor, "B H T S"]) -> Float[Tensor, "B H T D"]:
        """Calcule Σ_j α_pj r_V : le poids de chaque distance, fois son vecteur."""
        T, S = weights.shape[-2:]
        if self.form == "naive":
            per_couple = self.value_vectors[self._row(-distances(T, S, weights.device))]
            return einsum(weights, per_couple, "B H T S, T S D -> B H T D")
        return unskew(weights) @ self.value_vectors[self._all_rows(T, S)]

    def _all_rows(self, T: int, S: int) -> Int[Tensor, " N"]:
        """La ligne de chacune des distances j − p, de −(S − 1) à T − 1."""
        check_integer("S", S, 1)
        return self._row(torch.arange(1 - S, T, device=self.key_vectors.device))

    def _row(self, ahead: Int[Tensor, "..."]) -> Int[Tensor, "..."]:
        """La ligne du vecteur de la distance j − p, bornée."""
        k = self.max_distance
        return ahead.clamp(-k, k) + k
