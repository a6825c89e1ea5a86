"""Vérification des exercices, un module par chapitre."""

from cours_transformers.exercises.checking import check
from cours_transformers.exercises.hints import hint
from cours_transformers.exercises.report import Report

__all__ = ["Report", "check", "hint"]
