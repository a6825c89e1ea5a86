"""Un signal à débruiter : des paliers qui se répètent, plus un bruit gaussien."""

import torch
from jaxtyping import Float
from torch import Tensor


def noisy_steps(
    n: int = 200, step: int = 20, noise: float = 0.3, seed: int = 0
) -> tuple[Float[Tensor, " n"], Float[Tensor, " n"]]:
    """Donne (signal propre, signal bruité) : trois niveaux, 0, 1 et 2, par paliers.

    Raises:
        ValueError: longueur ou palier nul, bruit négatif.
    """
    if n < 1 or step < 1 or noise < 0:
        raise ValueError(
            f"n ≥ 1, step ≥ 1 et noise ≥ 0 attendus ; reçu {n=}, {step=}, {noise=}"
        )
    generator = torch.Generator().manual_seed(seed)
    levels = torch.arange(n) // step
    clean = ((levels * 2) % 3).float()  # 0, 2, 1, 0, 2, 1… : chaque niveau revient
    return clean, clean + noise * torch.randn(n, generator=generator)
