"""Confusions de l'exercice 13.5 : ce qu'un pas use, écrit et lit."""

from collections.abc import Callable

from torch import Tensor

from cours_transformers.exercises.chapter_13.selective_loop import right, scan
from cours_transformers.exercises.exercise import Misconception
from cours_transformers.layers.state_space import selective_scan


def _last(x: Tensor, delta: Tensor, A: Tensor, B: Tensor, C: Tensor) -> Tensor:
    return selective_scan(x[None], delta[None], A, B[None], C[None])[1][0]


def _exact(x: Tensor, delta: Tensor, A: Tensor, B: Tensor, C: Tensor) -> Tensor:
    parts = (x[None], delta[None], A, B[None], C[None])
    return selective_scan(*parts, method="zoh")[0][0]


def _frozen(*names: str) -> Callable:
    """Le bon balayage, où ces réglages restent ceux du premier pas."""

    def wrong(x: Tensor, delta: Tensor, A: Tensor, B: Tensor, C: Tensor) -> Tensor:
        chosen = {"delta": delta, "B": B, "C": C}
        for name in names:
            chosen[name] = chosen[name][:1].expand_as(chosen[name])
        return right(x, chosen["delta"], A, chosen["B"], chosen["C"])

    return wrong


MISCONCEPTIONS = (
    Misconception(
        "lecture avant l'écriture",
        (
            scan(seen=lambda h, before, kept: before),
            scan(seen=lambda h, before, kept: kept * before),
        ),
        "votre sortie ne sait rien de l'entrée présente : l'état se lit-il avant ou "
        "après ce que le pas y écrit ?",
    ),
    Misconception(
        "Δ oublié dans B̄",
        scan(write=lambda step, x, B: x * B),
        "chez vous, un pas qui ne dure rien écrit autant qu'un autre : que devrait "
        "faire un robinet que l'on n'ouvre pas ?",
    ),
    Misconception(
        "exponentielle oubliée",
        scan(decay=lambda step, A, h: step * A),
        "vous multipliez l'état par un nombre négatif : il change de signe à chaque "
        "pas. Qu'est-ce qui fait d'une vitesse la part que l'on garde ?",
    ),
    Misconception(
        "Δ absent de Ā",
        scan(decay=lambda step, A, h: A.exp()),
        "chez vous, tous les pas oublient autant : si Ā ne dépend plus du pas, "
        "l'entrée peut-elle encore demander que l'on oublie ?",
    ),
    Misconception(
        "état remis à zéro",
        scan(update=lambda h, kept, new: new),
        "chaque sortie ne dépend que de sa propre entrée : où est passé l'état du pas "
        "d'avant ?",
    ),
    Misconception(
        "A tiré de l'état",
        (
            scan(decay=lambda step, A, h: (step * A * h).exp()),
            scan(decay=lambda step, A, h: (step * (A + h)).exp()),
            scan(decay=lambda step, A, h: (step * A * h.abs()).exp()),
        ),
        "la part que vous gardez dépend de l'état lui-même : pourrait-on encore "
        "combiner deux pas sans connaître l'état d'où ils partent ?",
    ),
    Misconception(
        "oubli oublié",
        scan(update=lambda h, kept, new: h + new),
        "votre état accumule tout depuis le début, sans rien perdre : à quoi sert A ?",
    ),
    Misconception(
        "écrit, puis usé",
        scan(update=lambda h, kept, new: kept * (h + new)),
        "ce que vous écrivez s'use dans le même pas : l'oubli frappe-t-il ce qui "
        "entre, ou seulement ce qui était là ?",
    ),
    Misconception(
        "bloqueur d'ordre zéro",
        _exact,
        "votre B̄ est la règle exacte ; le code de Mamba s'en passe, et l'énoncé aussi. "
        "Par quoi la remplacent-ils ?",
    ),
    Misconception(
        "Euler",
        scan(decay=lambda step, A, h: 1 + step * A),
        "vous approchez l'exponentielle par sa tangente : quel signe votre Ā prend-il "
        "dès que Δ|A| dépasse 1 ?",
    ),
    Misconception(
        "signe de l'exposant",
        scan(decay=lambda step, A, h: (-step * A).exp()),
        "votre état grossit à chaque pas : A est-elle déjà négative, ou faut-il lui "
        "ajouter un signe ?",
    ),
    Misconception(
        "entrée oubliée",
        scan(write=lambda step, x, B: step * B),
        "vous écrivez la même chose, quelle que soit l'entrée : B dit où écrire, et Δ "
        "combien de temps, mais quoi ?",
    ),
    Misconception(
        "réglages figés",
        tuple(
            _frozen(*names)
            for names in (("delta", "B", "C"), ("B", "C"), ("delta",), ("B",), ("C",))
        ),
        "l'un au moins de vos réglages reste celui du premier pas : que devient la "
        "sélection, si tous les pas se font de la même façon ?",
    ),
    Misconception(
        "moyenne sur l'état",
        scan(read=lambda h, C: (h * C).mean(dim=-1)),
        "vous faites une moyenne sur les N nombres de l'état : C · h est-il divisé par "
        "quelque chose ?",
    ),
    Misconception(
        "état rendu",
        (
            _last,
            scan(read=lambda h, C: h),
            scan(read=lambda h, C: h * C),
        ),
        "votre résultat a encore l'axe de l'état : combien de nombres un canal "
        "montre-t-il à chaque pas, et qui les réunit ?",
    ),
)
