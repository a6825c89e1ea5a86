"""Le réseau récurrent le plus court : h_t = tanh(W_x x_t + W_h h_{t−1} + b).

Elman (1990). PyTorch écrit W_ih pour W_x, W_hh pour W_h, et deux biais dont seule la
somme compte : nous n'en avons qu'un. L'état est ``h``.
"""

from jaxtyping import Float
from torch import Tensor

from .base import Hidden, Recurrence


class RNN(Recurrence):
    """Récurrence simple ; ``x_proj`` est W_x et b, ``h_proj`` est W_h."""

    def update(
        self, from_x: Float[Tensor, "B height"], state: Hidden
    ) -> tuple[Hidden, Hidden]:
        """Calcule h_t = tanh(W_x x_t + b + W_h h_{t−1})."""
        h = (from_x + self.h_proj(state)).tanh()
        return h, h
