"""Chemins SVG raccourcis : coordonnées relatives, deux décimales, arcs de cercle."""

import re
from collections.abc import Iterator

_TOKEN = re.compile(r"[A-Za-z]|[-+]?\d*\.?\d+(?:e[-+]?\d+)?")
_POINTS = {"M": 1, "L": 1, "Q": 2, "C": 3, "z": 0, "Z": 0}
DECIMALS = 2

Number = int | float
Point = tuple[float, float]


def segments(path: str) -> Iterator[tuple[str, list[Point]]]:
    """Découpe un chemin de matplotlib (M, L, Q, C, z absolus) en (lettre, points)."""
    tokens = _TOKEN.findall(path)
    position = 0
    while position < len(tokens):
        command, count = tokens[position], 2 * _POINTS[tokens[position]]
        numbers = [float(n) for n in tokens[position + 1 : position + 1 + count]]
        yield command.upper(), list(zip(numbers[::2], numbers[1::2], strict=True))
        position += 1 + count


def bounds(path: str) -> tuple[float, float, float, float]:
    """Encadre un chemin : (x minimal, y minimal, x maximal, y maximal)."""
    points = [point for _, group in segments(path) for point in group]
    if not points:
        return 0.0, 0.0, 0.0, 0.0
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def shorten(path: str, dx: Number = 0.0, dy: Number = 0.0) -> str:
    """Réécrit un chemin en coordonnées relatives, décalé de (dx, dy).

    >>> shorten("M 1 2 L 4 2 L 4 5 z")
    'M1 2h3v3z'
    """
    disc = _disc(path)
    if disc:
        x, y, radius = disc
        arc = f"a{_join(radius, radius, 0, 1, 0)}"
        return (
            f"M{_join(x + dx - radius, y + dy)}{arc}{_join(2 * radius, 0, lead=True)}"
            f"{arc}{_join(-2 * radius, 0, lead=True)}z"
        )
    written, pen, start = [], (0.0, 0.0), (0.0, 0.0)
    for command, raw in segments(path):
        points = [(round(x + dx, DECIMALS), round(y + dy, DECIMALS)) for x, y in raw]
        written.append(_relative(command, points, pen))
        pen = points[-1] if points else start
        start = pen if command == "M" else start
    return "".join(written)


def _relative(command: str, points: list[Point], pen: Point) -> str:
    """Écrit un segment depuis la plume ``pen`` ; ``M`` reste absolu."""
    if command == "Z":
        return "z"
    if command == "M":
        return "M" + _join(*points[0])
    moves = [(x - pen[0], y - pen[1]) for x, y in points]
    if command == "L":
        dx, dy = moves[0]
        if abs(dy) < 0.005:
            return "h" + _join(dx)
        if abs(dx) < 0.005:
            return "v" + _join(dy)
    return command.lower() + _join(*(value for move in moves for value in move))


def _disc(path: str) -> tuple[float, float, float] | None:
    """Reconnaît le point rond de matplotlib (huit courbes fermées) : centre, rayon."""
    commands = [command for command, _ in segments(path)]
    if commands != ["M", *["C"] * 8, "Z"]:
        return None
    left, top, right, bottom = bounds(path)
    if abs((right - left) - (bottom - top)) > 0.01:
        return None
    return (left + right) / 2, (top + bottom) / 2, (right - left) / 2


def number(value: Number) -> str:
    """Écrit une coordonnée au plus court : ``-.5`` au lieu de ``-0.500000``."""
    written = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    if written in ("-0", ""):
        return "0"
    return re.sub(r"^(-?)0\.", r"\1.", written)


def _join(*values: Number, lead: bool = False) -> str:
    """Colle des nombres ; le signe moins sert de séparateur."""
    written = ""
    for value in values:
        text = number(value)
        spaced = (written or lead) and not text.startswith("-")
        written += f" {text}" if spaced else text
    return written
