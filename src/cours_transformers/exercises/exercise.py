"""Ce qu'est un exercice de code, et les confusions qu'il sait reconnaître."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

EXPECTED = {
    "function": "une fonction",
    "kernel": "une fonction, le corps d'un noyau",
    "class": "une classe",
    "value": "une valeur",
}


def _call(answer: Callable, *inputs: object) -> object:
    return answer(*inputs)


@dataclass(frozen=True)
class Misconception:
    """Confusion courante, avec de quoi la reconnaître : du code qui la commet.

    Args:
        name: nom court, propre à l'exercice.
        wrong: fonction fausse, ou plusieurs variantes de la même confusion. Elle
            peut lever une exception là où celle du lecteur en lèverait une.
        message: une phrase qui nomme la confusion, une question ; jamais la solution.
        looks: ``looks(result, *inputs)``, autre façon de la reconnaître, quand le même
            faux pas donne des nombres variés (un signe, un facteur arbitraire).
    """

    name: str
    wrong: Callable | tuple[Callable, ...]
    message: str
    looks: Callable[..., bool] | None = None

    @property
    def variants(self) -> tuple[Callable, ...]:
        """Toutes les fonctions fausses de cette confusion."""
        return self.wrong if isinstance(self.wrong, tuple) else (self.wrong,)


@dataclass(frozen=True)
class Fact:
    """Propriété que tout bon résultat possède : « la somme de chaque ligne vaut 1 ».

    ``holds(result, *inputs)`` reçoit le résultat en float64.
    """

    statement: str
    holds: Callable[..., bool]


@dataclass(frozen=True)
class Exercise:
    """Exercice vérifié par l'exécution.

    Args:
        number: « 04.2 », celui que le lecteur donne à ``check``.
        title: titre court.
        arguments: noms des arguments, dans l'ordre ; vide pour une valeur.
        reference: bonne réponse, appelée avec les mêmes arguments.
        cases: entrées cachées, tirées d'un générateur à graine fixe ; la première
            est assez petite pour être affichée.
        misconceptions: de la plus courante à la plus rare.
        hints: indices, du plus léger au plus appuyé.
        takeaway: ce qu'on ajoute quand l'exercice est réussi.
        facts: propriétés dites justes, ou pas encore.
        kind: ``function``, ``kernel`` (une fonction dont on lit le texte, pour
            l'exécuter ailleurs), ``class`` ou ``value``.
        use: comment obtenir un résultat de la réponse ; pour une classe, par
            exemple, ``lambda answer, x: answer(d_model=8)(x)``.
        obstacle: ce qui empêche d'essayer ici une réponse, en une phrase ; ou rien.
        exact: compare par égalité (chaînes, listes de tokens) et non à ``atol`` et
            ``rtol`` près.
    """

    number: str
    title: str
    arguments: tuple[str, ...]
    reference: Callable
    cases: Callable[[torch.Generator], list[tuple]]
    misconceptions: tuple[Misconception, ...]
    hints: tuple[str, ...]
    takeaway: str
    facts: tuple[Fact, ...] = ()
    kind: str = "function"
    use: Callable = _call
    obstacle: Callable[[], str] = str
    exact: bool = False
    atol: float = 1e-4
    rtol: float = 1e-3

    @property
    def label(self) -> str:
        """« Exercice 4.2 », comme le site le numérote."""
        chapter, rank = self.number.split(".")
        return f"Exercice {int(chapter)}.{rank}"


def draw(generator: torch.Generator, *shape: int) -> Tensor:
    """Nombres gaussiens arrondis au dixième : le lecteur peut refaire le calcul."""
    return torch.randn(shape, generator=generator).mul(10).round() / 10
