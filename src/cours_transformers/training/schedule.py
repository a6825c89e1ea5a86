"""Le taux d'apprentissage de 2017 : monter droit, puis descendre comme 1/√pas.

Lettres : s le pas, compté à partir de 1, w la durée de l'échauffement, en pas.
"""

import math


def inverse_square_root(step: int, warmup: int) -> float:
    """Part du taux maximal au pas s : min(s / w, √(w / s)), qui vaut 1 quand s = w.

    Raises:
        ValueError: pas ou échauffement nul.
    """
    if step < 1 or warmup < 1:
        raise ValueError(f"step ≥ 1 et warmup ≥ 1 attendus ; reçu {step=}, {warmup=}")
    return min(step / warmup, math.sqrt(warmup / step))


def paper_rate(step: int, d_model: int, warmup: int = 4000) -> float:
    """Taux de Vaswani et al. (2017) : d_model^−½ · min(s^−½, s · w^−3/2)."""
    return (d_model * warmup) ** -0.5 * inverse_square_root(step, warmup)
