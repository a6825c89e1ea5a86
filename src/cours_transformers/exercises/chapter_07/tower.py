"""07.1 : une tour de couches résiduelles, x ← x + tanh(x W_l)."""

from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Misconception, draw


def _cases(generator: torch.Generator) -> list[tuple]:
    shapes = ((2, 2, 2), (3, 2, 4), (1, 3, 3), (4, 3, 5))
    return [(draw(generator, T, d), draw(generator, L, d, d)) for T, d, L in shapes]


def _climb(step: Callable[[Tensor, Tensor, Tensor], Tensor]):
    """La tour où chaque étage rend ``step(flux, entrée de la tour, W)``."""

    def tower(x: Tensor, W: Tensor) -> Tensor:
        stream = x
        for matrix in W:
            stream = step(stream, x, matrix)
        return stream

    return tower


_tower = _climb(lambda y, x, W: y + (y @ W).tanh())


def _twice(x: Tensor, W: Tensor) -> Tensor:
    for matrix in W:
        x = x + (x @ matrix).tanh()
        x = x + (x @ matrix).tanh()
    return x


TOWER = Exercise(
    number="07.1",
    title="Une tour résiduelle",
    arguments=("x", "W"),
    reference=_tower,
    cases=_cases,
    misconceptions=(
        Misconception(
            "résidu manquant",
            _climb(lambda y, x, W: (y @ W).tanh()),
            "chaque couche remplace ce qu'elle a reçu : où est passé l'ancien flux ?",
        ),
        Misconception(
            "résidu repris à l'entrée",
            _climb(lambda y, x, W: x + (y @ W).tanh()),
            "vous ajoutez toujours l'entrée de la tour : que deviennent les écritures "
            "des couches du milieu ?",
        ),
        Misconception(
            "couches en parallèle",
            _climb(lambda y, x, W: y + (x @ W).tanh()),
            "toutes vos couches lisent l'entrée : la deuxième ne devrait-elle pas lire "
            "ce que la première a écrit ?",
        ),
        Misconception(
            "résidu dans la non-linéarité",
            _climb(lambda y, x, W: (y + y @ W).tanh()),
            "l'ancien flux passe lui aussi par la tangente : reste-t-il un chemin où "
            "rien ne l'écrase ?",
        ),
        Misconception(
            "tangente oubliée",
            _climb(lambda y, x, W: y + y @ W),
            "votre tour est linéaire : où est la tangente hyperbolique ?",
        ),
        Misconception(
            "dernière couche oubliée",
            lambda x, W: _tower(x, W[:-1]),
            "il manque un étage à votre tour : combien `W` a-t-elle de matrices ?",
        ),
        Misconception(
            "couches à l'envers",
            lambda x, W: _tower(x, W.flip(0)),
            "vous montez depuis le dernier étage : laquelle des matrices le flux "
            "rencontre-t-il en premier ?",
        ),
        Misconception(
            "matrice transposée",
            lambda x, W: _tower(x, W.mT),
            "vous multipliez par les transposées : les mots sont en lignes, de quel "
            "côté multiplie-t-on ?",
        ),
        Misconception(
            "résidu compté deux fois",
            (_climb(lambda y, x, W: 2 * y + (y @ W).tanh()), _twice),
            "le flux est ajouté une fois de trop à chaque étage : que vaut votre tour "
            "quand toutes les matrices sont nulles ?",
        ),
    ),
    hints=(
        "une boucle sur `W` : chaque tour de boucle donne une matrice (d, d)",
        "la couche lit le flux, et ce qu'elle trouve s'ajoute au flux",
        "si toutes les matrices sont nulles, la tour doit rendre x, intact",
    ),
    takeaway="chaque couche lit tout ce qu'ont écrit les précédentes, et n'efface rien",
)
