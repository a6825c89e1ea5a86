"""La couche de Mamba (Gu et Dao, 2023) : convolution courte, sélection, porte.

Lettres : B lot, T pas, d = expand × d_model canaux, N état d'un canal, K largeur de la
convolution, R rang de Δ (``dt_rank``). Chez l'article, d s'écrit ED ; ``A_log`` et
``dt_proj`` sont les noms de son code.

    u, z = x W_in ;  u = SiLU(conv(u)) ;  δ, B, C = u W_x ;  Δ = softplus(δ W_Δ + b_Δ)
    y = balayage(u, Δ, A, B, C, D) ;  sortie = (y ⊙ SiLU(z)) W_out
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from .checks import check_axes, check_count, check_shape
from .initialization import delta_bias, s4d_real
from .selective import selective_matrix, selective_step
from .short_convolution import ShortConvolution
from .slices import sliced_scan

Flow = Float[Tensor, "B T d_model"]


class MambaState(NamedTuple):
    """Tout ce qu'une couche retient du passé, quelle que soit sa longueur."""

    window: Tensor  # (B, K − 1, canaux de la convolution)
    memory: Tensor  # (B, d, N) pour Mamba, (B, H, P, N) pour Mamba-2


class Selection(NamedTuple):
    """Ce que l'entrée décide à chaque pas : durée (Δ), où écrire (B), quoi lire (C)."""

    delta: Tensor
    B: Tensor
    C: Tensor


class MambaMixer(nn.Module):
    """Mélange les pas d'une suite par un modèle d'état sélectif.

    Args:
        d_model: largeur de l'entrée et de la sortie.
        d_state: N, l'état de chaque canal.
        expand: nombre de canaux par composante de l'entrée.
        d_conv: K, pas que lit la convolution courte.
        dt_rank: rang R de Δ ; par défaut d_model / 16, arrondi au-dessus.
        recompute: refait les états à la passe arrière, au lieu de les garder.

    Raises:
        TypeError: une taille n'est pas un entier.
        ValueError: une taille nulle.
    """

    def __init__(
        self,
        d_model: int,
        d_state: int = 16,
        *,
        expand: int = 2,
        d_conv: int = 4,
        dt_rank: int | None = None,
        recompute: bool = False,
    ):
        super().__init__()
        check_count("d_model", d_model)
        rank = math.ceil(d_model / 16) if dt_rank is None else dt_rank
        sizes = {"d_state": d_state, "expand": expand, "dt_rank": rank}
        for name, value in sizes.items():
            check_count(name, value)
        d = expand * d_model
        self.d_model, self.d_state, self.rank = d_model, d_state, rank
        self.recompute = recompute
        self.in_proj = nn.Linear(d_model, 2 * d, bias=False)
        self.conv = ShortConvolution(d, d_conv)
        self.x_proj = nn.Linear(d, rank + 2 * d_state, bias=False)
        self.dt_proj = nn.Linear(rank, d)
        self.A_log = nn.Parameter(s4d_real(d, d_state))
        self.D = nn.Parameter(torch.ones(d))
        self.out_proj = nn.Linear(d, d_model, bias=False)
        with torch.no_grad():
            self.dt_proj.weight.uniform_(-(rank**-0.5), rank**-0.5)
            self.dt_proj.bias.copy_(delta_bias(d))

    @property
    def rates(self) -> Float[Tensor, "d N"]:
        """A, les vitesses, toujours négatives : apprises, mais sourdes à l'entrée."""
        return -self.A_log.exp()

    def forward(
        self, x: Flow, state: MambaState | None = None
    ) -> tuple[Flow, MambaState]:
        """Rend (sortie, dernier état) ; part de ``state``, ou de rien.

        Raises:
            ValueError: entrée vide ou de mauvaise largeur, état de mauvaise forme.
        """
        window, memory = (None, None) if state is None else state
        u, z, window = self._enter(x, window)
        y, memory = sliced_scan(
            u, *self._arguments(u), self.D, memory, recompute=self.recompute
        )
        return self.out_proj(y * F.silu(z)), MambaState(window, memory)

    def step(
        self, x: Float[Tensor, "B d_model"], state: MambaState | None = None
    ) -> tuple[Float[Tensor, "B d_model"], MambaState]:
        """Lit un seul pas ; rend (sortie, nouvel état)."""
        window, memory = (None, None) if state is None else state
        u, z, window = self._enter(x[:, None], window)
        delta, A, B, C = self._arguments(u)
        now = (delta[:, 0], A, B[:, 0], C[:, 0])
        y, memory = selective_step(u[:, 0], *now, self.D, memory)
        return self.out_proj(y * F.silu(z[:, 0])), MambaState(window, memory)

    def selection(self, x: Flow) -> Selection:
        """Δ (B, T, d), B et C (B, T, N) à chaque pas, à tracer."""
        delta, _, B, C = self._arguments(self._enter(x, None)[0])
        return Selection(delta, B, C)

    def weights(self, x: Flow) -> Float[Tensor, "B d T T"]:
        """Ce que chaque pas lit de chaque autre, canal par canal, à tracer."""
        chosen = self.selection(x)
        return selective_matrix(chosen.delta, self.rates, chosen.B, chosen.C)

    def _enter(self, x: Flow, window: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        """La voie principale après sa convolution, la porte, la fenêtre suivante."""
        batch, T, _ = check_axes("x", x, "(B, T, d_model)")
        check_shape("x", x, "(B, T, d_model)", (batch, T, self.d_model))
        u, z = self.in_proj(x).chunk(2, dim=-1)
        u, window = self.conv(u, window)
        return F.silu(u), z, window

    def _arguments(self, u: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Δ, A, B, C : tout ce dont le balayage a besoin."""
        sizes = [self.rank, self.d_state, self.d_state]
        low_rank, B, C = self.x_proj(u).split(sizes, dim=-1)
        return F.softplus(self.dt_proj(low_rank)), self.rates, B, C
