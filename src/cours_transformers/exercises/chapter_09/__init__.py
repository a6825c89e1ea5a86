"""Exercices du chapitre 09 : l'architecture complète."""

from cours_transformers.exercises.chapter_09.beam_score import BEAM_SCORE
from cours_transformers.exercises.chapter_09.shift import SHIFT
from cours_transformers.exercises.chapter_09.smoothing import SMOOTHING
from cours_transformers.exercises.chapter_09.warmup import WARMUP

EXERCISES = (SHIFT, SMOOTHING, WARMUP, BEAM_SCORE)
ON_PAGE = {
    "09.1": "Les matrices d'un bloc de décodeur",
    "09.4": "La perte qu'on ne peut pas battre",
    "09.6": "Remettre un glouton en ordre",
}
