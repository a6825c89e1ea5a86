"""La couche : un routeur, E réseaux feed-forward, et la somme pondérée des k choisis.

Elle prend la place d'un ``FeedForward`` dans un bloc. Lettres : E experts, k choisis.
"""

import copy
from dataclasses import replace

import torch
from jaxtyping import Float
from torch import Tensor, nn

from cours_transformers.layers.feed_forward import feed_forward

from .config import MoEConfig
from .execution import dense, grouped
from .router import Router
from .routing import Routing


class MixtureOfExperts(nn.Module):
    """Calcule y = Σ_i w_i(x) FFN_i(x), sur les k experts que choisit le routeur.

    Args:
        config: nombre d'experts, k, capacité, exécution.
        feed_forward_name: nom de la variante, commune aux experts.
        d_ff: largeur de chaque expert ; par défaut, celle d'un réseau seul.
    """

    def __init__(
        self,
        d_model: int,
        config: MoEConfig,
        *,
        feed_forward_name: str = "gelu",
        d_ff: int | None = None,
        bias: bool = False,
        dropout: float = 0.0,
    ):
        super().__init__()
        self.config, self.router = config, Router(d_model, config)
        self.experts = nn.ModuleList(
            feed_forward(feed_forward_name, d_model, d_ff, bias=bias, dropout=dropout)
            for _ in range(config.n_experts)
        )

    def forward(self, x: Float[Tensor, "... d_model"]) -> Float[Tensor, "... d_model"]:
        """Transforme chaque token par ses experts ; zéro pour un token abandonné."""
        tokens = x.reshape(-1, x.shape[-1])
        run = grouped if self.config.execution == "grouped" else dense
        return run(self.experts, tokens, self.router(tokens)).view(x.shape)

    def route(self, x: Float[Tensor, "... d_model"]) -> Routing:
        """La décision du routeur, celle de ``forward``."""
        return self.router(x.reshape(-1, x.shape[-1]))

    @property
    def active_parameters(self) -> int:
        """Paramètres que lit un token : le routeur, et k experts."""
        one = sum(p.numel() for p in self.experts[0].parameters())
        return self.router.proj.weight.numel() + self.config.top_k * one

    @torch.no_grad()
    def without(self, expert: int) -> "MixtureOfExperts":
        """Rend une copie privée d'un expert : ses tokens iront à leur choix suivant.

        Raises:
            ValueError: expert inconnu, ou moins de k experts restants.
        """
        E, k = self.config.n_experts, self.config.top_k
        if not 0 <= expert < E or k > E - 1:
            raise ValueError(
                f"expert doit être compris entre 0 et {E - 1}, et il doit en rester au "
                f"moins top_k = {k} ; reçu {expert}"
            )
        smaller = copy.deepcopy(self)
        smaller.config = replace(self.config, n_experts=E - 1)
        smaller.router.config = smaller.config
        rows = [i for i in range(E) if i != expert]
        smaller.router.proj.weight = nn.Parameter(self.router.proj.weight[rows])
        smaller.router.proj.out_features = E - 1
        del smaller.experts[expert]
        return smaller
