"""Une page où l'on est le routeur, écrite comme le livre l'écrit."""

from mini_site import frame, trial_fixtures

CAPACITY = ("capacite", 1, 12, 3, "places par expert")

adresses, ouvrir = trial_fixtures(
    frame("routeur", "Être le routeur", CAPACITY), "routeur"
)
