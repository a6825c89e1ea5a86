"""Le balayage sélectif de Mamba (S6) : Δ, B et C dépendent de l'entrée, A non.

Lettres : B lot, T pas, d canaux, N état d'un canal. A, B, C, D sont aussi les arguments
de l'article de Gu et Dao (2023), où d s'écrit D, et T s'écrit L.

    h_t = exp(Δ_t A) h_{t−1} + Δ_t B_t x_t,   y_t = C_t · h_t + D x_t.

Un grand Δ oublie le passé et écrit l'entrée ; Δ = 0 laisse l'état tel quel.
"""

import torch
from jaxtyping import Float
from torch import Tensor

from .adjoint import scan_and_last
from .checks import check_axes, check_shape
from .discretization import decay_and_gain

Channels = Float[Tensor, "B T d"]
Shared = Float[Tensor, "B T N"]  # commun à tous les canaux
State = Float[Tensor, "B d N"]


def selective_scan(
    x: Channels,
    delta: Channels,
    A: Float[Tensor, "d N"],
    B: Shared,
    C: Shared,
    D: Float[Tensor, " d"] | None = None,
    state: State | None = None,
    *,
    method: str = "mamba",
    form: str = "tree",
) -> tuple[Channels, State]:
    """Rend (y, dernier état) ; part de ``state``, ou de zéro.

    Tous les états existent à la fois : T d N nombres. ``sliced_scan`` s'en passe.

    Raises:
        TypeError: un argument n'est pas un tenseur flottant.
        ValueError: formes qui ne s'accordent pas, Δ négatif, infini ou NaN, règle
            (``method``) ou forme (``form``) inconnue.
    """
    check_selective(x, delta, A, B, C, D, state)
    decay, gain = decay_and_gain(delta, A, method)
    written = gain * x[..., None] * B[:, :, None]
    h, last = scan_and_last(decay, written, state, form)
    return read(h, C, x, D), last


def selective_step(
    x: Float[Tensor, "B d"],
    delta: Float[Tensor, "B d"],
    A: Float[Tensor, "d N"],
    B: Float[Tensor, "B N"],
    C: Float[Tensor, "B N"],
    D: Float[Tensor, " d"] | None = None,
    state: State | None = None,
    *,
    method: str = "mamba",
) -> tuple[Float[Tensor, "B d"], State]:
    """Fait un seul pas : le même calcul, sans rien relire du passé.

    Raises:
        TypeError: un argument n'est pas un tenseur flottant.
        ValueError: comme ``selective_scan``.
    """
    # Un axe T de longueur 1, pour que les refus soient ceux du balayage.
    now = [part[:, None] for part in (x, delta, B, C)]
    check_selective(now[0], now[1], A, now[2], now[3], D, state)
    decay, gain = decay_and_gain(delta, A, method)
    written = gain * x[..., None] * B[:, None]
    state = written if state is None else decay * state + written
    return read(state, C, x, D), state


def selective_matrix(
    delta: Channels,
    A: Float[Tensor, "d N"],
    B: Shared,
    C: Shared,
    *,
    method: str = "mamba",
) -> Float[Tensor, "B d T T"]:
    """Rend la matrice M de chaque canal telle que y = M x, à tracer ou à comparer.

    M[t, s] = C_t · (Ā_t … Ā_{s+1}) B̄_s pour s ≤ t, et 0 pour le futur : une attention
    sans softmax, dont le poids s'use entre s et t (Ali, Zimerman et Wolf, 2024).
    Elle coûte T² d N nombres.
    """
    decay, gain = decay_and_gain(delta, A, method)
    b_bar = (gain * B[:, :, None]).expand_as(decay)
    T, columns = delta.shape[1], []
    for s in range(T):
        # Une entrée seule, au pas s : on la regarde s'user de s à la fin.
        kept = decay[:, s + 1 :].cumprod(dim=1) * b_bar[:, s : s + 1]
        trace = torch.cat(
            [torch.zeros_like(decay[:, :s]), b_bar[:, s : s + 1], kept], 1
        )
        columns.append((trace @ C[..., None]).squeeze(-1))  # (B, T, d)
    return torch.stack(columns, dim=-1).transpose(1, 2)


def read(
    h: Float[Tensor, "*steps d N"],
    C: Float[Tensor, "*steps N"],
    x: Float[Tensor, "*steps d"],
    D: Float[Tensor, " d"] | None,
) -> Float[Tensor, "*steps d"]:
    """Lit l'état, y = C · h, et ajoute D x, le passage direct, s'il existe."""
    y = (h @ C[..., None]).squeeze(-1)
    return y if D is None else y + D * x


def check_selective(
    x: Tensor,
    delta: Tensor,
    A: Tensor,
    B: Tensor,
    C: Tensor,
    D: Tensor | None,
    state: Tensor | None,
) -> None:
    """Exige que toutes les formes s'accordent avec celles de x et de A."""
    batch, T, d = check_axes("x", x, "(B, T, d)")
    check_shape("delta", delta, "(B, T, d)", (batch, T, d))
    N = check_axes("A", A, "(d, N)")[1]
    check_shape("A", A, "(d, N)", (d, N))
    for name, part in {"B": B, "C": C}.items():
        check_shape(name, part, "(B, T, N)", (batch, T, N))
    if D is not None:
        check_shape("D", D, "(d,)", (d,))
    if state is not None:
        check_shape("state", state, "(B, d, N)", (batch, d, N))
