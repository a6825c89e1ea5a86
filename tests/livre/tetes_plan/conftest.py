"""Une page avec les deux têtes à tourner, écrite comme le livre l'écrit."""

from mini_site import frame, trial_fixtures

ANGLES = [(f"theta_{h}", 0, 180, 45, f"angle de la tête {h}") for h in (1, 2)]

adresses, ouvrir = trial_fixtures(frame("tetes", "Deux têtes", *ANGLES), "tetes")
