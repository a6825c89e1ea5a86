"""Chapitres et exercices du paquet, découverts par leur nom."""

import importlib
import pkgutil

import cours_transformers.exercises as package

CHAPTERS = [
    importlib.import_module(f"{package.__name__}.{module.name}")
    for module in sorted(pkgutil.iter_modules(package.__path__))
    if module.name.startswith("chapter_")
]
EXERCISES = [exercise for chapter in CHAPTERS for exercise in chapter.EXERCISES]
