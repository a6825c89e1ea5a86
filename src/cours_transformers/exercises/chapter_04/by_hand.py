"""04.1 : un poids d'attention, calculé sur papier."""

import math

import torch

from cours_transformers.exercises.exercise import Exercise, Misconception

SCORES, D_K = (4.0, 2.0, 0.0), 4


def _softmax(*scores: float) -> torch.Tensor:
    return torch.tensor(scores, dtype=torch.float64).softmax(dim=0)


def _first_weight() -> float:
    """Poids de la première clé : softmax(scores / √d_k)."""
    return _softmax(*(s / math.sqrt(D_K) for s in SCORES))[0].item()


BY_HAND = Exercise(
    number="04.1",
    title="À la main, sans ordinateur",
    kind="value",
    arguments=(),
    reference=_first_weight,
    cases=lambda generator: [()],
    atol=6e-4,  # trois décimales : 2/3, faux, n'est qu'à 0,0014
    rtol=0.0,
    misconceptions=(
        Misconception(
            "échelle oubliée",
            lambda: _softmax(*SCORES)[0],
            "vous appliquez le softmax aux scores bruts 4, 2, 0 : où est passée la "
            "dimension d_k = 4 ?",
        ),
        Misconception(
            "division par d_k",
            lambda: _softmax(*(s / D_K for s in SCORES))[0],
            "vous divisez les scores par d_k ; qu'y a-t-il autour de d_k dans la "
            "formule du chapitre ?",
        ),
        Misconception(
            "exponentielle oubliée",
            (lambda: SCORES[0] / sum(SCORES), lambda: 0.666),
            "vous répartissez le poids en proportion des scores ; quelle fonction le "
            "softmax applique-t-il à chacun avant de les comparer ? Que donnerait "
            "votre méthode avec un score négatif ?",
        ),
        Misconception(
            "arrondi trop court",
            (lambda: 0.67, lambda: 0.66, lambda: 0.7),
            "avec si peu de décimales, on ne distingue plus la bonne réponse d'une "
            "fausse très proche : qu'obtenez-vous à trois décimales ?",
        ),
        Misconception(
            "poids d'une autre clé",
            (lambda: _softmax(2.0, 1.0, 0.0)[1], lambda: _softmax(2.0, 1.0, 0.0)[2]),
            "le calcul est bon, mais c'est le poids d'une autre clé : à quelle clé "
            "appartient le score 4 ?",
        ),
        Misconception(
            "somme non divisée",
            lambda: math.exp(2),
            "vous vous arrêtez à l'exponentielle : que doit valoir la somme des trois "
            "poids ?",
        ),
        Misconception(
            "pourcentage",
            (lambda: 66.5, lambda: 66.52),
            "c'est la bonne part, écrite en pourcentage : comment l'écrit-on entre 0 "
            "et 1 ?",
        ),
    ),
    hints=(
        "il y a trois étapes : mettre à l'échelle, prendre l'exponentielle, diviser "
        "par la somme",
        "avec d_k = 4, l'échelle √d_k vaut 2 : que deviennent les scores 4, 2 et 0 ?",
        "e² ≈ 7,389 et e ≈ 2,718 : que vaut la somme des trois exponentielles ?",
    ),
    takeaway="un écart de 1 entre deux scores multiplie le poids par e, soit 2,7 "
    "environ",
)
