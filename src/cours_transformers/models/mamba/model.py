"""Mamba : un modèle de langue sans attention, ni position, ni cache qui grandit.

Lettres : B lot, T positions, V symboles, L couches, d canaux, N état d'un canal, K
largeur de la convolution. Il n'y a ni réseau feed-forward, ni encodage positionnel :
le mélangeur élargit déjà le flux, et la récurrence connaît l'ordre.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from cours_transformers.layers.norm import RMSNorm
from cours_transformers.layers.state_space import MambaState

from .config import MambaConfig

States = tuple[MambaState, ...]


class MambaBlock(nn.Module):
    """Une couche : x + mélangeur(RMSNorm(x))."""

    def __init__(self, config: MambaConfig):
        super().__init__()
        self.norm = RMSNorm(config.d_model, config.norm_eps)
        self.mixer = config.build_mixer()

    def forward(
        self, x: Float[Tensor, "B T d_model"], state: MambaState | None = None
    ) -> tuple[Float[Tensor, "B T d_model"], MambaState]:
        """Rend (flux, dernier état)."""
        mixed, state = self.mixer(self.norm(x), state)
        return x + mixed, state

    def step(
        self, x: Float[Tensor, "B d_model"], state: MambaState | None = None
    ) -> tuple[Float[Tensor, "B d_model"], MambaState]:
        """Lit un seul pas."""
        mixed, state = self.mixer.step(self.norm(x), state)
        return x + mixed, state


class Mamba(nn.Module):
    """Plongement, L couches, norme finale, logits du suivant, sans biais.

    Les plongements sont tirés avec un écart-type de 0,02, et les matrices qui écrivent
    dans le flux divisées par √L, comme dans le code de Mamba.
    """

    def __init__(self, config: MambaConfig):
        super().__init__()
        self.config = config
        self.embedding = nn.Embedding(config.vocabulary_size, config.d_model)
        self.blocks = nn.ModuleList(MambaBlock(config) for _ in range(config.n_layers))
        self.final_norm = RMSNorm(config.d_model, config.norm_eps)
        self.head = nn.Linear(config.d_model, config.vocabulary_size, bias=False)
        nn.init.normal_(self.embedding.weight, std=0.02)
        nn.init.normal_(self.head.weight, std=0.02)
        if config.tied:
            self.head.weight = self.embedding.weight
        with torch.no_grad():
            for block in self.blocks:
                block.mixer.out_proj.weight /= config.n_layers**0.5

    def forward(self, tokens: Int[Tensor, "B T"]) -> Float[Tensor, "B T V"]:
        """Logits du symbole suivant, à chaque position, en partant de rien.

        Raises:
            ValueError: suite vide, ou symbole inconnu.
        """
        return self.step(tokens)[0]

    def step(
        self, tokens: Int[Tensor, "B T"], state: States | None = None
    ) -> tuple[Float[Tensor, "B T V"], States]:
        """Lit ``tokens`` à la suite de ``state`` ; rend (logits, nouvel état).

        Un symbole seul prend le chemin à temps constant ; plusieurs, le balayage.

        Raises:
            ValueError: suite vide, symbole inconnu, ou état d'un autre modèle.
        """
        self._check(tokens, state)
        x, states = self.embedding(tokens), []
        for rank, block in enumerate(self.blocks):
            before = None if state is None else state[rank]
            if tokens.shape[1] == 1:
                x, after = block.step(x[:, 0], before)
                x = x[:, None]
            else:
                x, after = block(x, before)
            states.append(after)
        return self.head(self.final_norm(x)), tuple(states)

    def _check(self, tokens: Tensor, state: States | None) -> None:
        V, L = self.config.vocabulary_size, len(self.blocks)
        if not tokens.numel():
            raise ValueError(
                f"tokens doit avoir au moins un symbole ; reçu {tuple(tokens.shape)}"
            )
        if tokens.min() < 0 or tokens.max() >= V:
            raise ValueError(
                f"tokens doit rester entre 0 et {V - 1} ; reçu des valeurs de "
                f"{tokens.min().item()} à {tokens.max().item()}"
            )
        if state is not None and len(state) != L:
            raise ValueError(
                f"state doit avoir un élément par couche ({L}) ; reçu {len(state)}"
            )


def state_numbers(state: States) -> int:
    """Compte les nombres que garde un état, lot compris : il ne dépend pas de T."""
    return sum(part.numel() for layer in state for part in layer)
