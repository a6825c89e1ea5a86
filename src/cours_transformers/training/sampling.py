"""Choisir la loi où l'on tire le symbole suivant : température, top-k, top-p, min-p.

Chaque fonction rend des logits, −∞ pour un symbole exclu : on les enchaîne dans
l'ordre que l'on veut. Lettre : V symboles.
"""

import math
from collections.abc import Callable, Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

Filter = Callable[[Tensor], Tensor]
COLDEST = 1e-6


def apply_temperature(
    logits: Float[Tensor, "... V"], temperature: float
) -> Float[Tensor, "... V"]:
    """Divise les logits par τ ; à τ = 0, limite de cette loi, le premier maximum reste.

    Au-dessous de 10⁻⁶, τ compte pour 0 : le quotient déborderait.

    Raises:
        ValueError: τ négatif ou infini ; logits sans loi (voir ``keep_top_k``).
    """
    _check(logits)
    if not 0 <= temperature < math.inf:
        raise ValueError(
            f"temperature doit être finie, et valoir au moins 0 ; reçu {temperature}"
        )
    if temperature >= COLDEST:
        return logits / temperature
    best = logits.argmax(dim=-1, keepdim=True)
    return _keep(logits, torch.zeros_like(logits).scatter(-1, best, 1.0) > 0)


def keep_top_k(logits: Float[Tensor, "... V"], k: int) -> Float[Tensor, "... V"]:
    """Garde les k plus grands logits, tous si k ≥ V ; jamais plus de k.

    Raises:
        ValueError: k nul ou négatif ; logits sans loi : NaN, +∞, ou tous −∞.
    """
    _check(logits)
    if k < 1:
        raise ValueError(f"k doit valoir au moins 1 ; reçu {k}")
    best = logits.topk(min(k, logits.shape[-1]), dim=-1).indices
    return _keep(logits, torch.zeros_like(logits).scatter(-1, best, 1.0) > 0)


def keep_top_p(logits: Float[Tensor, "... V"], p: float) -> Float[Tensor, "... V"]:
    """Garde les plus probables, jusqu'à ce que leur somme atteigne p (Holtzman, 2020).

    Le symbole qui fait atteindre le seuil est gardé : la somme vaut donc au moins p, et
    un symbole au moins reste.

    Raises:
        ValueError: p hors de ]0, 1] ; logits sans loi (voir ``keep_top_k``).
    """
    _check(logits)
    if not 0 < p <= 1:
        raise ValueError(f"p doit être dans ]0, 1] ; reçu {p}")
    if p == 1:  # la somme arrondie peut atteindre 1 avant le dernier symbole
        return logits
    probabilities, order = logits.softmax(dim=-1).sort(dim=-1, descending=True)
    before = probabilities.cumsum(dim=-1) - probabilities
    kept = torch.zeros_like(logits, dtype=torch.bool).scatter(-1, order, before < p)
    return _keep(logits, kept)


def keep_min_p(logits: Float[Tensor, "... V"], ratio: float) -> Float[Tensor, "... V"]:
    """Garde les symboles dont la probabilité vaut au moins ``ratio`` × la plus grande.

    Le seuil suit la loi (Nguyen, 2024) : haut quand le modèle est sûr, bas quand il
    hésite.

    Raises:
        ValueError: rapport hors de [0, 1] ; logits sans loi (voir ``keep_top_k``).
    """
    _check(logits)
    if not 0 <= ratio <= 1:
        raise ValueError(f"ratio doit être dans [0, 1] ; reçu {ratio}")
    if ratio == 0:
        return logits
    best = logits.max(dim=-1, keepdim=True).values
    return _keep(logits, logits - best >= math.log(ratio))


def sample(
    logits: Float[Tensor, "B V"],
    filters: Sequence[Filter] = (),
    generator: torch.Generator | None = None,
) -> Int[Tensor, "B 1"]:
    """Applique les filtres dans l'ordre, puis tire un symbole par ligne."""
    for keep in filters:
        logits = keep(logits)
    _check(logits)
    return torch.multinomial(logits.softmax(dim=-1), 1, generator=generator)


def _keep(logits: Tensor, kept: Tensor) -> Tensor:
    """Met −∞ là où ``kept`` est faux."""
    return logits.masked_fill(~kept, -math.inf)


def _check(logits: Tensor) -> None:
    """Refuse des logits dont le softmax n'est pas une loi."""
    best = logits.max(dim=-1).values  # NaN dès qu'un seul logit l'est
    if not best.isfinite().all():
        raise ValueError(
            "logits doit avoir un maximum fini dans chaque ligne ; reçu NaN, +∞, ou "
            "une ligne où tout est exclu"
        )
