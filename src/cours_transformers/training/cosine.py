"""Le taux d'apprentissage de GPT-3 : monter droit, puis descendre en cosinus."""

import math


def cosine_factor(step: int, total: int, warmup: int, floor: float = 0.1) -> float:
    """Part du taux maximal au pas s : s / w, puis de 1 à ``floor`` au dernier pas.

    Après la montée, floor + (1 − floor) (1 + cos(π r)) / 2, où r est la part des pas
    restants déjà faite. Au-delà de ``total``, ``floor``.

    Raises:
        ValueError: pas nul, échauffement hors de [0, total[, plancher hors de [0, 1].
    """
    if step < 1 or not 0 <= warmup < total or not 0 <= floor <= 1:
        raise ValueError(
            "step ≥ 1, 0 ≤ warmup < total et 0 ≤ floor ≤ 1 attendus ; "
            f"reçu {step=}, {warmup=}, {total=}, {floor=}"
        )
    if step <= warmup:
        return step / warmup
    done = min(1.0, (step - warmup) / (total - warmup))
    return floor + (1 - floor) * (1 + math.cos(math.pi * done)) / 2
