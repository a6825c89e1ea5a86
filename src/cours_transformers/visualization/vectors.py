"""Requêtes, clés et valeurs dans le plan : les exemples que l'on calcule à la main."""

import math
from collections.abc import Iterable, Sequence

from matplotlib import rc_context
from matplotlib.lines import Line2D

from cours_transformers.visualization.palette import (
    MUTED,
    STYLE_K,
    STYLE_Q,
    STYLE_V,
    Style,
)
from cours_transformers.visualization.theme import THEME, CourseFigure, new_figure

ROLES = {"q": (STYLE_Q, "requête"), "k": (STYLE_K, "clé"), "v": (STYLE_V, "valeur")}


def plot_vectors_2d(
    queries: Iterable,
    keys: Iterable,
    values: Iterable | None = None,
    *,
    alt: str,
    labels: Sequence[str] | None = None,
) -> CourseFigure:
    """Trace des vecteurs du plan depuis l'origine, avec le code Q ●, K ■, V ▲.

    Args:
        queries: requêtes, de forme (n, 2).
        keys: clés, de forme (m, 2).
        values: valeurs, de forme (m, 2).
        alt: texte de remplacement.
        labels: mots des clés, écrits à côté d'elles ; k_1, k_2… par défaut.
    """
    groups = {"q": _points("queries", queries), "k": _points("keys", keys)}
    if values is not None:
        groups["v"] = _points("values", values)
    if labels is not None and len(labels) != len(groups["k"]):
        raise ValueError(f"labels : {len(labels)} mots pour {len(groups['k'])} clés")
    figure = new_figure(alt=alt, width=4.6, height=4.4)
    ax = figure.axes[0]
    for letter, points in groups.items():
        for index, point in enumerate(points):
            named = labels is not None and letter == "k"
            name = labels[index] if named else _name(letter, index, len(points))
            _draw_vector(ax, point, name, ROLES[letter][0])
    _frame(ax, [point for points in groups.values() for point in points])
    with rc_context(THEME):
        figure.legend(handles=_handles(groups), loc="outside upper left", ncols=3)
    return figure


def _points(name: str, vectors: Iterable) -> list[tuple[float, float]]:
    """Lit des vecteurs du plan, tenseur, tableau ou suite de couples."""
    rows = [[float(x) for x in row] for row in vectors]
    if not rows or any(len(row) != 2 for row in rows):
        sizes = sorted({len(row) for row in rows})
        raise ValueError(
            f"{name} doit contenir des vecteurs à 2 composantes, reçu "
            f"{len(rows)} vecteurs de tailles {sizes}"
        )
    return [(x, y) for x, y in rows]


def _name(letter: str, index: int, count: int) -> str:
    return letter if count == 1 else f"{letter}_{{{index + 1}}}"


def _draw_vector(ax, point, name: str, style: Style) -> None:
    """Trace un segment depuis l'origine, sa pointe en forme de rôle, son nom."""
    x, y = point
    ax.plot([0, x], [0, y], color=style.color, ls=style.dash)
    ax.plot([x], [y], color=style.color, marker=style.marker, ms=8, clip_on=False)
    norm = math.hypot(x, y) or 1.0
    side = "center" if abs(x) < 0.3 * norm else "left" if x > 0 else "right"
    ax.annotate(
        name, point, (8 * x / norm, 13 * y / norm), textcoords="offset points",
        ha=side, va="center", color=style.color,
    )  # fmt: skip


def _frame(ax, points) -> None:
    """Cadre carré autour de l'origine, axes gradués à la même échelle."""
    reach = max(max(abs(x), abs(y)) for x, y in points) * 1.25 or 1.0
    low_x = min(0.0, *(x for x, _ in points)) < 0
    low_y = min(0.0, *(y for _, y in points)) < 0
    ax.set(
        xlim=(-reach if low_x else -0.1 * reach, reach),
        ylim=(-reach if low_y else -0.1 * reach, reach),
        aspect="equal",
    )
    ax.axhline(0, color=MUTED.color, lw=0.8)
    ax.axvline(0, color=MUTED.color, lw=0.8)


def _handles(groups: dict) -> list[Line2D]:
    """Prépare la légende : un trait et une forme par rôle présent."""
    return [
        Line2D(
            [], [], color=style.color, ls=style.dash, marker=style.marker,
            label=f"{word}s" if len(groups[letter]) > 1 else word,
        )
        for letter, (style, word) in ROLES.items()
        if letter in groups
    ]  # fmt: skip
