"""Une page avec les horloges et la rotation, écrite comme le livre l'écrit."""

from mini_site import frame, trial_fixtures

NUMBERS = {
    "horloges": [
        ("paires", 2, 32, 8, "nombre d'horloges"),
        ("base", 10, 100000, 10000, "base"),
        ("k", 0, 128, 5, "distance"),
    ],
    "rope": [("degres", 0, 60, 15, "degrés par position")],
}

adresses, ouvrir = trial_fixtures(
    "".join(frame(name, f"Figure {name}.", *n) for name, n in NUMBERS.items())
)
