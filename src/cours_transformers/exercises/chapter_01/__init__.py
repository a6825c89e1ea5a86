"""Exercices du chapitre 01 : lire pas à pas, RNN et LSTM."""

from cours_transformers.exercises.chapter_01.clipping import CLIPPING
from cours_transformers.exercises.chapter_01.last_state import LAST_STATE
from cours_transformers.exercises.chapter_01.lstm_step import LSTM_STEP
from cours_transformers.exercises.chapter_01.rnn_step import RNN_STEP

EXERCISES = (RNN_STEP, LSTM_STEP, CLIPPING, LAST_STATE)
ON_PAGE = {
    "01.2": "Remettre un pas de LSTM en ordre",
    "01.3": "Ce qu'une porte d'oubli garde",
    "01.6": "Compter les multiplications d'une LSTM",
}
