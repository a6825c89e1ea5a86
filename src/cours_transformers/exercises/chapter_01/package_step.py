"""Un pas des récurrences du paquet, avec les matrices de l'énoncé."""

import torch
from torch import Tensor

from cours_transformers.layers.recurrent.base import Recurrence, State


@torch.no_grad()
def package_step(
    kind: type[Recurrence],
    x_t: Tensor,
    state: State,
    W_x: Tensor,
    W_h: Tensor,
    b: Tensor,
) -> State:
    """Rend l'état que la couche du paquet calcule avec W_x, W_h et b."""
    layer = kind(x_t.shape[1], W_h.shape[1])
    weights = {"x_proj.weight": W_x, "x_proj.bias": b, "h_proj.weight": W_h}
    layer.load_state_dict(weights)
    return layer.step(x_t, state)[1]
