"""Exercices du chapitre 13 : d'une équation différentielle au balayage sélectif."""

from cours_transformers.exercises.chapter_13.combination import COMBINATION
from cours_transformers.exercises.chapter_13.discretization import DISCRETIZATION
from cours_transformers.exercises.chapter_13.kernel import KERNEL
from cours_transformers.exercises.chapter_13.segments import SEGMENTS
from cours_transformers.exercises.chapter_13.selective import SELECTIVE

EXERCISES = (DISCRETIZATION, KERNEL, COMBINATION, SELECTIVE, SEGMENTS)
ON_PAGE = {
    "13.1": "Une demi-vie",
    "13.6": "Remettre un balayage en ordre",
    "13.7": "Un cache contre un état",
}
