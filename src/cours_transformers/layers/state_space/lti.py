"""Modèle d'état à réglages fixes : une récurrence, et la même chose en convolution.

Lettres : B lot, T pas, d canaux, N état d'un canal. Les lettres A, B, C, D des articles
sont aussi des arguments : B est ce que l'on écrit dans l'état, C ce que l'on en lit.

    h_t = Ā h_{t−1} + B̄ x_t,   y_t = C h_t   ⇔   y = K ∗ x,   K_k = C Āᵏ B̄.

L'égalité demande que Ā, B̄ et C soient les mêmes à chaque pas (LTI : linéaire, invariant
dans le temps). C'est ce que la sélection abandonne, et avec elle la convolution.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from .checks import check_axes, check_count, check_shape

Parameters = Float[Tensor, "d N"]


def lti_recurrence(
    x: Float[Tensor, "B T d"],
    a_bar: Parameters,
    b_bar: Parameters,
    C: Parameters,
    state: Float[Tensor, "B d N"] | None = None,
) -> tuple[Float[Tensor, "B T d"], Float[Tensor, "B d N"]]:
    """Lit x pas à pas ; rend (y, dernier état). Sans ``state``, part de zéro.

    Raises:
        ValueError: entrée vide, ou formes qui ne s'accordent pas.
    """
    batch, _, d = check_axes("x", x, "(B, T, d)")
    _check(d, a_bar, b_bar, C)
    if state is None:
        state = x.new_zeros(batch, d, a_bar.shape[1])
    check_shape("state", state, "(B, d, N)", (batch, d, a_bar.shape[1]))
    outputs = []
    for x_t in x.unbind(1):
        state = a_bar * state + b_bar * x_t[..., None]
        outputs.append((C * state).sum(dim=-1))
    return torch.stack(outputs, dim=1), state


def lti_kernel(
    a_bar: Parameters, b_bar: Parameters, C: Parameters, T: int
) -> Float[Tensor, "d T"]:
    """Rend la réponse à une impulsion, K_k = Σ_n C Āᵏ B̄ pour k de 0 à T − 1.

    Raises:
        TypeError: ``T`` n'est pas un entier.
        ValueError: T nul, ou formes qui ne s'accordent pas.
    """
    check_count("T", T)
    _check(len(a_bar), a_bar, b_bar, C)
    ages = torch.arange(T, device=a_bar.device)
    powers = a_bar[..., None] ** ages  # (d, N, T) ; le pas présent a l'âge 0
    return ((C * b_bar)[..., None] * powers).sum(dim=1)


def causal_convolution(
    x: Float[Tensor, "B T d"], kernel: Float[Tensor, "d T"]
) -> Float[Tensor, "B T d"]:
    """Calcule y_t = Σ_{k ≤ t} K_k x_{t−k}, par FFT : T log T, et non T².

    Raises:
        ValueError: entrée vide, ou noyau d'une autre longueur que l'entrée.
    """
    _, T, d = check_axes("x", x, "(B, T, d)")
    check_shape("kernel", kernel, "(d, T)", (d, T))
    # La FFT enroule la suite sur elle-même : 2T places empêchent la fin de x de
    # retomber sur le début de y.
    spectrum = torch.fft.rfft(x, 2 * T, dim=1) * torch.fft.rfft(kernel.T, 2 * T, dim=0)
    return torch.fft.irfft(spectrum, 2 * T, dim=1)[:, :T]


def lti_convolution(
    x: Float[Tensor, "B T d"], a_bar: Parameters, b_bar: Parameters, C: Parameters
) -> Float[Tensor, "B T d"]:
    """Calcule les mêmes sorties que ``lti_recurrence``, tous les pas d'un coup."""
    T = check_axes("x", x, "(B, T, d)")[1]
    return causal_convolution(x, lti_kernel(a_bar, b_bar, C, T))


def _check(d: int, a_bar: Tensor, b_bar: Tensor, C: Tensor) -> None:
    shape = check_axes("a_bar", a_bar, "(d, N)")
    for name, x in {"a_bar": a_bar, "b_bar": b_bar, "C": C}.items():
        check_shape(name, x, "(d, N)", (d, shape[1]))
