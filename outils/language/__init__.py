"""Vérification de la langue : extraction de la prose, formes évitées, grammaire."""
