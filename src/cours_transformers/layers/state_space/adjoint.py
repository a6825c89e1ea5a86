"""La passe arrière d'un balayage est un balayage, du dernier pas au premier.

Si ḡ_t est le gradient reçu par h_t, celui de b_t est la solution de

    g_t = a_{t+1} g_{t+1} + ḡ_t,   et celui de a_t vaut g_t h_{t−1}.

On ne garde donc que a et h, quelle que soit la forme, là où la dérivation automatique
de Hillis–Steele garderait ses log₂ T étapes.
"""

from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor

from .checks import check_axes, check_choice, check_shape
from .scan import (
    Steps,
    chunked_scan,
    hillis_steele_scan,
    sequential_scan,
    tree_scan,
)

FORMS = {
    "sequential": sequential_scan,
    "hillis_steele": hillis_steele_scan,
    "tree": tree_scan,
    "chunked": chunked_scan,
}


class _Scan(torch.autograd.Function):
    """Un balayage de n'importe quelle forme, et sa passe arrière écrite à la main."""

    @staticmethod
    def forward(
        ctx: Any, a: Tensor, b: Tensor, state: Tensor, form: str
    ) -> tuple[Tensor, Tensor]:
        # L'état reçu n'agit que par le premier pas : a_0 h + b_0.
        first = b[:, :1] + a[:, :1] * state[:, None]
        h = FORMS[form](a, torch.cat([first, b[:, 1:]], dim=1))
        ctx.save_for_backward(a, h, state)
        ctx.form = form
        return h, h[:, -1].clone()

    @staticmethod
    def backward(
        ctx: Any, grad_h: Tensor, grad_last: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, None]:
        a, h, state = ctx.saved_tensors
        T = a.shape[1]
        backwards = torch.arange(T - 1, -1, -1, device=a.device)
        # Le premier pas lu, le dernier de la suite, n'a pas de a_{t+1} ; il reçoit a_0,
        # qui ne sert pas, car rien ne le précède. apply, et non FORMS[form] : le
        # gradient d'un gradient reste possible.
        following = a.index_select(1, (backwards + 1) % T)
        received = grad_h.index_select(1, backwards)
        received[:, 0] += grad_last
        zero = torch.zeros_like(state)
        g, _ = _Scan.apply(following, received, zero, ctx.form)
        g = g.flip(1)
        before = torch.cat([state[:, None], h[:, :-1]], dim=1)
        return g * before, g, a[:, 0] * g[:, 0], None


def scan_and_last(
    a: Steps,
    b: Steps,
    state: Float[Tensor, "B *state"] | None = None,
    form: str = "tree",
) -> tuple[Steps, Float[Tensor, "B *state"]]:
    """Rend tous les états, et le dernier seul, que l'on redonne pour continuer.

    Le relire dans h coûterait, à la passe arrière, un gradient de zéros de la taille de
    h. Mêmes arguments et mêmes refus que ``linear_scan``.
    """
    check_choice("form", form, tuple(FORMS))
    letters = "(B, T" + ", …" * (getattr(b, "ndim", 2) - 2) + ")"
    shape = check_axes("b", b, letters)
    check_shape("a", a, letters, shape)
    if state is None:
        state = torch.zeros_like(b[:, 0])
    check_shape("state", state, "(B, …)", (shape[0], *shape[2:]))
    return _Scan.apply(a, b, state, form)


def linear_scan(
    a: Steps,
    b: Steps,
    state: Float[Tensor, "B *state"] | None = None,
    form: str = "tree",
) -> Steps:
    """Résout h_t = a_t h_{t−1} + b_t, en partant de ``state`` (zéro par défaut).

    ``form`` change le temps, mais ni les sorties ni les gradients.

    Raises:
        TypeError: a ou b n'est pas un tenseur flottant.
        ValueError: forme inconnue, aucun pas, ou tailles qui ne s'accordent pas.
    """
    return scan_and_last(a, b, state, form)[0]
