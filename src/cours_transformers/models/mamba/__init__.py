"""Mamba : sa configuration, le modèle de langue, et sa comparaison à transformers."""

from .config import MIXERS, MambaConfig
from .model import Mamba, MambaBlock, state_numbers
from .reference_weights import mamba_weights

__all__ = [
    "MIXERS",
    "Mamba",
    "MambaBlock",
    "MambaConfig",
    "mamba_weights",
    "state_numbers",
]
