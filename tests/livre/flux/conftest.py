"""Une page avec la tour dont on retire résidus et normes, comme dans le livre."""

from mini_site import frame, trial_fixtures

NUMBERS = (
    ("ecriture", 0.1, 2, 0.5, "taille des écritures"),
    ("poussee", 0, 3, 0, "poussée commune"),
)

adresses, ouvrir = trial_fixtures(frame("flux", "Une tour", *NUMBERS), "flux")
