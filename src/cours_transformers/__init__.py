"""Bibliothèque du cours : du RNN à FlashAttention, un code pour chaque idée."""

__version__ = "0.1.0"
