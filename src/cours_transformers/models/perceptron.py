"""Les deux premiers neurones : celui que l'on règle, et celui qui se règle.

Lettres : n exemples, d entrées. Les réponses valent 0 ou 1.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor


def mcculloch_pitts(
    x: Float[Tensor, "n d"], weights: Float[Tensor, " d"], threshold: float | int
) -> Int[Tensor, " n"]:
    """Répond 1 quand la somme pondérée atteint le seuil (McCulloch et Pitts, 1943)."""
    return (x @ weights >= threshold).long()


class Perceptron:
    """Un neurone à seuil dont les poids s'apprennent (Rosenblatt, 1958).

    Args:
        n_inputs: nombre d d'entrées.
    """

    def __init__(self, n_inputs: int):
        if n_inputs < 1:
            raise ValueError(f"n_inputs doit valoir au moins 1 ; reçu {n_inputs}")
        self.weights, self.bias = torch.zeros(n_inputs), torch.zeros(())

    def predict(self, x: Float[Tensor, "n d"]) -> Int[Tensor, " n"]:
        """Répond 1 du côté positif de la droite x · w + b = 0, et 0 de l'autre."""
        return mcculloch_pitts(x, self.weights, -self.bias.item())

    def fit(
        self, x: Float[Tensor, "n d"], y: Int[Tensor, " n"], *, epochs: int
    ) -> list[int]:
        """Corrige w de (y − ŷ) x après chaque erreur ; rend les erreurs par passe.

        Raises:
            ValueError: ``epochs`` nul, ou réponses autres que 0 et 1.
        """
        if epochs < 1:
            raise ValueError(f"epochs doit valoir au moins 1 ; reçu {epochs}")
        if not ((y == 0) | (y == 1)).all():
            raise ValueError(f"y : réponses 0 ou 1 attendues ; reçu {y.tolist()}")
        mistakes = []
        for _ in range(epochs):
            mistakes.append(0)
            for x_i, y_i in zip(x, y, strict=True):
                error = (y_i - self.predict(x_i[None])[0]).float()  # −1, 0 ou 1
                self.weights = self.weights + error * x_i
                self.bias = self.bias + error
                mistakes[-1] += int(error != 0)
        return mistakes
