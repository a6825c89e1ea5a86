"""Les épreuves du duel : retrouver, choisir, redire de loin.

On apprend sur des suites de ``LENGTH`` tokens au plus ; on est noté jusqu'à huit fois
plus loin, et selon le nombre de paires à retenir. Lettres : T longueur.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from jaxtyping import Int
from torch import Tensor

from cours_transformers.data.associative import (
    associative_batch,
    associative_vocabulary_size,
)
from cours_transformers.data.induction import (
    induction_batch,
    induction_vocabulary_size,
)
from cours_transformers.data.selective_copy import (
    selective_copy_batch,
    selective_copy_vocabulary_size,
)

Batch = tuple[Int[Tensor, "n T"], Int[Tensor, "n T"]]
Sizes = dict[str, int]

LENGTH = 32  # la plus longue suite de l'apprentissage
FACTORS = (1, 2, 4, 8)  # longueurs des épreuves, en multiples de LENGTH
N_SYMBOLS = 16  # réponses possibles


@dataclass(frozen=True)
class Task:
    """Une tâche : comment tirer un lot, sur quoi l'on apprend, sur quoi l'on est noté.

    Attributes:
        steps: pas d'apprentissage, les mêmes pour tous les modèles.
        lessons: tailles des lots ; chaque pas en tire une au hasard. Les plus courtes
            font gagner du temps à tous : on y trouve le principe plus vite.
        exams: nom de ce qui varie → les tailles des épreuves.
    """

    vocabulary_size: int
    batch: Callable[..., Batch]
    steps: int
    lessons: tuple[Sizes, ...]
    exams: dict[str, tuple[Sizes, ...]]


def _pairs(n_pairs: int, T: int = LENGTH, gap: int = 0) -> Sizes:
    """Autant de questions que de paires."""
    return {"n_pairs": n_pairs, "n_queries": n_pairs, "T": T, "gap": gap}


LENGTHS = tuple(LENGTH * factor for factor in FACTORS)
FAR = 2  # paires que l'on interroge de loin, toutes au début de la suite
TASKS = {
    "rappel": Task(
        associative_vocabulary_size(N_SYMBOLS, N_SYMBOLS),
        partial(associative_batch, n_keys=N_SYMBOLS, n_values=N_SYMBOLS),
        800,
        tuple(_pairs(*s) for s in ((1, 8), (2, 8), (2, 16), (4, 16), (4, 32), (8, 32))),
        {
            "paires": tuple(_pairs(p) for p in (1, 2, 4, 8)),
            "longueur": tuple(_pairs(FAR, T, gap=T - 3 * FAR) for T in LENGTHS),
        },
    ),
    "copie": Task(
        selective_copy_vocabulary_size(N_SYMBOLS),
        partial(selective_copy_batch, n_symbols=N_SYMBOLS),
        800,
        tuple({"n_copied": 4, "T": T} for T in (8, 16, LENGTH)),
        {"longueur": tuple({"n_copied": 4, "T": T} for T in LENGTHS)},
    ),
    "induction": Task(
        induction_vocabulary_size(N_SYMBOLS),
        partial(induction_batch, n_symbols=N_SYMBOLS),
        200,
        tuple({"T": T} for T in (8, 16, LENGTH)),
        {"longueur": tuple({"T": T} for T in LENGTHS)},
    ),
}
