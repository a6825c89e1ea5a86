"""Noyaux Triton : seul paquet qui importe triton, et seulement à la demande.

Le mode se fige au premier import : compilé pour un GPU, ou interprété sur un CPU. Le
module ``availability`` décide, puis importe ce paquet. Il vaut de Triton 3.6 à 3.9.
"""

import torch
import triton

from . import backward, forward, steps

__all__ = ["backward", "forward", "give_scratch", "steps"]


def give_scratch() -> None:
    """Donne à triton de quoi ranger les descripteurs qu'un noyau construit."""

    def allocate(size: int, alignment: int, stream: int | None) -> torch.Tensor:
        return torch.empty(size, dtype=torch.int8, device="cuda")

    triton.set_allocator(allocate)
