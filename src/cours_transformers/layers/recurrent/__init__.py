"""Récurrences : RNN, LSTM et GRU, qui lisent une phrase pas à pas."""

from .gru import GRU
from .lstm import LSTM, Gates
from .rnn import RNN

__all__ = ["GRU", "LSTM", "RNN", "Gates"]
