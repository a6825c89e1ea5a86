"""Confusions de l'exercice 10.3 : ce que devient le taux quand on se trompe."""

import math
from collections.abc import Callable

from cours_transformers.exercises.exercise import Misconception
from cours_transformers.training.cosine import cosine_factor


def _descent(fall: Callable[[float, float], float]) -> Callable:
    """Une autre descente : ``fall(r, plancher)``, où r est la part déjà faite."""

    def wrong(step: int, total: int, warmup: int, peak: float, floor: float) -> float:
        if step <= warmup:
            return peak * step / warmup
        return peak * fall((step - warmup) / (total - warmup), floor)

    return wrong


def _progress(done: Callable[[int, int, int], float], last: int = 0) -> Callable:
    """Une autre part déjà faite, ``done(pas, durée, montée)``, après montée + ``last``.

    Avec ``last=-1``, le pas du sommet appartient déjà à la descente.
    """

    def wrong(step: int, total: int, warmup: int, peak: float, floor: float) -> float:
        if step <= warmup + last:
            return peak * step / warmup
        return peak * _half_wave(done(step, total, warmup), floor)

    return wrong


def _half_wave(r: float, floor: float) -> float:
    return floor + (1 - floor) * (1 + math.cos(math.pi * r)) / 2


def _late(step: int, total: int, warmup: int, peak: float, floor: float) -> float:
    if step <= warmup:
        return peak * (step - 1) / warmup
    return peak * cosine_factor(step, total, warmup, floor)


def _no_warmup(step: int, total: int, warmup: int, peak: float, floor: float) -> float:
    return peak * _half_wave(step / total, floor)


def _product(step: int, total: int, warmup: int, peak: float, floor: float) -> float:
    return peak * min(1.0, step / warmup) * _half_wave(step / total, floor)


def _absolute(step: int, total: int, warmup: int, peak: float, floor: float) -> float:
    if step <= warmup:
        return peak * step / warmup
    r = (step - warmup) / (total - warmup)
    return floor + (peak - floor) * (1 + math.cos(math.pi * r)) / 2


MISCONCEPTIONS = (
    Misconception(
        "cosinus sur toute la durée",
        (
            _progress(lambda s, n, w: s / n),
            _progress(lambda s, n, w: s / n, last=-1),
            _product,
        ),
        "votre cosinus commence au pas 1, pendant la montée : au pas `montee`, le taux "
        "est-il à son sommet ?",
    ),
    Misconception(
        "descente inachevée",
        _progress(lambda s, n, w: (s - w) / n),
        "vous comptez les pas depuis le sommet, mais divisez par toute la durée : que "
        "vaut votre taux au dernier pas ?",
    ),
    Misconception(
        "plancher absolu",
        _absolute,
        "vous descendez jusqu'à `plancher` lui-même : est-ce un taux, ou une part du "
        "sommet ?",
    ),
    Misconception(
        "pas de plancher",
        _descent(lambda r, floor: _half_wave(r, 0.0)),
        "votre taux descend jusqu'à zéro : que fait le modèle du dernier lot ?",
    ),
    Misconception(
        "plancher qui coupe",
        (
            _descent(lambda r, floor: max(floor, _half_wave(r, 0.0))),
            _descent(lambda r, floor: max(floor, math.cos(math.pi * r / 2))),
        ),
        "vous descendez vers zéro, et `max` coupe la fin de la courbe : à quel pas "
        "votre taux touche-t-il le plancher pour la première fois ?",
    ),
    Misconception(
        "plancher ajouté",
        _descent(lambda r, floor: floor + _half_wave(r, 0.0)),
        "vous ajoutez le plancher sans rien retirer d'autre : que vaut votre taux "
        "juste après le sommet ?",
    ),
    Misconception(
        "montée à partir de zéro",
        _late,
        "au pas 1, votre taux est nul : que fait alors ce premier lot, et le sommet "
        "est-il atteint au pas `montee` ?",
    ),
    Misconception(
        "montée oubliée",
        _no_warmup,
        "votre taux descend dès le premier pas : à quoi sert `montee` ?",
    ),
    Misconception(
        "sommet oublié",
        lambda s, n, w, peak, floor: cosine_factor(s, n, w, floor),
        "c'est une part, entre 0 et 1 : de quel taux est-elle la part ?",
    ),
    Misconception(
        "période entière",
        _descent(lambda r, floor: _half_wave(2 * r, floor)),
        "votre cosinus fait un tour complet : où finit-il, au plancher ou au sommet ?",
    ),
    Misconception(
        "quart de période",
        (
            _descent(lambda r, floor: _half_wave(r / 2, floor)),
            _descent(lambda r, f: f + (1 - f) * math.cos(math.pi * r / 2)),
        ),
        "votre cosinus ne fait qu'un quart de tour : la courbe est-elle plate aux deux "
        "bouts, et touche-t-elle le plancher ?",
    ),
    Misconception(
        "sinus",
        (
            _descent(lambda r, f: f + (1 - f) * (1 + math.sin(math.pi * r)) / 2),
            _descent(lambda r, f: f + (1 - f) * math.sin(math.pi * r)),
            _descent(lambda r, f: f + (1 - f) * math.sin(math.pi * r / 2)),
        ),
        "vous descendez par un sinus : que vaut-il quand la descente commence, et que "
        "devrait-il valoir ?",
    ),
    Misconception(
        "cosinus nu",
        (
            _descent(lambda r, f: f + (1 - f) * math.cos(math.pi * r)),
            _descent(lambda r, f: f + (1 - f) * (1 + math.cos(math.pi * r))),
        ),
        "un cosinus va de 1 à −1 : par quelles deux opérations le ramener entre 0 et 1 "
        "?",
    ),
    Misconception(
        "descente droite",
        _descent(lambda r, floor: floor + (1 - floor) * (1 - r)),
        "votre descente est une droite : où est le cosinus ?",
    ),
)
