"""Le lancement des noyaux : grilles, pas des tenseurs et tailles de tuiles.

Aucun tenseur n'est recopié : un noyau lit q, k et v là où ils sont, quels que soient
leurs pas. Lettres : B lot, H et G têtes, T requêtes, S clés, D dimension.
"""

import math
from contextlib import nullcontext
from types import ModuleType

import torch
from torch import Tensor

from .availability import load_kernels
from .configurations import INTERPRETED, Configuration, configuration


def block_dimension(D: int) -> int:
    """Arrondit D à la puissance de deux qui la contient, 16 au moins."""
    return max(16, 1 << (D - 1).bit_length())


def described(x: Tensor) -> bool:
    """Dit si l'unité de copie peut lire ``x`` : lignes alignées sur 16 octets."""
    aligned = x.stride(2) * x.element_size() % 16 == 0 and x.data_ptr() % 16 == 0
    heads = all(stride * x.element_size() % 16 == 0 for stride in x.stride()[:2])
    return aligned and heads and x.stride(3) == 1 and x.stride(2) > 0


def launch_forward(
    q: Tensor, k: Tensor, v: Tensor, slopes: Tensor | None, key_mask: Tensor | None,
    low: int, high: int, scale: float, interpreted: bool,
) -> tuple[Tensor, Tensor]:  # fmt: skip
    """Lance la passe avant, un programme par tête et par tuile de requêtes."""
    kernels = load_kernels(interpreted)
    out, lse = torch.empty_like(q), q.new_empty(q.shape[:3], dtype=torch.float32)
    q, k, v, work = _readable(interpreted, q, k, v, out)
    (B, H, T, D), (G, S) = q.shape, k.shape[1:3]
    sizes = _configuration("forward", interpreted, q, (slopes, key_mask))
    with _device_of(q):
        kernels.forward.flash_forward[(math.ceil(T / sizes.block_q) * B * H,)](
            q, k, v, work, lse, slopes, _bytes(key_mask),
            *q.stride(), *k.stride(), *v.stride(), *work.stride(),
            *_mask_strides(key_mask), H, H // G, T, S, low, high, scale,
            **_tiles(D, sizes),
            DESCRIPTORS=sizes.descriptors and described(k) and described(v),
        )  # fmt: skip
    return out if work is out else out.copy_(work), lse


def launch_backward(
    q: Tensor, k: Tensor, v: Tensor, out: Tensor, lse: Tensor, d_out: Tensor,
    d_lse: Tensor | None, slopes: Tensor | None, key_mask: Tensor | None,
    low: int, high: int, scale: float, interpreted: bool,
) -> tuple[Tensor, Tensor, Tensor]:  # fmt: skip
    """Lance les trois noyaux de la passe arrière : δ, puis dK et dV, puis dQ."""
    kernels = load_kernels(interpreted)
    grads = [torch.empty_like(x) for x in (q, k, v)]
    q, k, v, out, d_out, *work = _readable(interpreted, q, k, v, out, d_out, *grads)
    delta = torch.empty_like(lse)
    settings = (*_mask_strides(key_mask), q.shape[1], q.shape[1] // k.shape[1],
                q.shape[2], k.shape[2], low, high, scale)  # fmt: skip
    masks = (slopes, _bytes(key_mask))
    with _device_of(q):
        _launch_delta(kernels, out, d_out, d_lse, delta, interpreted)
        read = (q, k, v, d_out, lse, delta)
        _launch_dkdv(kernels, read, work[1:], masks, settings, interpreted)
        _launch_dq(kernels, read, work[0], masks, settings, interpreted)
    for grad, got in zip(grads, work, strict=True):
        if grad is not got:
            grad.copy_(got)
    return tuple(grads)


def _launch_delta(
    kernels: ModuleType, out: Tensor, d_out: Tensor, d_lse: Tensor | None,
    delta: Tensor, interpreted: bool,
) -> None:  # fmt: skip
    B, H, T, D = out.shape
    block = INTERPRETED.block_q if interpreted else 64
    kernels.backward.flash_delta[(math.ceil(T / block) * B * H,)](
        out, d_out, None if d_lse is None else d_lse.contiguous(), delta,
        *out.stride(), *d_out.stride(), H, T,
        D=D, BLOCK_D=block_dimension(D), BLOCK_Q=block,
    )  # fmt: skip


def _launch_dkdv(kernels, read, write, masks, settings, interpreted) -> None:
    q, k, v, d_out, _, _ = read
    sizes = _configuration("dkdv", interpreted, q, masks)
    B, G, S, D = k.shape
    kernels.backward.flash_dkdv[(math.ceil(S / sizes.block_k) * B * G,)](
        *read, *write, *masks,
        *(s for x in (q, k, v, d_out, *write) for s in x.stride()),
        *settings, **_tiles(D, sizes),
    )  # fmt: skip


def _launch_dq(kernels, read, dq, masks, settings, interpreted) -> None:
    q, k, v, d_out, _, _ = read
    sizes = _configuration("dq", interpreted, q, masks)
    B, H, T, D = q.shape
    kernels.backward.flash_dq[(math.ceil(T / sizes.block_q) * B * H,)](
        *read, dq, *masks, *(s for x in (q, k, v, d_out, dq) for s in x.stride()),
        *settings, **_tiles(D, sizes),
    )  # fmt: skip


def _configuration(
    kernel: str, interpreted: bool, q: Tensor, masks: tuple[Tensor | None, ...]
) -> Configuration:
    if interpreted:
        return INTERPRETED
    capability = torch.cuda.get_device_capability(q.device)
    options = any(x is not None for x in masks)
    block_d = block_dimension(q.shape[3])
    return configuration(kernel, capability, q.dtype, block_d, options)


def _tiles(D: int, sizes: Configuration) -> dict[str, int]:
    return {
        "D": D, "BLOCK_D": block_dimension(D),
        "BLOCK_Q": sizes.block_q, "BLOCK_K": sizes.block_k,
        "num_warps": sizes.num_warps, "num_stages": sizes.num_stages,
    }  # fmt: skip


def _readable(interpreted: bool, *tensors: Tensor) -> list[Tensor]:
    """Passe en float32 ce que l'interpréteur lirait mal : ses produits bfloat16."""
    if not interpreted or tensors[0].dtype != torch.bfloat16:
        return list(tensors)
    return [x.float() for x in tensors]


def _bytes(key_mask: Tensor | None) -> Tensor | None:
    return None if key_mask is None else key_mask.view(torch.uint8)


def _mask_strides(key_mask: Tensor | None) -> tuple[int, int]:
    return (0, 0) if key_mask is None else key_mask.stride()


def _device_of(q: Tensor):
    """Lance sur le GPU de q, même si ce n'est pas celui par défaut."""
    return torch.cuda.device(q.device) if q.is_cuda else nullcontext()
