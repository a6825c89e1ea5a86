"""Exercices du chapitre 06 : encoder la position."""

from cours_transformers.exercises.chapter_06.alibi import ALIBI
from cours_transformers.exercises.chapter_06.pairing import PAIRING
from cours_transformers.exercises.chapter_06.rotation import ROTATION
from cours_transformers.exercises.chapter_06.sinusoids import SINUSOIDS

EXERCISES = (SINUSOIDS, ALIBI, ROTATION, PAIRING)
ON_PAGE = {
    "06.1": "L'horloge la plus lente",
    "06.3": "Remettre un glissement en ordre",
    "06.5": "Une rotation à la main",
}
