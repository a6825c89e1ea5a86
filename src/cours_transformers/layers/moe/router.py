"""Le routeur : p = softmax(x W_r), puis les k experts les plus probables.

Lettres : N tokens, E experts, k experts par token.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn

from .capacity import expert_capacity, within_capacity
from .config import MoEConfig
from .routing import Routing


class Router(nn.Module):
    """Choisit k experts par token, et le poids de chacun.

    Le choix lui-même n'est pas dérivable ; le routeur apprend par les poids.
    """

    def __init__(self, d_model: int, config: MoEConfig):
        super().__init__()
        self.config = config
        self.proj = nn.Linear(d_model, config.n_experts, bias=False)

    def forward(self, x: Float[Tensor, "N d_model"]) -> Routing:
        """Rend la décision ; la capacité ne compte qu'en mode entraînement."""
        logits = self.proj(x)
        probabilities = logits.softmax(dim=-1)
        weights, experts = probabilities.topk(self.config.top_k, dim=-1)
        if self.config.normalized:
            weights = weights / weights.sum(dim=-1, keepdim=True)
        kept = torch.ones_like(experts, dtype=torch.bool)
        factor = self.config.capacity_factor
        if factor is not None and self.training:
            E, k = self.config.n_experts, self.config.top_k
            kept = within_capacity(experts, E, expert_capacity(len(x), E, k, factor))
        return Routing(logits, probabilities, experts, weights, kept)
