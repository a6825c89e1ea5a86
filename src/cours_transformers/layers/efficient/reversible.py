"""Couches réversibles : la passe arrière refait les activations au lieu de les garder.

    y₁ = x₁ + f(x₂)        x₂ = y₂ − g(y₁)
    y₂ = x₂ + g(y₁)        x₁ = y₁ − f(x₂)              (Gomez, 2017 ; Kitaev, 2020)

La sortie suffit à retrouver l'entrée : une pile de L couches ne garde que sa sortie,
quel que soit L. Le prix est un second passage avant, et une entrée retrouvée aux
arrondis près.
"""

from collections.abc import Sequence

import torch
from jaxtyping import Float
from torch import Tensor, nn

Flow = Float[Tensor, "B T d_model"]


class ReversibleBlock(nn.Module):
    """Deux flux couplés : y₁ = x₁ + f(x₂), y₂ = x₂ + g(y₁)."""

    def __init__(self, f: nn.Module, g: nn.Module):
        super().__init__()
        self.f, self.g = f, g

    def forward(self, x1: Flow, x2: Flow) -> tuple[Flow, Flow]:
        """Avance d'une couche ; autograd y garde ses activations, comme ailleurs."""
        y1 = x1 + self.f(x2)
        return y1, x2 + self.g(y1)

    def inverse(self, y1: Flow, y2: Flow) -> tuple[Flow, Flow]:
        """Recule d'une couche : retrouve (x₁, x₂), aux arrondis près."""
        x2 = y2 - self.g(y1)
        return y1 - self.f(x2), x2


class ReversibleStack(nn.Module):
    """Une pile de ``ReversibleBlock`` dont la passe arrière ne garde que la sortie.

    Args:
        blocks: les couches, de la première à la dernière.
        keep: vrai pour garder les activations, comme une pile ordinaire : la référence.

    Raises:
        ValueError: aucune couche, ou, à l'appel, du dropout à l'entraînement : le
            second passage tirerait d'autres oublis.
    """

    def __init__(self, blocks: Sequence[ReversibleBlock], *, keep: bool = False):
        super().__init__()
        if not blocks:
            raise ValueError("blocks doit contenir au moins une couche ; reçu 0")
        self.blocks, self.keep = nn.ModuleList(blocks), keep

    def forward(self, x1: Flow, x2: Flow) -> tuple[Flow, Flow]:
        """Traverse la pile ; les gradients sont ceux de ``keep=True``."""
        if self.keep:
            for block in self.blocks:
                x1, x2 = block(x1, x2)
            return x1, x2
        if any(
            isinstance(m, nn.Dropout) and m.p and m.training for m in self.modules()
        ):
            raise ValueError(
                "dropout doit valoir 0 dans une pile réversible : la passe arrière "
                "refait le calcul, et tirerait d'autres oublis"
            )
        parameters = [p for p in self.parameters() if p.requires_grad]
        return _Recompute.apply(self.blocks, x1, x2, *parameters)


class _Recompute(torch.autograd.Function):
    """Avance sans graphe ; au retour, recule d'une couche et la refait, avec graphe."""

    @staticmethod
    def forward(ctx, blocks, x1, x2, *parameters):
        for block in blocks:
            x1, x2 = block(x1, x2)
        ctx.blocks, ctx.parameters = blocks, parameters
        ctx.save_for_backward(x1, x2)
        return x1, x2

    @staticmethod
    def backward(ctx, grad1, grad2):
        y1, y2 = ctx.saved_tensors
        # Un même poids peut servir à plusieurs couches : on additionne.
        total = {p: torch.zeros_like(p) for p in ctx.parameters}
        for block in reversed(ctx.blocks):
            # g(y₁), refait avec graphe, sert deux fois : dériver, et reculer.
            g_y1, through_g = _redo(block.g, y1, grad2, total)
            grad1, x2 = grad1 + through_g, y2 - g_y1
            f_x2, through_f = _redo(block.f, x2, grad1, total)
            grad2, y1, y2 = grad2 + through_f, y1 - f_x2, x2
        return None, grad1, grad2, *(total[p] for p in ctx.parameters)


def _redo(
    layer: nn.Module, x: Flow, grad: Flow, total: dict[nn.Parameter, Tensor]
) -> tuple[Flow, Flow]:
    """Refait ``layer(x)``, ajoute à ``total`` le gradient des poids, rend l'autre."""
    own = [p for p in layer.parameters() if p.requires_grad]
    with torch.enable_grad():
        x = x.detach().requires_grad_()
        # Un alias : le compteur de FLOPs de PyTorch ne suit pas une feuille du graphe.
        output = layer(x.view_as(x))
    through, *grads = torch.autograd.grad(output, (x, *own), grad, allow_unused=True)
    for parameter, added in zip(own, grads, strict=True):
        if added is not None:
            total[parameter] += added
    return output.detach(), torch.zeros_like(x) if through is None else through
