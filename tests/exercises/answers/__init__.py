"""Réponses justes (``RIGHT``) et fausses (``WRONG``), comme un lecteur les écrirait.

Une réponse juste est un couple (exercice, code) ; une fausse, un triplet (exercice, nom
de la confusion attendue, code). Tout module de ce dossier est découvert par son nom.
"""

import importlib
import pkgutil


def gather(name: str) -> list[tuple]:
    """Listes ``name`` de tous les modules du dossier, mises bout à bout."""
    names = sorted(m.name for m in pkgutil.iter_modules(__path__))
    modules = [importlib.import_module(f"{__name__}.{n}") for n in names]
    return [answer for module in modules for answer in getattr(module, name, [])]


RIGHT = gather("RIGHT")
WRONG = gather("WRONG")
