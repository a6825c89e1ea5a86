"""04.4 : le nombre qui ramène à 1 la variance de q·k."""

import math

import torch

from cours_transformers.exercises.exercise import Exercise, Misconception


def _cases(generator: torch.Generator) -> list[tuple]:
    return [
        (16, 2.0, 3.0),
        (64, 1.0, 1.0),
        (9, 0.5, 0.5),
        (512, 0.1, 4.0),
        (7, 1.5, 0.2),
    ]


def _standard_deviation(d_k: int, sigma_q: float, sigma_k: float) -> float:
    """√d_k · σ_q · σ_k : d_k termes indépendants, chacun de variance (σ_q σ_k)²."""
    return math.sqrt(d_k) * sigma_q * sigma_k


SCALE = Exercise(
    number="04.4",
    title="Et si les composantes n'étaient pas de variance 1 ?",
    arguments=("d_k", "sigma_q", "sigma_k"),
    reference=_standard_deviation,
    cases=_cases,
    atol=0.0,
    misconceptions=(
        Misconception(
            "écarts-types oubliés",
            lambda d, s, t: math.sqrt(d),
            "√d_k suffit quand q et k sont de variance 1 : que devient un produit "
            "quand chacun de ses facteurs est deux fois plus dispersé ?",
        ),
        Misconception(
            "racine oubliée",
            lambda d, s, t: d * s * t,
            "les écarts-types y sont, mais d_k entre en entier : ce sont les variances "
            "qui s'ajoutent. Et les écarts-types ?",
        ),
        Misconception(
            "variance au lieu d'écart-type",
            lambda d, s, t: d * s**2 * t**2,
            "c'est exactement la variance de q·k : diviser une variable par c divise "
            "sa variance par combien ?",
        ),
        Misconception(
            "σ au carré",
            lambda d, s, t: math.sqrt(d) * s**2 * t**2,
            "d_k est sous la racine, mais pas les variances σ² : la racine porte sur "
            "quoi, au juste ?",
        ),
        Misconception(
            "racine de trop",
            lambda d, s, t: math.sqrt(d * s * t),
            "vous mettez aussi les écarts-types sous la racine ; lequel de d_k, σ_q et "
            "σ_k compte des variances, et lequel mesure déjà un écart ?",
        ),
        Misconception(
            "dimension oubliée",
            lambda d, s, t: s * t,
            "c'est l'écart-type d'un seul produit q₁k₁ : combien de produits "
            "additionne-t-on ?",
        ),
        Misconception(
            "inverse",
            lambda d, s, t: 1 / (math.sqrt(d) * s * t),
            "votre nombre convient si l'on multiplie ; l'énoncé divise. Lequel est "
            "demandé ?",
        ),
        Misconception(
            "écarts-types ajoutés",
            (
                lambda d, s, t: math.sqrt(d) * (s + t),
                lambda d, s, t: math.sqrt(d * (s**2 + t**2)),
            ),
            "vous ajoutez les dispersions de q et de k, comme pour une somme q + k : "
            "que fait-on ici de chaque q₁ et de chaque k₁ ?",
        ),
        Misconception(
            "d_k seul",
            lambda d, s, t: d,
            "vous divisez par le nombre de termes, comme pour une moyenne : à quelle "
            "vitesse grandit l'écart-type d'une somme de termes centrés ?",
        ),
    ),
    hints=(
        "q·k est une somme de d_k produits indépendants et centrés : comment "
        "s'ajoutent les variances ?",
        "la variance d'un seul produit q₁k₁, de deux variables centrées indépendantes, "
        "est le produit de leurs variances",
        "Var(q·k / c) = Var(q·k) / c² : quel c la ramène à 1 ?",
    ),
    takeaway="la formule usuelle, √d_k, suppose σ_q = σ_k = 1 : c'est l'initialisation "
    "qui s'en charge",
)
