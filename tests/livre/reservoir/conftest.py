"""Une page avec le réservoir qui fuit, écrite comme le livre l'écrit."""

from mini_site import frame, trial_fixtures

adresses, ouvrir = trial_fixtures(
    frame("reservoir", "Un réservoir qui fuit."), "reservoir"
)
