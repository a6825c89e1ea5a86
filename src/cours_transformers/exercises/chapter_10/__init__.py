"""Exercices du chapitre 10 : un GPT, de ses extraits à ce qu'il recopie."""

from cours_transformers.exercises.chapter_10.bits import BITS
from cours_transformers.exercises.chapter_10.causal import CAUSAL
from cours_transformers.exercises.chapter_10.cooling import COOLING
from cours_transformers.exercises.chapter_10.copying import COPYING
from cours_transformers.exercises.chapter_10.extracts import EXTRACTS
from cours_transformers.exercises.chapter_10.rate import RATE
from cours_transformers.exercises.chapter_10.top_p import TOP_P

EXERCISES = (EXTRACTS, BITS, RATE, TOP_P, CAUSAL, COOLING, COPYING)
ON_PAGE = {
    "10.5": "Deux cents tirages sans un faux pas",
    "10.4": "Remettre un pas d'apprentissage en ordre",
}
