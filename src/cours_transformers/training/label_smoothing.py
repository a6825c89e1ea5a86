"""Lissage des étiquettes : viser 1 − ε sur la bonne réponse, et non 1 (Szegedy, 2016).

Lettres : V symboles, ε part répartie également sur les V symboles, la bonne comprise ;
p la distribution que prédit le modèle.
"""

from jaxtyping import Float, Int
from torch import Tensor


def smoothed_cross_entropy(
    logits: Float[Tensor, "*shape V"],
    targets: Int[Tensor, "*shape"],
    smoothing: float = 0.0,
    pad: int | None = None,
) -> Float[Tensor, ""]:
    """Moyenne, en nats, de −(1 − ε) log p(cible) − ε moyenne(log p).

    Args:
        pad: symbole de remplissage, qui ne compte ni au numérateur, ni au diviseur.

    Raises:
        ValueError: ε hors de [0, 1[, ou lot fait de remplissage seulement.
    """
    if not 0 <= smoothing < 1:
        raise ValueError(f"smoothing doit être dans [0, 1[ ; reçu {smoothing}")
    log_p = logits.log_softmax(dim=-1)
    right = log_p.gather(-1, targets[..., None])[..., 0]
    losses = -(1 - smoothing) * right - smoothing * log_p.mean(dim=-1)
    if pad is None:
        return losses.mean()
    real = targets != pad
    if not real.any():
        raise ValueError(f"targets n'a que du remplissage (token {pad})")
    return losses[real].mean()
