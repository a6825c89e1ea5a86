"""La convolution courte de Mamba : chaque canal lit ses K derniers pas, lui compris.

Lettres : B lot, T pas, d canaux, K largeur du filtre. L'état est ce que le pas suivant
relira : les K − 1 dernières entrées, (B, K − 1, d).
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from .checks import check_axes, check_count, check_shape

Window = Float[Tensor, "B k d"]  # k = K − 1


class ShortConvolution(nn.Module):
    """Filtre causal, canal par canal : y_t = Σ_k w_k x_{t−K+1+k} + b.

    Args:
        d: nombre de canaux.
        width: largeur K du filtre.

    Raises:
        TypeError: ``d`` ou ``width`` n'est pas un entier.
        ValueError: ``d`` ou ``width`` nul.
    """

    def __init__(self, d: int, width: int = 4, bias: bool = True):
        super().__init__()
        check_count("d", d)
        check_count("width", width)
        self.width = width
        bound = width**-0.5
        self.weight = nn.Parameter(torch.empty(d, width).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(d)) if bias else None

    def forward(
        self, x: Float[Tensor, "B T d"], window: Window | None = None
    ) -> tuple[Float[Tensor, "B T d"], Window]:
        """Rend (y, fenêtre suivante) ; sans ``window``, le passé n'est que zéros.

        Raises:
            ValueError: largeur de x ou forme de ``window`` fausse.
        """
        d, past = len(self.weight), self.width - 1
        batch, T, _ = check_axes("x", x, "(B, T, d)")
        check_shape("x", x, "(B, T, d)", (batch, T, d))
        if window is None:
            window = x.new_zeros(batch, past, d)
        check_shape("window", window, "(B, K - 1, d)", (batch, past, d))
        seen = torch.cat([window, x], dim=1)
        y = F.conv1d(seen.mT, self.weight[:, None], self.bias, groups=d).mT
        return y, seen[:, T:]
