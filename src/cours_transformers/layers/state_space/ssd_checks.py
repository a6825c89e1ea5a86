"""Refus de SSD : des têtes, des groupes qui les partagent, des durées positives."""

from torch import Tensor

from .checks import check_axes, check_delta, check_shape


def check_ssd(
    x: Tensor,
    delta: Tensor,
    A: Tensor,
    B: Tensor,
    C: Tensor,
    D: Tensor | None,
    state: Tensor | None,
) -> None:
    """Exige que toutes les formes s'accordent avec celles de x et de B."""
    batch, T, H, P = check_axes("x", x, "(B, T, H, P)")
    check_shape("delta", delta, "(B, T, H)", (batch, T, H))
    check_delta(delta)
    G, N = check_axes("B", B, "(B, T, G, N)")[2:]
    for name, part in {"B": B, "C": C}.items():
        check_shape(name, part, "(B, T, G, N)", (batch, T, G, N))
    if H % G:
        raise ValueError(
            "le nombre G de groupes de B doit diviser le nombre H de têtes de x ; "
            f"reçu G = {G} et H = {H}"
        )
    for name, part in {"A": A, "D": D}.items():
        if part is not None:
            check_shape(name, part, "(H,)", (H,))
    if state is not None:
        check_shape("state", state, "(B, H, P, N)", (batch, H, P, N))
