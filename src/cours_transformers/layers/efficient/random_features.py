"""Caractéristiques aléatoires positives, FAVOR+ : estimer exp(q·k/√D) par un produit.

    φ(x) = exp(ω x' − ‖x'‖²/2) / √m,   x' = x / D^¼,   ω de m lignes gaussiennes
    E[φ(q)·φ(k)] = exp(q'·k') = exp(q·k/√D)                       (Choromanski, 2021)

L'estimateur du noyau est sans biais ; sa variance est connue exactement. Avec
s = q' + k', et K = exp(q'·k') :

    m lignes indépendantes      Var = K² (exp ‖s‖² − 1) / m
    deux lignes orthogonales    E[φ_a φ_b] m² = K² exp(−‖s‖²) ₁F₁(D ; D/2 ; ‖s‖²/2)

La série ₁F₁ vient des moments de la norme de ω_a + ω_b, de direction uniforme. Elle est
plus petite que exp ‖s‖² : les erreurs de lignes orthogonales se compensent. La sortie
normalisée, quotient de deux estimations, ne fait que converger.
"""

import math

import torch
from einops import rearrange
from jaxtyping import Float
from torch import Tensor

from cours_transformers.layers.positional.checks import check_integer


def random_projection(
    m: int,
    d: int,
    *,
    orthogonal: bool = True,
    generator: torch.Generator | None = None,
    dtype: torch.dtype = torch.float32,
) -> Float[Tensor, "m d"]:
    """Tire m lignes gaussiennes ; orthogonales par groupes de d si ``orthogonal``.

    Une ligne garde la loi d'un vecteur gaussien : direction uniforme, norme d'un
    vecteur gaussien tiré à part.
    """
    check_integer("m", m, 1)
    check_integer("d", d, 1)
    options = {"generator": generator, "dtype": torch.float64}
    gaussian = torch.randn(m, d, **options)
    if not orthogonal:
        return gaussian.to(dtype)
    q, r = torch.linalg.qr(torch.randn(-(-m // d), d, d, **options))
    # Le signe de la diagonale de r rend la rotation uniforme (Mezzadri, 2007).
    signs = r.diagonal(dim1=-2, dim2=-1).sign()
    rows = rearrange(q * signs[:, None, :], "n i j -> (n j) i")[:m]
    return (rows * gaussian.norm(dim=1, keepdim=True)).to(dtype)


def log_positive_features(
    x: Float[Tensor, "... d"], projection: Float[Tensor, "m d"]
) -> Float[Tensor, "... m"]:
    """Calcule ω x' − ‖x'‖²/2, le logarithme des caractéristiques, à √m près."""
    x = x / x.shape[-1] ** 0.25  # q et k : à eux deux, 1/√d
    return x @ projection.T - x.square().sum(dim=-1, keepdim=True) / 2


def positive_features(
    x: Float[Tensor, "... d"], projection: Float[Tensor, "m d"]
) -> Float[Tensor, "... m"]:
    """Calcule exp(ω x' − ‖x'‖²/2) / √m, toujours positif."""
    return log_positive_features(x, projection).exp() / math.sqrt(len(projection))


def trigonometric_features(
    x: Float[Tensor, "... d"], projection: Float[Tensor, "half d"]
) -> Float[Tensor, "... m"]:
    """Calcule exp(‖x'‖²/2) (cos ω x', sin ω x') / √(m/2) : sans biais, mais signé.

    Une estimation négative d'un poids est possible : d'où celles d'au-dessus.
    """
    x = x / x.shape[-1] ** 0.25
    angle = x @ projection.T
    size = (x.square().sum(dim=-1, keepdim=True) / 2).exp()
    waves = torch.cat([angle.cos(), angle.sin()], dim=-1)
    return size * waves / math.sqrt(len(projection))


def kernel_variance(
    q: Float[Tensor, " d"],
    k: Float[Tensor, " d"],
    m: int,
    *,
    orthogonal: bool = True,
) -> float:
    """Calcule la variance exacte de φ(q)·φ(k), pour m caractéristiques positives."""
    d = len(q)
    q, k = (x.double() / d**0.25 for x in (q, k))
    kernel, s2 = math.exp(q @ k), float((q + k).square().sum())
    variance = kernel**2 * math.expm1(s2) / m
    if not orthogonal:
        return variance
    sizes = [min(d, m - start) for start in range(0, m, d)]
    pairs = sum(size * (size - 1) for size in sizes)  # couples du même groupe
    covariance = kernel**2 * (math.exp(-s2) * _hypergeometric(d, s2 / 2) - 1)
    return variance + pairs / m**2 * covariance


def _hypergeometric(d: int, z: float) -> float:
    """Somme ₁F₁(d ; d/2 ; z) = Σ_n zⁿ/n! Π_{i<n} (d + i)/(d/2 + i)."""
    total, term, n = 1.0, 1.0, 0
    while term > 1e-17 * total:
        term *= (d + n) / (d / 2 + n) * z / (n + 1)
        total, n = total + term, n + 1
    return total
