"""Exercices du chapitre 04 : requêtes, clés, valeurs."""

from cours_transformers.exercises.chapter_04.additive import ADDITIVE
from cours_transformers.exercises.chapter_04.by_hand import BY_HAND
from cours_transformers.exercises.chapter_04.cross import CROSS
from cours_transformers.exercises.chapter_04.mask import MASK
from cours_transformers.exercises.chapter_04.scale import SCALE
from cours_transformers.exercises.chapter_04.stationary import STATIONARY
from cours_transformers.exercises.chapter_04.weights import WEIGHTS

EXERCISES = (BY_HAND, WEIGHTS, STATIONARY, SCALE, ADDITIVE, MASK, CROSS)
ON_PAGE = {"04.6": "Remettre une attention masquée en ordre"}
