"""Le texte que lit un modèle : les mini-contes, Shakespeare, Molière, ou le vôtre."""

from .corpus import TextCorpus, corpus
from .download import Unreachable, cache_folder

__all__ = ["TextCorpus", "Unreachable", "cache_folder", "corpus"]
