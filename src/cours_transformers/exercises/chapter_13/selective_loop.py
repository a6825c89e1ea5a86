"""La boucle d'un balayage sélectif, dont on peut remplacer chaque pièce."""

from collections.abc import Callable

import torch
from torch import Tensor


def _decay(step: Tensor, A: Tensor, h: Tensor) -> Tensor:
    return (step * A).exp()


def _write(step: Tensor, x: Tensor, B: Tensor) -> Tensor:
    return step * x * B


def _update(h: Tensor, kept: Tensor, new: Tensor) -> Tensor:
    return kept * h + new


def _after(h: Tensor, before: Tensor, kept: Tensor) -> Tensor:
    return h


def _read(h: Tensor, C: Tensor) -> Tensor:
    return h @ C


def scan(
    decay: Callable = _decay,
    write: Callable = _write,
    update: Callable = _update,
    seen: Callable = _after,
    read: Callable = _read,
) -> Callable:
    """Une boucle, juste par défaut, dont on remplace une pièce."""

    def wrong(x: Tensor, delta: Tensor, A: Tensor, B: Tensor, C: Tensor) -> Tensor:
        h, outputs = torch.zeros_like(A), []
        for t in range(len(x)):
            step, before = delta[t, :, None], h
            kept = decay(step, A, before)
            h = update(before, kept, write(step, x[t, :, None], B[t]))
            outputs.append(read(seen(h, before, kept), C[t]))
        return torch.stack(outputs)

    return wrong


right = scan()
