"""Réseau feed-forward : la même fonction, apprise, appliquée à chaque token seul.

    MLP         φ(x W_up) W_down
    à porte     (φ(x W_gate) ⊙ x W_up) W_down      (Shazeer, 2020)

Une porte ajoute une matrice : à nombre de paramètres égal, d_ff est réduit d'un tiers.
"""

from collections.abc import Callable

from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional as F

Activation = Callable[[Tensor], Tensor]

_PLAIN: dict[str, Activation] = {"relu": F.relu, "gelu": F.gelu, "silu": F.silu}
_GATED: dict[str, Activation] = {
    "glu": F.sigmoid, "geglu": F.gelu, "swiglu": F.silu,
}  # fmt: skip
FEED_FORWARD_NAMES = (*_PLAIN, *_GATED)


class FeedForward(nn.Module):
    """Calcule φ(x W_up) W_down, ou (φ(x W_gate) ⊙ x W_up) W_down si ``gated``.

    Args:
        d_ff: dimension intérieure.
        activation: φ, appliquée composante par composante.
        bias: ajoute un biais à chaque matrice.
        dropout: part des composantes intérieures mises à zéro, à l'entraînement.
    """

    def __init__(
        self,
        d_model: int,
        d_ff: int,
        activation: Activation,
        *,
        gated: bool = False,
        bias: bool = False,
        dropout: float = 0.0,
    ):
        super().__init__()
        if d_model < 1 or d_ff < 1:
            raise ValueError(
                f"d_model et d_ff doivent valoir au moins 1 ; reçu {d_model=}, {d_ff=}"
            )
        self.up_proj = nn.Linear(d_model, d_ff, bias=bias)
        self.gate_proj = nn.Linear(d_model, d_ff, bias=bias) if gated else None
        self.down_proj = nn.Linear(d_ff, d_model, bias=bias)
        self.activation, self.dropout = activation, nn.Dropout(dropout)

    def forward(self, x: Float[Tensor, "... d_model"]) -> Float[Tensor, "... d_model"]:
        """Transforme chaque token sans regarder les autres."""
        if self.gate_proj is None:
            hidden = self.activation(self.up_proj(x))
        else:
            hidden = self.activation(self.gate_proj(x)) * self.up_proj(x)
        return self.down_proj(self.dropout(hidden))


def inner_width(name: str, d_model: int) -> int:
    """Largeur d_ff à 8 d_model² paramètres : 4 d_model, ou 8 d_model / 3 avec porte."""
    return 4 * d_model if name in _PLAIN else round(8 * d_model / 3)


def feed_forward(
    name: str,
    d_model: int,
    d_ff: int | None = None,
    *,
    bias: bool = False,
    dropout: float = 0.0,
) -> FeedForward:
    """Construit le réseau nommé ; ``d_ff`` par défaut : ``inner_width``.

    Raises:
        ValueError: nom inconnu, ou dimension nulle.
    """
    if name not in FEED_FORWARD_NAMES:
        known = ", ".join(FEED_FORWARD_NAMES)
        raise ValueError(f"feed_forward doit être l'un de : {known} ; reçu {name!r}")
    d_ff = inner_width(name, d_model) if d_ff is None else d_ff
    gated = name in _GATED
    activation = _GATED[name] if gated else _PLAIN[name]
    return FeedForward(
        d_model, d_ff, activation, gated=gated, bias=bias, dropout=dropout
    )
