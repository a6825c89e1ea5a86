"""Mettre dans un GPT l'attention du lecteur, une fois vérifiée.

Lettres : B lot, H têtes, T requêtes, S clés, D dimension d'une tête.
"""

from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from cours_transformers.kernels.attention import attention as reference
from cours_transformers.kernels.slopes import DistanceBias

OwnFunction = Callable[[Tensor, Tensor, Tensor], Tensor]
SIZES = ((1, 1), (5, 5), (1, 6), (3, 7))  # (T, S) ; T < S : le cache a déjà lu
TOLERANCE = 1e-4


class OwnAttention:
    """L'appel d'attention du bloc, servi par la fonction du lecteur.

    Args:
        function: ``f(q, k, v)``, de formes (B, H, T, D) et (B, H, S, D), qui rend
            (B, H, T, D). Elle est causale, la dernière requête alignée sur la
            dernière clé.

    Raises:
        ValueError: sur de petits tenseurs, elle ne rend pas ce que rend ``kernels``,
            ou son gradient diffère.
    """

    def __init__(self, function: OwnFunction):
        _check_attention(function)
        self.function = function

    def __call__(
        self,
        q: Float[Tensor, "B H T D"],
        k: Float[Tensor, "B G S D"],
        v: Float[Tensor, "B G S D"],
        *,
        causal: bool,
        mask: Tensor | None,
        bias: Tensor | DistanceBias | None,
    ) -> Float[Tensor, "B H T D"]:
        """Répète les têtes clé-valeur partagées, puis laisse faire la fonction."""
        if not causal or mask is not None or bias is not None:
            raise ValueError(
                "attention : une fonction à vous ne reçoit que q, k et v, et elle est "
                "causale ; ni masque, ni biais de position (prenez position=« rope »)"
            )
        repeats = q.shape[1] // k.shape[1]
        k, v = (x.repeat_interleave(repeats, dim=1) for x in (k, v))
        return self.function(q, k, v)


def _check_attention(function: OwnFunction) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for T, S in SIZES:
            tensors = [torch.randn(2, 2, n, 4, requires_grad=True) for n in (T, S, S)]
            _compare(function, tensors, f"T = {T} et S = {S}")


def _compare(function: OwnFunction, tensors: list[Tensor], case: str) -> None:
    """Compare la sortie, puis les gradients, à ceux de ``kernels``."""
    expected = reference(*tensors, causal=True)
    try:
        found = function(*tensors)
    except Exception as error:
        raise ValueError(
            f"attention : votre fonction s'arrête avec {case} : "
            f"{type(error).__name__}, {error}"
        ) from error
    shape = getattr(found, "shape", None)
    if shape != expected.shape:
        raise ValueError(
            f"attention : avec {case}, la sortie doit avoir la forme "
            f"{tuple(expected.shape)} ; reçu {shape and tuple(shape)}"
        )
    if not _close(found, expected):
        raise ValueError(f"attention : avec {case}, {_difference(found, tensors)}")
    weights = torch.randn_like(expected)
    given = [_gradients(y, tensors, weights) for y in (found, expected)]
    for name, mine, theirs in zip("qkv", *given, strict=True):
        if mine is None or not _close(mine, theirs):
            raise ValueError(
                f"attention : avec {case}, la sortie est juste mais le gradient de "
                f"{name} ne l'est pas ; un `.detach()` de trop ?"
            )


def _gradients(
    y: Tensor, tensors: list[Tensor], weights: Tensor
) -> Sequence[Tensor | None]:
    """Les gradients de la somme pondérée de ``y`` ; None pour ce qui n'y compte pas."""
    if not y.requires_grad:
        return [None] * len(tensors)
    return torch.autograd.grad((y * weights).sum(), tensors, allow_unused=True)


def _difference(found: Tensor, tensors: list[Tensor]) -> str:
    """Nomme la faute, si elle est de celles que l'on reconnaît."""
    T, S = tensors[0].shape[-2], tensors[1].shape[-2]
    if _close(found, reference(*tensors)):
        return "chaque requête voit aussi les clés qui la suivent : où est le masque ?"
    if T < S and _close(found, _top_left(*tensors)):
        return (
            "le masque est aligné en haut à gauche : la dernière requête doit voir la "
            "dernière clé, donc la requête i les clés 0 à i + S − T"
        )
    if not found.isfinite().all():
        return "la sortie a des NaN ou des infinis"
    gap = (found - reference(*tensors, causal=True)).abs().max().item()
    return f"la sortie s'écarte de {gap:.2g} de celle de `kernels.attention`"


def _top_left(q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """L'attention dont la requête i ne voit que les clés 0 à i, même si T < S."""
    mask = torch.ones(q.shape[-2], k.shape[-2], dtype=torch.bool).tril()
    return reference(q, k, v, mask=mask)


def _close(a: Tensor, b: Tensor) -> bool:
    return torch.allclose(a, b, rtol=TOLERANCE, atol=TOLERANCE)
