"""AdamW, dont le rappel vers zéro n'agit que sur les matrices.

Rappeler vers zéro le gain d'une norme ou un biais ne régularise rien : cela change
l'échelle du flux. Comme dans GPT-2, seuls les tenseurs d'au moins deux axes le sont ;
comme dans le code de Mamba, log(−A) ne l'est pas, bien qu'il en ait deux : le rappeler
mènerait toutes les vitesses d'oubli à A = −1.
"""

import torch
from torch import Tensor, nn

FREE = ("A_log",)  # jamais rappelés vers zéro, quelle que soit leur forme


def decay_groups(model: nn.Module, weight_decay: float) -> list[dict]:
    """Sépare les paramètres : matrices et tables, rappelées vers zéro, puis le reste.

    Un tenseur partagé n'y est qu'une fois.

    Raises:
        ValueError: rappel négatif.
    """
    if weight_decay < 0:
        raise ValueError(f"weight_decay doit être ≥ 0 ; reçu {weight_decay}")
    matrices: list[Tensor] = []
    others: list[Tensor] = []
    for name, p in model.named_parameters():
        if p.requires_grad:
            recalled = p.ndim >= 2 and not name.endswith(FREE)
            (matrices if recalled else others).append(p)
    return [
        {"params": matrices, "weight_decay": weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]


def adamw(
    model: nn.Module,
    lr: float,
    weight_decay: float = 0.1,
    betas: tuple[float, float] = (0.9, 0.95),
) -> torch.optim.AdamW:
    """Construit AdamW (Loshchilov, 2019) sur ``decay_groups``, en un seul noyau.

    La version ``fused`` fait le même calcul en une passe, sur CPU comme sur GPU.
    """
    return torch.optim.AdamW(
        decay_groups(model, weight_decay), lr=lr, betas=betas, fused=True
    )
