"""Exercices du chapitre 00 : avant de partir."""

from cours_transformers.exercises.chapter_00.bigram import BIGRAM
from cours_transformers.exercises.chapter_00.neuron import NEURON
from cours_transformers.exercises.chapter_00.perceptron import PERCEPTRON
from cours_transformers.exercises.chapter_00.temperature import TEMPERATURE

EXERCISES = (TEMPERATURE, NEURON, PERCEPTRON, BIGRAM)
ON_PAGE = {
    "00.2": "Ce que coûtent trois lettres",
    "00.3": "Un poids qui sert deux fois",
    "00.5": "Remettre la boucle en ordre",
}
