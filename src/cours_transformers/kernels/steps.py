"""Les trois premiers pas du noyau, à lancer sur de petits tenseurs d'une tête.

Lettres : T requêtes, S clés, D dimension. Sur un CPU, l'interpréteur de Triton exécute
le même texte que le GPU.
"""

import math

import torch
from jaxtyping import Float, Int
from torch import Tensor

from .availability import load_kernels


def one_tile(
    q: Float[Tensor, "T D"], k: Float[Tensor, "S D"], v: Float[Tensor, "S D"],
    block_q: int = 16,
) -> Float[Tensor, "T D"]:  # fmt: skip
    """Pas 1 : une tuile de requêtes par programme, toutes les clés d'un coup.

    Raises:
        ValueError: formes incompatibles, D ou block_q qui ne convient pas.
        RuntimeError: triton absent, ou figé dans l'autre mode.
    """
    block_k = max(16, 1 << (k.shape[0] - 1).bit_length())
    return _launch("one_tile", q, k, v, block_q, block_k)[0]


def online(
    q: Float[Tensor, "T D"], k: Float[Tensor, "S D"], v: Float[Tensor, "S D"],
    block_q: int = 16, block_k: int = 16,
) -> Float[Tensor, "T D"]:  # fmt: skip
    """Pas 2 : les clés défilent par tuiles, le softmax se fait en ligne.

    Raises:
        ValueError: formes incompatibles, D ou tailles de tuile qui ne conviennent pas.
        RuntimeError: triton absent, ou figé dans l'autre mode.
    """
    return _launch("online", q, k, v, block_q, block_k)[0]


def causal_skip(
    q: Float[Tensor, "T D"], k: Float[Tensor, "S D"], v: Float[Tensor, "S D"],
    block_q: int = 16, block_k: int = 16,
) -> tuple[Float[Tensor, "T D"], Int[Tensor, " blocks"]]:  # fmt: skip
    """Pas 3 : rend la sortie causale, et les tuiles de clés lues par chaque programme.

    Raises:
        ValueError: formes incompatibles, D ou tailles de tuile qui ne conviennent pas.
        RuntimeError: triton absent, ou figé dans l'autre mode.
    """
    visits = torch.zeros(
        math.ceil(q.shape[0] / block_q), dtype=torch.int32, device=q.device
    )
    return _launch("causal_skip", q, k, v, block_q, block_k, visits)


def _launch(
    name: str,
    q: Tensor,
    k: Tensor,
    v: Tensor,
    block_q: int,
    block_k: int,
    *more: Tensor,
) -> tuple[Tensor, ...]:
    _check(q, k, v, block_q, block_k)
    kernel = getattr(load_kernels(interpreted=not q.is_cuda).steps, name)
    out = torch.empty_like(q, memory_format=torch.contiguous_format)
    T, D = q.shape
    kernel[(math.ceil(T / block_q),)](
        q.contiguous(), k.contiguous(), v.contiguous(), out, *more,
        T, k.shape[0], 1.0 / math.sqrt(D), D=D, BLOCK_Q=block_q, BLOCK_K=block_k,
    )  # fmt: skip
    return out, *more


def _check(q: Tensor, k: Tensor, v: Tensor, block_q: int, block_k: int) -> None:
    if q.ndim != 2 or k.shape != v.shape or q.shape[1:] != k.shape[1:]:
        raise ValueError(
            "il faut q (T, D), k et v (S, D) ; "
            f"reçu {tuple(q.shape)}, {tuple(k.shape)} et {tuple(v.shape)}"
        )
    sizes = {"D": q.shape[1], "block_q": block_q, "block_k": block_k}
    for name, size in sizes.items():
        if size < 16 or size & (size - 1):
            raise ValueError(
                f"{name} doit être une puissance de deux d'au moins 16 ; reçu {size}"
            )
