"""Où s'affichera la cellule : dans la page publiée ou dans un carnet vivant."""

import os


def is_page() -> bool:
    """Vrai pendant l'exécution du livre (``COURS_PAGE=1``) : pas de noyau ensuite."""
    return os.environ.get("COURS_PAGE") == "1"
