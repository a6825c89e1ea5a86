"""Hachage par rotations aléatoires : deux vecteurs proches tombent dans le même seau.

    h(x) = argmax [x R ; −x R],   R gaussienne, de forme (D, seaux / 2)   (Kitaev, 2020)

Seule la direction de x compte. La probabilité de collision se calcule : si les deux
vecteurs font un angle de cosinus ρ, leurs projections sont des couples gaussiens de
corrélation ρ, indépendants d'une colonne à l'autre, et, avec m = seaux / 2 colonnes,

    P = 2 m ∫∫_{x, y > 0} f_ρ(x, y) P(|X| < x, |Y| < y)^(m − 1)

À deux seaux, P = 1 − θ/π, où θ est l'angle. Lettres : R tours de hachage.
"""

import math

import torch
from jaxtyping import Float, Int
from torch import Tensor

from cours_transformers.layers.positional.checks import check_integer

GRID, LARGEST = 400, 7.0  # l'intégrale s'arrête à sept écarts types


def check_buckets(n_buckets: int) -> None:
    """Exige un seul seau, ou un nombre pair : chaque rotation en donne deux."""
    check_integer("n_buckets", n_buckets, 1)
    if n_buckets > 1 and n_buckets % 2:
        raise ValueError(
            "n_buckets doit être pair, ou valoir 1 : chaque direction donne deux "
            f"seaux, un par signe ; reçu {n_buckets}"
        )


def random_rotations(
    d: int, n_buckets: int, n_rounds: int = 1, generator: torch.Generator | None = None
) -> Float[Tensor, "R d half"]:
    """Tire R matrices gaussiennes de seaux / 2 colonnes ; aucune pour un seul seau."""
    check_integer("d", d, 1)
    check_integer("n_rounds", n_rounds, 1)
    check_buckets(n_buckets)
    return torch.randn(n_rounds, d, n_buckets // 2, generator=generator)


def hash_buckets(
    x: Float[Tensor, "... T d"], rotations: Float[Tensor, "R d half"]
) -> Int[Tensor, "... R T"]:
    """Donne à chaque vecteur son seau, à chaque tour : argmax [x R ; −x R]."""
    if rotations.shape[-1] == 0:  # un seul seau
        shape = (*x.shape[:-2], len(rotations), x.shape[-2])
        return torch.zeros(shape, dtype=torch.long, device=x.device)
    turned = x[..., None, :, :] @ rotations
    return torch.cat([turned, -turned], dim=-1).argmax(dim=-1)


def collision_probability(cosine: float, n_buckets: int) -> float:
    """Probabilité que deux vecteurs de ce cosinus tombent dans le même seau.

    Intégrale calculée sur une grille, à mieux que 10⁻³.

    Raises:
        ValueError: cosinus hors de [−1, 1], ou nombre de seaux impair.
    """
    check_buckets(n_buckets)
    if not -1 <= cosine <= 1:
        raise ValueError(f"cosine doit être entre −1 et 1 ; reçu {cosine}")
    if n_buckets == 1 or cosine == 1:
        return 1.0
    if cosine == -1:
        return 0.0
    if n_buckets == 2:
        return 1 - math.acos(cosine) / math.pi
    half, rest = n_buckets // 2, math.sqrt(1 - cosine**2)
    step = LARGEST / GRID
    x = (torch.arange(GRID, dtype=torch.float64) + 0.5) * step
    normal = (-x.square() / 2).exp() / math.sqrt(2 * math.pi)

    def between(low: Tensor, high: Tensor) -> Tensor:
        return torch.special.ndtr(high) - torch.special.ndtr(low)

    # P(|X| < x, |Y| < y) : on somme sur X = u > 0, deux fois par symétrie. Le point
    # milieu u = x ne compte que pour la moitié de son intervalle.
    u, y = x[:, None], x[None, :]
    slab = between((-y - cosine * u) / rest, (y - cosine * u) / rest) * normal[:, None]
    smaller = 2 * step * (slab.cumsum(dim=0) - slab / 2)
    # Y entre deux bords de la grille, X au milieu de son intervalle.
    low, high = y - step / 2, y + step / 2
    cell = between((low - cosine * u) / rest, (high - cosine * u) / rest)
    mass = cell * normal[:, None] * step
    return float(2 * half * (mass * smaller ** (half - 1)).sum())
