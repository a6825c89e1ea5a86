"""Exercices du chapitre 07 : le bloc, ses résidus et ses normalisations."""

from cours_transformers.exercises.chapter_07.dropout import DROPOUT
from cours_transformers.exercises.chapter_07.pre_norm import PRE_NORM
from cours_transformers.exercises.chapter_07.rms import RMS
from cours_transformers.exercises.chapter_07.tower import TOWER

EXERCISES = (TOWER, RMS, PRE_NORM, DROPOUT)
ON_PAGE = {
    "07.2": "Normaliser un mot à la main",
    "07.5": "L'échelle de quarante-huit écritures",
    "07.6": "Remettre un modèle en ordre",
}
