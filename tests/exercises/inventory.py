"""Chapitres et exercices du paquet, découverts par leur nom."""

import importlib
import pkgutil

import pytest

import cours_transformers.exercises as package

CHAPTERS = [
    importlib.import_module(f"{package.__name__}.{module.name}")
    for module in sorted(pkgutil.iter_modules(package.__path__))
    if module.name.startswith("chapter_")
]
EXERCISES = [exercise for chapter in CHAPTERS for exercise in chapter.EXERCISES]


def skip_if_untried(exercise) -> None:
    """Passe le test d'un exercice que rien, ici, ne permet d'essayer."""
    if reason := exercise.obstacle():
        pytest.skip(reason)
