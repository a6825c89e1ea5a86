"""Normaliser un vecteur : LayerNorm (Ba, 2016) et RMSNorm (Zhang, 2019).

Chaque token est normalisé seul, sur ses d_model composantes. Les fonctions se lisent ;
les couches appellent leurs équivalents rapides, et un test tient les deux égales.
"""

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F


def layer_norm(
    x: Float[Tensor, "... d_model"],
    gain: Float[Tensor, " d_model"],
    shift: Float[Tensor, " d_model"] | None = None,
    eps: float = 1e-5,
) -> Float[Tensor, "... d_model"]:
    """Calcule γ (x − μ) / √(σ² + ε) + β : moyenne nulle, variance 1, puis γ et β."""
    mean = x.mean(dim=-1, keepdim=True)
    variance = (x - mean).square().mean(dim=-1, keepdim=True)
    # ε est sous la racine : un vecteur constant donne 0, et non 0/0.
    normal = (x - mean) / (variance + eps).sqrt() * gain
    return normal if shift is None else normal + shift


def rms_norm(
    x: Float[Tensor, "... d_model"],
    gain: Float[Tensor, " d_model"],
    eps: float = 1e-6,
) -> Float[Tensor, "... d_model"]:
    """Calcule γ x / √(moyenne(x²) + ε) : l'échelle seule, sans recentrer."""
    return x / (x.square().mean(dim=-1, keepdim=True) + eps).sqrt() * gain


class LayerNorm(nn.Module):
    """Applique ``layer_norm`` ; γ vaut 1 au départ, et β, s'il existe, 0."""

    def __init__(self, d_model: int, eps: float = 1e-5, bias: bool = True):
        super().__init__()
        _check_norm(d_model, eps)
        self.eps = eps
        self.gain = nn.Parameter(torch.ones(d_model))
        self.shift = nn.Parameter(torch.zeros(d_model)) if bias else None

    def forward(self, x: Float[Tensor, "... d_model"]) -> Float[Tensor, "... d_model"]:
        """Normalise chaque token ; même forme que ``x``."""
        return F.layer_norm(x, self.gain.shape, self.gain, self.shift, self.eps)


class RMSNorm(nn.Module):
    """Applique ``rms_norm`` ; γ vaut 1 au départ."""

    def __init__(self, d_model: int, eps: float = 1e-6):
        super().__init__()
        _check_norm(d_model, eps)
        self.eps = eps
        self.gain = nn.Parameter(torch.ones(d_model))

    def forward(self, x: Float[Tensor, "... d_model"]) -> Float[Tensor, "... d_model"]:
        """Normalise chaque token ; même forme que ``x``."""
        return F.rms_norm(x, self.gain.shape, self.gain, self.eps)


def _check_norm(d_model: int, eps: float) -> None:
    if d_model < 1 or eps <= 0:
        raise ValueError(f"d_model ≥ 1 et eps > 0 attendus ; reçu {d_model=}, {eps=}")


_NORMS = {"layer": LayerNorm, "rms": RMSNorm}
NORM_NAMES = (*_NORMS, "none")


def norm(name: str, d_model: int) -> nn.Module:
    """Construit la normalisation nommée ; « none » ne change rien.

    Raises:
        ValueError: nom inconnu, ou ``d_model`` nul.
    """
    if name not in NORM_NAMES:
        known = ", ".join(NORM_NAMES)
        raise ValueError(f"norm doit être l'un de : {known} ; reçu {name!r}")
    return nn.Identity() if name == "none" else _NORMS[name](d_model)
