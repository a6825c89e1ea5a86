"""Ce que devient le gradient d'une récurrence quand il remonte le temps."""

import copy
from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor

from cours_transformers.layers.recurrent.base import Recurrence


def gradient_norms(
    cell: Recurrence,
    distances: Sequence[int],
    *,
    batch_size: int = 8,
    seed: int = 0,
) -> Float[Tensor, " n"]:
    """Norme du gradient de ‖dernière sortie‖² par rapport à l'entrée d pas plus tôt.

    Entrées normales centrées réduites ; moyenne sur le lot, rapportée à la distance 0,
    donc sans unité : 1 à la distance 0. Calculée en float64 sur une copie de ``cell``.

    Raises:
        ValueError: aucune distance, ou distance négative.
    """
    if not len(distances) or min(distances) < 0:
        raise ValueError(
            "distances doit donner au moins un entier, tous positifs ou nuls ; "
            f"reçu {list(distances)}"
        )
    cell = copy.deepcopy(cell).double()
    generator = torch.Generator().manual_seed(seed)
    shape = (batch_size, max(distances) + 1, cell.d_in)
    x = torch.randn(shape, generator=generator, dtype=torch.float64)
    outputs, _ = cell(x.requires_grad_())
    (gradient,) = torch.autograd.grad(outputs[:, -1].pow(2).sum(), x)
    norms = gradient.norm(dim=-1).mean(dim=0).flip(0)  # indice : la distance
    return norms[list(distances)] / norms[0]
