"""Le gradient que reçoit chaque lettre d'une phrase."""

from collections.abc import Sequence

from cours_transformers.visualization.palette import INK, MUTED, SERIES
from cours_transformers.visualization.text import fr
from cours_transformers.visualization.theme import (
    CourseFigure,
    french_axis,
    new_figure,
)

PRECISION = 2.0**-23  # le plus petit écart relatif que float32 distingue de 1
FLOOR, CEILING = 1e-20, 10.0


def plot_gradient_flow(
    text: str, norms: Sequence[float], distance: int, name: str
) -> CourseFigure:
    """Trace une barre par lettre ; la dernière lettre de ``text`` a commis l'erreur.

    Args:
        text: phrase lue, jusqu'à la lettre qui a commis l'erreur.
        norms: gradient reçu à chaque distance, rapporté à celui de la distance 0.
        distance: nombre de pas dessinés.
        name: nom de la récurrence.

    Raises:
        ValueError: phrase ou mesures trop courtes pour cette distance.
    """
    if not 1 <= distance < min(len(text), len(norms)):
        raise ValueError(
            f"distance : entre 1 et {min(len(text), len(norms)) - 1} attendu ; "
            f"reçu {distance}"
        )
    letters = text[len(text) - distance - 1 :]
    heights = [norms[distance - i] for i in range(distance + 1)]
    figure = new_figure(alt=_alt(name, distance, norms[distance]), height=2.8)
    ax = figure.axes[0]
    french_axis(ax.yaxis, log=True)
    ax.set_ylim(FLOOR, CEILING)
    ax.bar(
        range(distance + 1), [max(h, FLOOR) for h in heights], bottom=FLOOR,
        color=SERIES[1].color, width=0.8,
    )  # fmt: skip
    ax.axhline(PRECISION, color=MUTED.color, ls="--", lw=1)
    ax.annotate(
        "précision de float32", (0, PRECISION), (2, 3), textcoords="offset points",
        color=INK.color, size=9,
    )  # fmt: skip
    ax.set_xticks(range(distance + 1), list(letters), size=9)
    ax.tick_params(axis="x", length=0)
    ax.grid(visible=False, axis="x")
    ax.set_title(f"{name} : gradient reçu par chaque lettre", loc="left", size=11)
    return figure


def _alt(name: str, distance: int, reached: float) -> str:
    """Dit ce qui arrive au bout, et si float32 le distingue de rien."""
    lost = "sous" if reached < PRECISION else "au-dessus de"
    return (
        f"{name} : à {distance} pas, le gradient vaut {fr(reached)} fois celui du "
        f"départ, {lost} la précision de float32."
    )
