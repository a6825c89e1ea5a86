"""Mamba : un modèle de langue sans attention, ni position, ni cache qui grandit.

Lettres : B lot, T positions, V symboles, L couches, d canaux, N état d'un canal, K
largeur de la convolution. Il n'y a ni réseau feed-forward, ni encodage positionnel :
le mélangeur élargit déjà le flux, et la récurrence connaît l'ordre.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from cours_transformers.layers.norm import RMSNorm
from cours_transformers.layers.state_space import Mamba2Mixer, MambaMixer, MambaState

MIXERS = ("mamba", "mamba2")
States = tuple[MambaState, ...]


@dataclass(frozen=True)
class MambaConfig:
    """Ce qui définit un Mamba ; ``dataclasses.replace`` en change un réglage.

    Args:
        mixer: ``"mamba"``, ou ``"mamba2"``, dont ``d_head`` est la largeur des têtes.
        d_state: N, l'état d'un canal.
        dt_rank: rang de Δ ; par défaut d_model / 16. Ne sert qu'à ``"mamba"``.
        chunk: pas d'un morceau de SSD. Ne sert qu'à ``"mamba2"``.
        recompute: garde moins de mémoire, et calcule deux fois (``"mamba"``).
        tied: la lecture partage la table des plongements.

    Raises:
        TypeError: ``vocabulary_size`` ou ``n_layers`` n'est pas un entier.
        ValueError: mélangeur inconnu, ou nombre nul.
    """

    vocabulary_size: int
    d_model: int
    n_layers: int
    mixer: str = "mamba"
    d_state: int = 16
    expand: int = 2
    d_conv: int = 4
    dt_rank: int | None = None
    d_head: int = 32
    chunk: int = 64
    recompute: bool = False
    norm_eps: float = 1e-5
    tied: bool = True

    def __post_init__(self) -> None:
        for name in ("vocabulary_size", "n_layers"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int):
                raise TypeError(f"{name} doit être un entier ; reçu {value!r}")
            if value < 1:
                raise ValueError(f"{name} doit valoir au moins 1 ; reçu {value}")
        if self.mixer not in MIXERS:
            raise ValueError(
                f"mixer doit être l'un de : {', '.join(MIXERS)} ; reçu {self.mixer!r}"
            )

    def build_mixer(self) -> MambaMixer | Mamba2Mixer:
        """Construit le mélangeur d'une couche."""
        common = {"expand": self.expand, "d_conv": self.d_conv}
        if self.mixer == "mamba":
            own = {"dt_rank": self.dt_rank, "recompute": self.recompute}
            return MambaMixer(self.d_model, self.d_state, **common, **own)
        own = {"d_head": self.d_head, "chunk": self.chunk, "norm_eps": self.norm_eps}
        return Mamba2Mixer(self.d_model, self.d_state, **common, **own)


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


def mamba_weights(reference: nn.Module) -> dict[str, Tensor]:
    """Traduit les poids d'un ``MambaForCausalLM``, ou ``Mamba2…``, dans nos noms."""
    theirs = reference.backbone
    ours = {
        "embedding.weight": theirs.embeddings.weight,
        "final_norm.gain": theirs.norm_f.weight,
        "head.weight": reference.lm_head.weight,
    }
    for rank, layer in enumerate(theirs.layers):
        ours[f"blocks.{rank}.norm.gain"] = layer.norm.weight
        for name, weight in layer.mixer.named_parameters():
            ours |= _mixer_weight(f"blocks.{rank}.mixer", name, weight, layer.mixer)
    return {name: tensor.detach().clone() for name, tensor in ours.items()}


def _mixer_weight(
    prefix: str, name: str, weight: Tensor, mixer: nn.Module
) -> dict[str, Tensor]:
    """Nos noms pour un poids du mélangeur ; la plupart ne changent pas."""
    if name == "conv1d.weight":
        return {f"{prefix}.conv.weight": weight[:, 0]}
    if name == "norm.weight":  # chez nous, une norme par groupe
        groups = weight.chunk(mixer.n_groups)
        return {f"{prefix}.norms.{g}.gain": gain for g, gain in enumerate(groups)}
    return {f"{prefix}.{name.replace('conv1d', 'conv')}": weight}
