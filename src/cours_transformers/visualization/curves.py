"""Courbes, distinguées par la couleur, le trait et la forme des points."""

from collections.abc import Iterable, Mapping
from typing import SupportsFloat

from matplotlib import rc_context

from cours_transformers.visualization.palette import SERIES, Style
from cours_transformers.visualization.theme import (
    THEME,
    CourseFigure,
    french_axis,
    new_figure,
)

Numbers = Iterable[SupportsFloat]
Series = Mapping[str, Numbers]


def plot_lines(
    x: Numbers,
    series: Series,
    xlabel: str,
    ylabel: str,
    *,
    alt: str,
    logx: bool = False,
    logy: bool = False,
    spread: Mapping[str, tuple] | None = None,
    styles: Mapping[str, Style] | None = None,
    height: int | float = 3.2,
) -> CourseFigure:
    """Trace une courbe par entrée de ``series``, sur les abscisses communes ``x``.

    Args:
        x: abscisses, croissantes.
        series: étiquette → ordonnées, six courbes au plus.
        xlabel: grandeur (et unité) des abscisses.
        ylabel: grandeur (et unité) des ordonnées.
        alt: texte de remplacement.
        logx: abscisses en échelle logarithmique.
        logy: ordonnées en échelle logarithmique.
        spread: étiquette → (bas, haut), bande d'incertitude.
        styles: étiquette → style imposé (``STYLE_Q``…).
        height: hauteur en pouces.
    """
    x = as_list(x)
    curves = {label: as_list(y) for label, y in series.items()}
    _check_curves(x, curves)
    figure = new_figure(alt=alt, height=height)
    ax = figure.axes[0]
    french_axis(ax.xaxis, logx, x if logx and len(x) <= 10 else None)
    french_axis(ax.yaxis, logy)
    chosen = series_styles(curves, styles)
    for label, y in curves.items():
        _draw_line(ax, x, y, label, chosen[label])
        if spread and label in spread:
            low, high = map(as_list, spread[label])
            ax.fill_between(x, low, high, color=chosen[label].color, alpha=0.18, lw=0)
    label_axes(figure, ax, xlabel, ylabel, legend=len(curves) > 1)
    return figure


def label_axes(figure, ax, xlabel: str, ylabel: str, *, legend: bool) -> None:
    """Nomme les axes ; l'ordonnée se lit à l'horizontale, au-dessus de l'axe."""
    ax.set_xlabel(xlabel)
    ax.set_title(ylabel, loc="left", size=11)
    if legend:
        longest = max(map(len, ax.get_legend_handles_labels()[1]))
        with rc_context(THEME):
            figure.legend(loc="outside upper left", ncols=2 if longest < 24 else 1)


def series_styles(
    series: Mapping[str, object], styles: Mapping[str, Style] | None
) -> dict[str, Style]:
    """Attribue un style à chaque étiquette, sans répéter ceux de la palette."""
    if len(series) > len(SERIES):
        raise ValueError(
            f"{len(series)} courbes sur la même figure : {len(SERIES)} au plus restent "
            "lisibles ; répartissez-les sur deux figures"
        )
    free = iter(SERIES)
    return {label: (styles or {}).get(label) or next(free) for label in series}


def as_list(values: Numbers) -> list[float]:
    """Convertit un tenseur, un tableau ou une suite en liste de nombres."""
    if hasattr(values, "detach"):
        values = values.detach().cpu()
    return [float(v) for v in values]


def _draw_line(ax, x: list, y: list, label: str, style: Style) -> None:
    """Trace une courbe ; une dizaine de marques au plus, toutes dans la figure."""
    ax.plot(
        x, y, color=style.color, ls=style.dash, marker=style.marker, label=label,
        markevery=max(1, len(x) // 10), clip_on=True,
    )  # fmt: skip


def _check_curves(x: list, curves: Mapping[str, list]) -> None:
    """Refuse une figure sans courbe, ou une courbe plus courte que ``x``."""
    if not curves:
        raise ValueError("series est vide : une courbe au moins est nécessaire")
    for label, y in curves.items():
        if len(y) != len(x):
            raise ValueError(
                f"la courbe « {label} » a {len(y)} valeurs pour {len(x)} abscisses"
            )
