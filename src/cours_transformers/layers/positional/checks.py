"""Refus des encodages : ce qui manque, ce qui a été reçu, ce qu'il faut."""

import math

from torch import Tensor


def check_integer(name: str, value: object, minimum: int) -> None:
    """Exige un entier d'au moins ``minimum``."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} doit être un entier ; reçu {value!r}")
    if value < minimum:
        raise ValueError(f"{name} doit valoir au moins {minimum} ; reçu {value}")


def check_pairs(name: str, width: int, base: float) -> None:
    """Exige un nombre pair de dimensions, et une base finie d'au moins 1."""
    check_integer(name, width, 2)
    if width % 2:
        raise ValueError(
            f"{name} doit être pair : chaque fréquence prend deux dimensions ; "
            f"reçu {width}"
        )
    number = isinstance(base, int | float) and not isinstance(base, bool)
    if not number or not 1 <= base < math.inf:
        raise ValueError(f"base doit être un nombre fini d'au moins 1 ; reçu {base!r}")


def check_embeddings(x: Tensor, d_model: int, offset: int) -> None:
    """Exige des plongements (B, T, d_model), T ≥ 1, et un décalage positif ou nul."""
    if x.ndim != 3 or x.shape[-1] != d_model or x.shape[1] < 1:
        raise ValueError(
            f"x doit avoir la forme (B, T, {d_model}), avec T ≥ 1 ; "
            f"reçu {tuple(x.shape)}"
        )
    check_integer("offset", offset, 0)


def check_heads(
    name: str, x: Tensor, *, n_heads: int | None = None, d_head: int | None = None
) -> None:
    """Exige des têtes (B, n_heads, longueur, d_head) non vides ; None : libre."""
    wrong = x.ndim != 4 or 0 in x.shape
    wrong = wrong or (n_heads is not None and x.shape[1] != n_heads)
    wrong = wrong or (d_head is not None and x.shape[3] != d_head)
    if wrong:
        raise ValueError(
            f"{name} doit avoir la forme (B, {n_heads or 'têtes'}, longueur, "
            f"{d_head or 'D'}), sans axe vide ; reçu {tuple(x.shape)}"
        )


def check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Exige l'un des mots connus."""
    if value not in choices:
        known = ", ".join(f"« {choice} »" for choice in choices)
        raise ValueError(f"{name} doit être l'un de {known} ; reçu {value!r}")
