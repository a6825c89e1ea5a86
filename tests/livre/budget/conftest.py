"""Une page où l'on joue au budget, écrite comme le livre l'écrit."""

from mini_site import frame, trial_fixtures

adresses, ouvrir = trial_fixtures(frame("budget", "Le jeu du budget"), "budget")
