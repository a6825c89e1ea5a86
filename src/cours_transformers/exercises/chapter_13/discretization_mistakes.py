"""Confusions de l'exercice 13.2 : d'autres gains, d'autres limites."""

import math

from cours_transformers.exercises.chapter_13.discretization_rules import (
    both,
    endings,
    exact,
    flipped,
    nan,
    right,
    step,
    subtracted,
    true,
    undivided,
    unread,
    zero,
)
from cours_transformers.exercises.exercise import Misconception

MISCONCEPTIONS = (
    Misconception(
        "un Δ de trop",
        endings(lambda delta, ratio, b: delta * ratio * b),
        "Δ est déjà dans l'exponentielle, et vous multipliez encore par lui : si l'on "
        "coupe le pas en deux, vos demi-pas écrivent-ils autant que le pas entier ?",
    ),
    Misconception(
        "division par zéro",
        tuple(
            step(exact, at_zero, grow)
            for at_zero in (None, nan)
            for grow in (math.expm1, subtracted)
        ),
        "tout est juste, sauf quand a est nul : votre quotient y est 0/0. Un réservoir "
        "qui ne fuit pas se remplit pourtant : de combien, en une durée Δ ?",
    ),
    Misconception(
        "soustraction qui efface tout",
        step(exact, true, subtracted),
        "pour a = −10⁻¹⁷, l'ordinateur arrondit exp(Δa) à 1, et votre B̄ tombe à zéro : "
        "comment obtenir exp(z) − 1 sans soustraire deux nombres presque égaux ?",
    ),
    Misconception(
        "limite fausse en zéro",
        tuple(
            step(exact, at_zero, grow, near)
            for at_zero in (zero, lambda gain, delta, b: b)
            for grow, near in (
                (math.expm1, 0.0),
                (subtracted, 0.0),
                (math.expm1, 1e-6),
            )
        ),
        "vous traitez à part un a nul, mais ce que vous y écrivez n'est pas la limite "
        "de vos autres valeurs : que vaut B̄ pour a = −0,001 ?",
    ),
    Misconception(
        "règle de Mamba",
        lambda delta, a, b: both(math.exp(delta * a), delta * b),
        "c'est la règle du code de Mamba, qui écrit comme si rien ne fuyait pendant le "
        "pas : pour a = −16 et Δ = 0,1, de combien se trompe-t-elle ?",
    ),
    Misconception(
        "Euler",
        (
            lambda delta, a, b: both(1 + delta * a, delta * b),
            *endings(exact, decay=lambda z: 1 + z),
        ),
        "vous suivez la tangente pendant tout le pas : pour a = −16 et Δ = 0,1, votre "
        "Ā est-il encore positif, et que fait un état que l'on multiplie par lui ?",
    ),
    Misconception(
        "Δ oublié",
        endings(lambda delta, ratio, b: ratio / delta * b),
        "vous divisez par Δa : votre B̄ tend vers b quand le pas devient très court. "
        "Que peut-on écrire dans un état en une durée presque nulle ?",
    ),
    Misconception(
        "Δ jamais lu",
        tuple(map(unread, endings(exact))),
        "votre résultat ne dépend pas de `delta` : un pas d'une heure et un pas d'une "
        "seconde laissent-ils le même souvenir ?",
    ),
    Misconception(
        "division oubliée",
        tuple(undivided(near) for near in (-1.0, 0.0, 1e-6)),
        "votre B̄ a le signe contraire de b dès que a est négatif : par quoi faut-il "
        "diviser exp(Δa) − 1 pour retrouver une durée ?",
    ),
    Misconception(
        "signe de B̄",
        endings(lambda delta, ratio, b: -ratio * b),
        "votre grandeur est la bonne, mais l'entrée vide le réservoir au lieu de le "
        "remplir : quel est le signe de exp(Δa) − 1 quand a est négatif ?",
    ),
    Misconception(
        "signe de l'exposant",
        (
            *endings(exact, sign=-1),
            *endings(lambda delta, ratio, b: -ratio * b, sign=-1),
            lambda delta, a, b: both(
                math.exp(-delta * a), right(delta, a, b)[1].item()
            ),
        ),
        "votre Ā dépasse 1 quand a est négatif : le souvenir grandit tout seul. Le "
        "signe moins n'est-il pas déjà dans a ?",
    ),
    Misconception(
        "b oublié",
        endings(lambda delta, ratio, b: ratio),
        "votre B̄ est le même pour tous les b : qui règle le débit de ce qui entre ?",
    ),
    Misconception(
        "résultats échangés",
        (flipped(right), *map(flipped, endings(exact))),
        "les deux nombres y sont, mais dans l'autre ordre : lequel multiplie l'ancien "
        "état, et l'énoncé le demande-t-il en premier ?",
    ),
    Misconception(
        "un seul résultat",
        (
            lambda delta, a, b: right(delta, a, b)[0],
            lambda delta, a, b: right(delta, a, b)[1],
        ),
        "vous ne renvoyez qu'un nombre : pour faire un pas, il faut savoir ce que l'on "
        "garde et ce que l'on écrit. Lequel des deux manque ?",
    ),
)
