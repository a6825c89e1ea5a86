"""Une page où l'on explore les motifs, écrite comme le livre l'écrit."""

from mini_site import frame, trial_fixtures

adresses, ouvrir = trial_fixtures(frame("motifs", "Explorer les motifs"), "motifs")
