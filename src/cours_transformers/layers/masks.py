"""Masques d'attention : vrai là où l'attention est permise.

Ils se combinent par ``&``. Lettres : B lot, T requêtes, S clés.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Bool, Int
from torch import Tensor

from cours_transformers.kernels.arguments import check_window


def causal_mask(
    T: int, S: int, device: torch.device | str | None = None
) -> Bool[Tensor, "T S"]:
    """Chaque requête voit les clés qui la précèdent ; la dernière les voit toutes."""
    _check_lengths(T, S)
    everything = torch.ones(T, S, dtype=torch.bool, device=device)
    return everything.tril(diagonal=S - T)  # T ≠ S : aligné en bas à droite


def padding_mask(
    lengths: Sequence[int] | Int[Tensor, " B"],
    S: int,
    device: torch.device | str | None = None,
) -> Bool[Tensor, "B 1 1 S"]:
    """Cache les clés de remplissage : la clé j du texte b est vue si j < lengths[b].

    Les deux axes de taille 1 valent pour toutes les têtes et toutes les requêtes.
    """
    lengths = torch.as_tensor(lengths, device=device)
    if lengths.ndim != 1 or lengths.is_floating_point() or lengths.dtype == torch.bool:
        raise ValueError(
            "lengths doit donner une longueur entière par texte ; "
            f"reçu {lengths.tolist()}"
        )
    if (lengths < 0).any() or (lengths > S).any():
        raise ValueError(
            f"lengths doit rester entre 0 et S = {S} ; reçu {lengths.tolist()}"
        )
    keys = torch.arange(S, device=lengths.device)
    return (keys < lengths[:, None])[:, None, None, :]


def sliding_window_mask(
    T: int, S: int, window: int, device: torch.device | str | None = None
) -> Bool[Tensor, "T S"]:
    """Chaque requête voit les clés à moins de ``window`` positions de la sienne.

    Avec ``& causal_mask(T, S)`` : les ``window`` dernières clés, la sienne comprise.
    """
    _check_lengths(T, S)
    check_window(window)
    position = torch.arange(T, device=device) + S - T  # aligné en bas à droite
    distance = position[:, None] - torch.arange(S, device=device)
    return distance.abs() < window


def _check_lengths(T: int, S: int) -> None:
    if T < 1 or S < 1:
        raise ValueError(f"T et S doivent valoir au moins 1 ; reçu T = {T} et S = {S}")
