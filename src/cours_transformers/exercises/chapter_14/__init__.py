"""Exercices du chapitre 14 : la même attention, sans jamais écrire la matrice."""

from cours_transformers.exercises.chapter_14.accesses import ACCESSES
from cours_transformers.exercises.chapter_14.kernel import KERNEL
from cours_transformers.exercises.chapter_14.merging import MERGING
from cours_transformers.exercises.chapter_14.online import ONLINE
from cours_transformers.exercises.chapter_14.score_gradient import SCORE_GRADIENT
from cours_transformers.exercises.chapter_14.tiles import TILES
from cours_transformers.exercises.chapter_14.useful_tiles import USEFUL_TILES

EXERCISES = (ONLINE, MERGING, TILES, USEFUL_TILES, ACCESSES, SCORE_GRADIENT, KERNEL)
ON_PAGE = {
    "14.1": "Le point d'équilibre d'un A100",
    "14.6": "Remettre un tour de boucle en ordre",
}
