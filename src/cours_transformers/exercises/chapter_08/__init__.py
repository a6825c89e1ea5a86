"""Exercices du chapitre 08 : le réseau feed-forward et ses variantes."""

from cours_transformers.exercises.chapter_08.balance import BALANCE
from cours_transformers.exercises.chapter_08.groups import GROUPS
from cours_transformers.exercises.chapter_08.swiglu import SWIGLU

EXERCISES = (SWIGLU, GROUPS, BALANCE)
ON_PAGE = {
    "08.1": "La largeur d'un réseau à porte",
    "08.3": "Remettre un routeur en ordre",
    "08.5": "Les abandonnés, à la main",
}
