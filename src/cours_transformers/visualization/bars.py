"""Barres et histogrammes : des quantités que l'on compare d'un coup d'œil."""

from collections.abc import Mapping
from typing import SupportsFloat

import numpy as np

from cours_transformers.visualization.curves import (
    Series,
    as_list,
    label_axes,
    series_styles,
)
from cours_transformers.visualization.palette import INK, SERIES, Style
from cours_transformers.visualization.text import enumerate_fr, fr
from cours_transformers.visualization.theme import CourseFigure, new_figure


def plot_bars(
    values: Mapping[str, SupportsFloat],
    xlabel: str,
    *,
    alt: str | None = None,
    digits: int | None = None,
    styles: Mapping[str, Style] | None = None,
) -> CourseFigure:
    """Trace des barres horizontales, chacune suivie de sa valeur écrite."""
    numbers = {label: float(value) for label, value in values.items()}
    if not numbers:
        raise ValueError("values est vide : une barre au moins est nécessaire")
    written = {label: fr(value, digits) for label, value in numbers.items()}
    listed = enumerate_fr([f"{label} : {text}" for label, text in written.items()])
    alt = alt or f"Barres ({xlabel}) : {listed}."
    figure = new_figure(alt=alt, height=0.9 + 0.42 * len(numbers))
    ax = figure.axes[0]
    for row, (label, value) in enumerate(numbers.items()):
        style = (styles or {}).get(label, SERIES[1])
        ax.barh(row, value, height=0.62, color=style.color)
        ax.annotate(
            written[label], (max(value, 0.0), row), (5, 0),
            textcoords="offset points", va="center", color=INK.color,
        )  # fmt: skip
    ax.set_yticks(range(len(numbers)), list(numbers))
    ax.invert_yaxis()
    ax.grid(visible=False, axis="y")
    ax.margins(x=0.16)
    ax.set_xlabel(xlabel)
    return figure


def plot_histograms(
    samples: Series,
    xlabel: str,
    *,
    alt: str,
    bins: int = 40,
    ylabel: str = "densité",
    styles: Mapping[str, Style] | None = None,
) -> CourseFigure:
    """Superpose les contours des histogrammes, sur les mêmes classes."""
    arrays = {label: np.asarray(as_list(values)) for label, values in samples.items()}
    if not arrays or any(values.size == 0 for values in arrays.values()):
        raise ValueError("samples : chaque étiquette a besoin d'au moins une valeur")
    edges = np.histogram_bin_edges(np.concatenate(list(arrays.values())), bins)
    figure = new_figure(alt=alt)
    ax = figure.axes[0]
    chosen = series_styles(arrays, styles)
    for label, values in arrays.items():
        density, _ = np.histogram(values, edges, density=True)
        style = chosen[label]
        ax.stairs(density, edges, fill=True, color=style.color, alpha=0.15)
        ax.stairs(density, edges, color=style.color, ls=style.dash, lw=2, label=label)
    label_axes(figure, ax, xlabel, ylabel, legend=len(arrays) > 1)
    return figure
