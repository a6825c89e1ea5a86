"""La couche de Mamba-2 (Dao et Gu, 2024) : des têtes, et un seul nombre A par tête.

Lettres : B lot, T pas, H têtes de largeur P (``d_head``), d = H P canaux, G groupes qui
partagent B et C, N état. Δ, B, C et la porte sortent d'une même projection ; la
convolution passe aussi sur B et C ; une norme suit la porte.

    z, (u, B, C), δ = x W_in ;  u, B, C = SiLU(conv(·)) ;  Δ = softplus(δ + b_Δ)
    y = SSD(u, Δ, A, B, C, D) ;  sortie = RMSNorm(y ⊙ SiLU(z)) W_out
"""

import torch
from einops import rearrange
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

from cours_transformers.layers.norm import RMSNorm

from .checks import check_axes, check_count, check_shape
from .initialization import delta_bias
from .mamba import Flow, MambaState, Selection
from .short_convolution import ShortConvolution
from .ssd import ssd_matrix, ssd_step
from .ssd_chunked import ssd_chunked


class Mamba2Mixer(nn.Module):
    """Mélange les pas d'une suite par SSD.

    Args:
        d_model: largeur de l'entrée et de la sortie.
        d_state: N, l'état de chaque canal.
        d_head: P, largeur d'une tête ; divise expand × d_model.
        n_groups: G ; divise le nombre de têtes.
        expand: nombre de canaux par composante de l'entrée.
        d_conv: K, pas que lit la convolution courte.
        chunk: pas d'un morceau de SSD.
        norm_eps: ε de la norme.

    Raises:
        TypeError: une taille n'est pas un entier.
        ValueError: une taille nulle, ou des têtes qui ne se partagent pas.
    """

    def __init__(
        self,
        d_model: int,
        d_state: int = 64,
        *,
        d_head: int = 32,
        n_groups: int = 1,
        expand: int = 2,
        d_conv: int = 4,
        chunk: int = 64,
        norm_eps: float = 1e-5,
    ):
        super().__init__()
        sizes = {"d_model": d_model, "d_state": d_state, "d_head": d_head,
                 "n_groups": n_groups, "expand": expand, "chunk": chunk}  # fmt: skip
        for name, value in sizes.items():
            check_count(name, value)
        d = expand * d_model
        if d % d_head or (d // d_head) % n_groups:
            raise ValueError(
                "d_head doit diviser expand × d_model, et n_groups le nombre de têtes "
                f"; reçu {d_head=}, {n_groups=} pour {d} canaux"
            )
        H, shared = d // d_head, 2 * n_groups * d_state
        self.d_model, self.n_heads = d_model, H
        self.n_groups, self.chunk = n_groups, chunk
        self.sizes = [d, d + shared, H]
        self.in_proj = nn.Linear(d_model, sum(self.sizes), bias=False)
        self.conv = ShortConvolution(d + shared, d_conv)
        self.dt_bias = nn.Parameter(delta_bias(H))
        self.A_log = nn.Parameter(torch.empty(H).uniform_(1, 16).log())
        self.D = nn.Parameter(torch.ones(H))
        self.norms = nn.ModuleList(
            RMSNorm(d // n_groups, norm_eps) for _ in range(n_groups)
        )
        self.out_proj = nn.Linear(d, d_model, bias=False)

    @property
    def rates(self) -> Float[Tensor, " H"]:
        """A, les vitesses, toujours négatives : une par tête."""
        return -self.A_log.exp()

    def forward(
        self, x: Flow, state: MambaState | None = None
    ) -> tuple[Flow, MambaState]:
        """Rend (sortie, dernier état) ; part de ``state``, ou de rien.

        Raises:
            ValueError: entrée vide ou de mauvaise largeur, état de mauvaise forme.
        """
        window, memory = (None, None) if state is None else state
        u, z, chosen, window = self._enter(x, window)
        y, memory = ssd_chunked(
            u,
            chosen.delta,
            self.rates,
            chosen.B,
            chosen.C,
            self.D,
            memory,
            chunk=self.chunk,
        )
        return self._leave(y, z), MambaState(window, memory)

    def step(
        self, x: Float[Tensor, "B d_model"], state: MambaState | None = None
    ) -> tuple[Float[Tensor, "B d_model"], MambaState]:
        """Lit un seul pas ; rend (sortie, nouvel état)."""
        window, memory = (None, None) if state is None else state
        u, z, chosen, window = self._enter(x[:, None], window)
        delta, B, C = (part[:, 0] for part in chosen)
        y, memory = ssd_step(u[:, 0], delta, self.rates, B, C, self.D, memory)
        return self._leave(y, z[:, 0]), MambaState(window, memory)

    def selection(self, x: Flow) -> Selection:
        """Δ (B, T, H), B et C (B, T, G, N) à chaque pas, à tracer."""
        return self._enter(x, None)[2]

    def weights(self, x: Flow) -> Float[Tensor, "B H T T"]:
        """Ce que chaque pas lit de chaque autre, tête par tête, à tracer."""
        chosen = self.selection(x)
        return ssd_matrix(chosen.delta, self.rates, chosen.B, chosen.C)

    def _enter(
        self, x: Flow, window: Tensor | None
    ) -> tuple[Tensor, Tensor, Selection, Tensor]:
        """Les têtes après leur convolution, la porte, la sélection, la fenêtre."""
        batch, T, _ = check_axes("x", x, "(B, T, d_model)")
        check_shape("x", x, "(B, T, d_model)", (batch, T, self.d_model))
        z, mixed, raw = self.in_proj(x).split(self.sizes, dim=-1)
        mixed, window = self.conv(mixed, window)
        d, shared = self.sizes[0], (self.sizes[1] - self.sizes[0]) // 2
        u, B, C = F.silu(mixed).split([d, shared, shared], dim=-1)
        B, C = (
            rearrange(part, "b t (g n) -> b t g n", g=self.n_groups) for part in (B, C)
        )
        u = rearrange(u, "b t (h p) -> b t h p", h=self.n_heads)
        chosen = Selection(F.softplus(raw + self.dt_bias), B, C)
        return u, z, chosen, window

    def _leave(
        self, y: Float[Tensor, "*steps H P"], z: Float[Tensor, "*steps d"]
    ) -> Float[Tensor, "*steps d_model"]:
        """La porte, la norme de chaque groupe, la projection de sortie."""
        gated = (y.flatten(-2) * F.silu(z)).chunk(self.n_groups, dim=-1)
        normal = [norm(part) for norm, part in zip(self.norms, gated, strict=True)]
        return self.out_proj(torch.cat(normal, dim=-1))
