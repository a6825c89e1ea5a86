"""Exercices du chapitre 05 : plusieurs têtes."""

from cours_transformers.exercises.chapter_05.multi_head import MULTI_HEAD
from cours_transformers.exercises.chapter_05.share import SHARE
from cours_transformers.exercises.chapter_05.split import SPLIT
from cours_transformers.exercises.chapter_05.switch import SWITCH

EXERCISES = (SPLIT, MULTI_HEAD, SHARE, SWITCH)
ON_PAGE = {
    "05.1": "Les paramètres de huit têtes",
    "05.4": "Ce qu'il faut garder par token",
    "05.7": "Remettre une sonde en ordre",
}
