"""Passer des colonnes « par distance » aux colonnes « par clé », sans recopie.

Lettres : T requêtes, S clés, N = T + S − 1 distances possibles. La colonne n d'une
matrice par distance correspond à la clé située à n − (S − 1) positions de la requête,
compté vers la droite. La ligne i doit donc glisser de T − 1 − i colonnes : une colonne
de plus, et une autre lecture des mêmes nombres en lignes, suffisent (Huang, 2018).
"""

from jaxtyping import Float
from torch import Tensor
from torch.nn import functional as F


def skew(x: Float[Tensor, "... T N"], S: int) -> Float[Tensor, "... T S"]:
    """Rend y[i, j] = x[i, j − i + T − 1] : la colonne n devient la clé j."""
    T, N = x.shape[-2:]
    padded = F.pad(x, (1, 0)).flatten(-2)  # T lignes de N + 1
    return padded[..., T:].unflatten(-1, (T, N))[..., :S]


def unskew(y: Float[Tensor, "... T S"]) -> Float[Tensor, "... T N"]:
    """Range y par distance, zéro là où il n'y a pas de clé : ``skew`` à rebours."""
    T, S = y.shape[-2:]
    wide = F.pad(y, (0, T - 1)).flatten(-2)  # T lignes de N = T + S − 1
    return F.pad(wide, (T, 0)).unflatten(-1, (T, T + S))[..., 1:]
