"""Du temps continu aux pas : h' = A h + B x devient h_t = Ā h_{t−1} + B̄ x_t.

Lettres : d canaux, N état d'un canal, Δ (``delta``) durée d'un pas. A est diagonale :
chaque nombre de l'état suit sa propre équation, de vitesse A[d, N], négative pour que
l'état oublie. Trois règles, pour une entrée constante pendant le pas :

| règle | Ā | B̄ |
|---|---|---|
| ``"zoh"``, exacte | exp(ΔA) | (ΔA)⁻¹ (exp(ΔA) − 1) ΔB |
| ``"mamba"``, celle de son code | exp(ΔA) | ΔB |
| ``"euler"``, une tangente | 1 + ΔA | ΔB |

*Zero-order hold* : bloqueur d'ordre zéro. Euler n'est stable que si Δ|A| < 2.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from .checks import check_choice, check_delta

METHODS = ("zoh", "mamba", "euler")
# Sous ce seuil, la dérivée de (eᶻ − 1)/z perdrait ses chiffres dans une soustraction ;
# la série, coupée à z⁹/10!, y est exacte à la précision de float64.
NEAR_ZERO = 0.05


def phi(z: Float[Tensor, "*shape"]) -> Float[Tensor, "*shape"]:
    """Calcule φ(z) = (eᶻ − 1) / z, et φ(0) = 1 ; valeur et dérivée exactes partout.

    φ(z) = 1 + z/2 (1 + z/3 (1 + …)) près de 0, et ``expm1`` ailleurs : e^z − 1 y
    perdrait les chiffres de z.
    """
    near = z.abs() < NEAR_ZERO
    # Chaque branche ne reçoit que ses nombres : l'infini de l'une, multiplié par le
    # gradient nul de torch.where, donnerait NaN.
    small, large = z.where(near, 0), z.where(~near, 1)
    series = torch.ones_like(z)
    for k in range(10, 1, -1):
        series = 1 + small / k * series
    return torch.where(near, series, torch.expm1(large) / large)


def decay_and_gain(
    delta: Float[Tensor, "*steps d"], A: Float[Tensor, "d N"], method: str = "zoh"
) -> tuple[Float[Tensor, "*steps d N"], Float[Tensor, "*steps d n"]]:
    """Rend Ā, de forme (…, d, N), et le gain Γ tel que B̄ = Γ ⊙ B.

    Γ vaut Δ φ(ΔA) pour ``"zoh"``, Δ sinon : n = N, ou 1 quand N n'y change rien.

    Raises:
        ValueError: règle inconnue, Δ négatif, infini ou NaN.
    """
    check_choice("method", method, METHODS)
    check_delta(delta)
    step = delta[..., None]
    if method == "euler":
        return 1 + step * A, step
    z = step * A
    return z.exp(), step * phi(z) if method == "zoh" else step


def discretize(
    delta: Float[Tensor, "*steps d"],
    A: Float[Tensor, "d N"],
    B: Float[Tensor, "*rows n"],
    method: str = "zoh",
) -> tuple[Float[Tensor, "*steps d N"], Float[Tensor, "*steps d N"]]:
    """Rend (Ā, B̄), chacun de forme (…, d, N) ; B est (d, N), ou (…, 1, N) par pas.

    Raises:
        ValueError: règle inconnue, Δ négatif, infini ou NaN.
    """
    decay, gain = decay_and_gain(delta, A, method)
    return decay, (gain * B).expand_as(decay)
