"""Vérification des arguments : l'erreur dit ce qui manque, en français."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from .slopes import DistanceBias


def check_tensors(q: Tensor, k: Tensor, v: Tensor) -> None:
    """Vérifie q (B, H, T, D), k et v (B, G, S, D), G diviseur de H."""
    for name, x in {"q": q, "k": k, "v": v}.items():
        if not isinstance(x, Tensor):
            raise TypeError(f"{name} doit être un tenseur ; reçu {type(x).__name__}")
        if x.ndim != 4:
            raise ValueError(
                f"{name} doit avoir quatre axes (lot, têtes, longueur, dimension) ; "
                f"reçu {tuple(x.shape)}"
            )
        if not x.is_floating_point():
            raise TypeError(f"{name} doit être de type flottant ; reçu {x.dtype}")
        if 0 in x.shape:
            raise ValueError(
                f"{name} a un axe vide : {tuple(x.shape)} ; "
                "il faut au moins une requête et une clé"
            )
    if not q.dtype == k.dtype == v.dtype:
        raise TypeError(
            "q, k et v doivent avoir le même type ; "
            f"reçu {q.dtype}, {k.dtype} et {v.dtype}"
        )
    if not q.device == k.device == v.device:
        raise ValueError(
            "q, k et v doivent être sur le même appareil ; "
            f"reçu {q.device}, {k.device} et {v.device}"
        )
    _check_shapes(tuple(q.shape), tuple(k.shape), tuple(v.shape))


def _check_shapes(q: tuple[int, ...], k: tuple[int, ...], v: tuple[int, ...]) -> None:
    if k != v:
        raise ValueError(
            f"k et v doivent avoir la même forme (B, G, S, D) ; reçu {k} et {v}"
        )
    if q[0] != k[0]:
        raise ValueError(
            f"q et k doivent avoir la même taille de lot B ; reçu {q[0]} et {k[0]}"
        )
    if q[3] != k[3]:
        raise ValueError(
            f"q et k doivent avoir la même dimension D ; reçu {q[3]} et {k[3]}"
        )
    if q[1] % k[1]:
        raise ValueError(
            "le nombre G de têtes de k doit diviser le nombre H de têtes de q ; "
            f"reçu G = {k[1]} et H = {q[1]}"
        )


def check_mask(
    mask: Tensor | None, scores: Sequence[int], device: torch.device
) -> None:
    """Vérifie un masque booléen, extensible à la forme des scores."""
    if mask is None:
        return
    if not isinstance(mask, Tensor) or mask.dtype != torch.bool:
        got = mask.dtype if isinstance(mask, Tensor) else type(mask).__name__
        raise TypeError(
            "mask doit être un tenseur de booléens, vrai là où l'attention est "
            f"permise ; reçu {got} (un biais flottant se passe par bias)"
        )
    _check_extends("mask", mask, scores, device)


def check_bias(
    bias: Tensor | DistanceBias | None, scores: Sequence[int], device: torch.device
) -> None:
    """Vérifie un biais : extensible à la forme des scores, ou donné par ses pentes."""
    if bias is None:
        return
    if isinstance(bias, DistanceBias):
        _check_slopes(bias.slopes, scores[1], device)
        return
    if not isinstance(bias, Tensor) or not bias.is_floating_point():
        got = bias.dtype if isinstance(bias, Tensor) else type(bias).__name__
        raise TypeError(
            "bias doit être un tenseur flottant, ajouté aux scores ; "
            f"reçu {got} (un masque booléen se passe par mask)"
        )
    _check_extends("bias", bias, scores, device)


def _check_slopes(slopes: Tensor, H: int, device: torch.device) -> None:
    if not isinstance(slopes, Tensor) or not slopes.is_floating_point():
        raise TypeError(
            f"slopes doit être un tenseur flottant ; reçu {type(slopes).__name__}"
        )
    if tuple(slopes.shape) != (H,) or slopes.requires_grad:
        raise ValueError(
            f"slopes doit avoir une pente fixe par tête, de forme ({H},), sans "
            f"gradient ; reçu {tuple(slopes.shape)}"
        )
    if slopes.device != device:
        raise ValueError(
            f"slopes doit être sur {device}, comme q ; reçu {slopes.device}"
        )


def _check_extends(
    name: str, x: Tensor, scores: Sequence[int], device: torch.device
) -> None:
    fits = 2 <= x.ndim <= len(scores) and all(
        size in (1, full)
        for size, full in zip(reversed(x.shape), reversed(scores), strict=False)
    )
    if not fits:
        raise ValueError(
            f"{name} doit s'étendre à la forme des scores {tuple(scores)}, chaque axe "
            f"valant 1 ou la taille entière ; reçu {tuple(x.shape)}"
        )
    if x.device != device:
        raise ValueError(f"{name} doit être sur {device}, comme q ; reçu {x.device}")


def check_options(
    causal: bool,
    window: int | None,
    dropout: float,
    scale: float | None,
    return_lse: bool,
) -> None:
    """Vérifie les réglages qui ne sont pas des tenseurs."""
    for name, flag in {"causal": causal, "return_lse": return_lse}.items():
        if not isinstance(flag, bool):
            raise TypeError(f"{name} doit valoir True ou False ; reçu {flag!r}")
    check_window(window)
    if not _is_number(dropout) or not 0.0 <= dropout < 1.0:
        raise ValueError(
            f"dropout est une probabilité de [0, 1[, 1 exclu ; reçu {dropout!r}"
        )
    if scale is not None and not (_is_number(scale) and math.isfinite(scale)):
        raise ValueError(
            f"scale doit être un nombre fini, ou None pour 1/√D ; reçu {scale!r}"
        )


def check_window(window: int | None) -> None:
    """Vérifie une largeur de fenêtre : un entier d'au moins 1, ou None."""
    if window is None:
        return
    if isinstance(window, bool) or not isinstance(window, int):
        raise TypeError(f"window doit être un entier ou None ; reçu {window!r}")
    if window < 1:
        raise ValueError(
            "window doit valoir au moins 1 : une requête voit toujours sa propre "
            f"position ; reçu {window}"
        )


def _is_number(x: object) -> bool:
    return isinstance(x, int | float) and not isinstance(x, bool)
