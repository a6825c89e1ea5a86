"""Exercices du chapitre 12 : ce que coûte l'attention, et ce qui la remplace."""

from cours_transformers.exercises.chapter_12.block_price import BLOCK_PRICE
from cours_transformers.exercises.chapter_12.exponent import EXPONENT
from cours_transformers.exercises.chapter_12.features import FEATURES
from cours_transformers.exercises.chapter_12.linear import LINEAR
from cours_transformers.exercises.chapter_12.recurrent import RECURRENT
from cours_transformers.exercises.chapter_12.window import WINDOW

EXERCISES = (BLOCK_PRICE, EXPONENT, LINEAR, RECURRENT, WINDOW, FEATURES)
ON_PAGE = {
    "12.1": "Là où l'attention rattrape le reste",
    "12.6": "Remettre un pas récurrent en ordre",
    "12.8": "Ce que pèse un passé",
}
