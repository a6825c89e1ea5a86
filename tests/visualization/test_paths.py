"""Chemins raccourcis : plus légers, mais au même endroit."""

import random
import re

import pytest

from cours_transformers.visualization.paths import bounds, segments, shorten


def _absolute(path: str) -> list[tuple[float, float]]:
    """Relit un chemin raccourci avec un lecteur écrit à part."""
    pen, start, points = (0.0, 0.0), (0.0, 0.0), []
    for command, rest in re.findall(r"([Mlhvcqz])([^Mlhvcqz]*)", path):
        values = [float(n) for n in re.findall(r"-?\d*\.?\d+", rest)]
        if command == "z":
            pen = start
            continue
        if command == "h":
            values = [values[0], 0.0]
        elif command == "v":
            values = [0.0, values[0]]
        base = (0.0, 0.0) if command == "M" else pen
        pairs = zip(values[::2], values[1::2], strict=True)
        group = [(base[0] + x, base[1] + y) for x, y in pairs]
        pen = group[-1]
        start = pen if command == "M" else start
        points += group
    return points


def test_le_chemin_raccourci_passe_par_les_memes_points():
    draw = random.Random(0)  # noqa: S311
    path, expected = "", []
    for command, count in [("M", 1), ("L", 1), ("C", 3), ("Q", 2), ("L", 1)] * 40:
        points = [(draw.uniform(-99, 400), draw.uniform(-1, 300)) for _ in range(count)]
        expected += points
        path += command + " ".join(f" {x:.6f} {y:.6f}" for x, y in points) + "\n"
    read = _absolute(shorten(path, dx=3.5, dy=-2))
    assert len(read) == len(expected)
    for (x, y), (x0, y0) in zip(read, expected, strict=True):
        assert abs(x - x0 - 3.5) < 0.011 and abs(y - y0 + 2) < 0.011  # aucune dérive


def test_apres_une_fermeture_la_plume_revient_au_depart():
    squares = "M 0 0 L 1 0 L 1 1 z M 5 5 L 6 5 z L 5 9"
    assert _absolute(shorten(squares))[-1] == (5, 9)


@pytest.mark.parametrize(
    ("path", "expected"),
    [("M 1 2 L 4 2 L 4 5 z", "M1 2h3v3z"), ("M 0.5 -0.25 L 1 1", "M.5-.25l.5 1.25")],
)
def test_l_ecriture_est_la_plus_courte(path, expected):
    assert shorten(path) == expected


def test_un_point_rond_devient_deux_arcs():
    r = 3.0
    curves = "".join(f"C {r} 0 {r} {r} 0 {r} " for _ in range(6))
    path = f"M 0 {r} C -{r} {r} -{r} -{r} 0 -{r} {curves}C 0 {r} 0 {r} 0 {r} z"
    assert shorten(path, 10, 10) == "M7 10a3 3 0 1 0 6 0a3 3 0 1 0-6 0z"


def test_l_encadrement_contient_les_points():
    assert bounds("M 1 2 L -4 7") == (-4, 2, 1, 7)
    assert [c for c, _ in segments("M 1 2 z")] == ["M", "Z"]
