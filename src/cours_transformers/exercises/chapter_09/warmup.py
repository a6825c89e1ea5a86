"""09.5 : le taux de 2017, d_model^−½ · min(s^−½, s · w^−3/2)."""

import math

import torch

from cours_transformers.exercises.exercise import Exercise, Misconception
from cours_transformers.training.schedule import paper_rate


def _cases(generator: torch.Generator) -> list[tuple]:
    return [(1, 4, 4), (4, 4, 4), (100, 64, 25), (7, 16, 50), (4000, 512, 4000)]


WARMUP = Exercise(
    number="09.5",
    title="Monter, puis redescendre",
    arguments=("step", "d_model", "warmup"),
    reference=lambda step, d_model, warmup: paper_rate(step, d_model, warmup),
    cases=_cases,
    atol=1e-7,
    misconceptions=(
        Misconception(
            "pas compté à partir de zéro",
            lambda s, d, w: (
                d**-0.5 * min((s - 1) ** -0.5, (s - 1) * w**-1.5) if s > 1 else 0.0
            ),
            "tout est décalé d'un pas : que vaut le taux au pas 1, et que fait alors "
            "ce premier lot ?",
        ),
        Misconception(
            "un pas trop tôt",
            lambda s, d, w: d**-0.5 * min((s + 1) ** -0.5, (s + 1) * w**-1.5),
            "votre courbe est en avance d'un pas : à quel pas exactement doit-elle "
            "atteindre son sommet ?",
        ),
        Misconception(
            "max au lieu de min",
            lambda s, d, w: d**-0.5 * max(s**-0.5, s * w**-1.5),
            "au premier pas, votre taux est déjà à son plus haut : laquelle des deux "
            "courbes est la plus basse au début ?",
        ),
        Misconception(
            "dimension oubliée",
            lambda s, d, w: min(s**-0.5, s * w**-1.5),
            "votre taux ne dépend pas de la dimension : qui, d'un modèle large ou d'un "
            "étroit, doit apprendre plus doucement ?",
        ),
        Misconception(
            "échauffement seul",
            lambda s, d, w: d**-0.5 * min(w**-0.5, s * w**-1.5),
            "après l'échauffement, votre taux reste à son sommet : que doit-il devenir "
            "quand le pas est multiplié par quatre ?",
        ),
        Misconception(
            "descente en 1/s",
            lambda s, d, w: d**-0.5 * min(w**0.5 / s, s * w**-1.5),
            "votre taux descend trop vite : quatre fois plus loin, doit-il être divisé "
            "par quatre, ou par deux ?",
        ),
        Misconception(
            "sommet à un",
            lambda s, d, w: min(s / w, math.sqrt(w / s)),
            "vous avez la bonne forme, rapportée à son sommet : que vaut le taux, et "
            "non sa part, au pas w ?",
        ),
    ),
    hints=(
        "deux courbes : l'une descend comme s^−½, l'autre monte droit comme s",
        "on prend à chaque pas la plus basse des deux ; elles se croisent en s = w",
        "le tout est multiplié par d_model^−½",
    ),
    takeaway="deux courbes et un minimum ; elles se croisent exactement à la fin de "
    "l'échauffement",
)
