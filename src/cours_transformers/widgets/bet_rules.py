"""Les règles du pari sur la lettre suivante, et ce que chacun y paie, en bits.

Lettres : T longueur du texte, V taille de l'alphabet.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from cours_transformers.widgets.embed import rounded

# Part de la mise que reçoit la lettre choisie ; le reste suit les fréquences.
STAKES = (("au hasard", 0.0), ("plutôt", 0.5), ("sûr", 0.9))
N_FAVORITES = 3


@dataclass(frozen=True)
class Round:
    """Un texte, et ce que le modèle prédisait à chacune de ses lettres.

    Args:
        text: les lettres, dont les ``start`` premières sont données.
        start: position de la première lettre à deviner.
        probabilities: probabilité de chaque lettre à deviner.
        favorites: les trois lettres préférées du modèle, la plus probable en tête.
        favorite_probabilities: leurs probabilités.
    """

    text: str
    start: int
    probabilities: list[float]
    favorites: list[str]
    favorite_probabilities: list[list[float]]

    @property
    def hits(self) -> int:
        """Nombre de lettres que le modèle met en tête."""
        pairs = zip(self.text[self.start :], self.favorites, strict=True)
        return sum(letter == found[0] for letter, found in pairs)

    @property
    def bits(self) -> float:
        """Surprise moyenne du modèle, −log₂ p, en bits par lettre."""
        return float(-np.log2(self.probabilities).mean())


def play_model(
    text: str, alphabet: str, predictions: Float[np.ndarray, "T V"], start: int
) -> Round:
    """Relève ce que le modèle prédisait : ``predictions[t]`` porte sur ``text[t]``.

    Raises:
        ValueError: si une vraie lettre a une probabilité nulle.
    """
    probabilities, favorites, their = [], [], []
    for position in range(start, len(text)):
        row = predictions[position]
        found = float(row[alphabet.index(text[position])])
        if found <= 0:
            raise ValueError(
                f"model_probabilities donne 0 à {text[position]!r} (position "
                f"{position}) : la surprise y serait infinie ; lissez le modèle"
            )
        order = np.argsort(-row, kind="stable")[:N_FAVORITES]
        probabilities.append(rounded(found))
        favorites.append("".join(alphabet[i] for i in order))
        their.append([rounded(float(row[i])) for i in order])
    return Round(text, start, probabilities, favorites, their)


def reader_probability(guess: str, letter: str, stake: float, frequency: float):
    """Probabilité que la mise donne à la vraie lettre : m·[devinée] + (1 − m)·u.

    Args:
        guess: lettre choisie.
        letter: vraie lettre.
        stake: part m de la mise, entre 0 et 1.
        frequency: fréquence u de la vraie lettre.
    """
    return stake * (guess == letter) + (1 - stake) * frequency
