"""Charte des figures : tailles, traits, et une figure lisible partout."""

import io
import re
from html import escape

from IPython.display import display
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import AutoLocator, NullFormatter, NullLocator

from cours_transformers.visualization.palette import (
    BACKGROUND,
    GRID,
    INK,
    MUTED,
    SERIES,
    STYLE_K,
    STYLE_Q,
    STYLE_V,
    Style,
)
from cours_transformers.visualization.svg import clean_svg
from cours_transformers.visualization.text import FrenchFormatter, FrenchLogFormatter

__all__ = [
    "SERIES",
    "STYLE_K",
    "STYLE_Q",
    "STYLE_V",
    "CourseFigure",
    "Style",
    "french_axis",
    "new_figure",
]

WIDTH = 5.8  # pouces : 418 unités, soit 350 px sur un téléphone sans que rien s'efface
PX_PER_INCH = 96

THEME = {
    "font.size": 11,
    "axes.titlesize": 11,
    "axes.labelsize": 11,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "legend.fontsize": 10,
    "legend.frameon": False,
    "legend.handlelength": 3,
    "text.color": INK.color,
    "axes.labelcolor": INK.color,
    "axes.titlecolor": INK.color,
    "xtick.labelcolor": INK.color,
    "ytick.labelcolor": INK.color,
    "axes.edgecolor": MUTED.color,
    "xtick.color": MUTED.color,
    "ytick.color": MUTED.color,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID.color,
    "lines.linewidth": 2,
    "lines.markersize": 6,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
    "svg.fonttype": "none",
    "svg.hashsalt": "cours",
}


class CourseFigure(Figure):
    """Figure du cours : un SVG léger, son texte de remplacement, deux thèmes.

    Args:
        alt: ce que la figure montre, en une ou deux phrases ; obligatoire.
    """

    def __init__(self, *args, alt: str, **kwargs):
        if not isinstance(alt, str) or not alt.strip():
            raise ValueError(
                "alt est vide : décrivez en une phrase ce que la figure montre"
            )
        self.alt = re.sub(r"[ \t\n]+", " ", alt).strip()  # garde les insécables
        super().__init__(*args, **kwargs)

    def to_svg(self) -> str:
        """Dessine la figure en ``<svg>``, sans identifiant ni police imposée."""
        drawing = io.StringIO()
        with rc_context(THEME):
            self.savefig(drawing, format="svg", metadata={"Date": None})
        return clean_svg(drawing.getvalue())

    def _repr_html_(self) -> str:
        width = round(self.get_figwidth() * PX_PER_INCH)
        return (
            f'<div class="figure-cours" role="img" aria-label="{escape(self.alt)}" '
            f'style="background:var({BACKGROUND.variable},{BACKGROUND.color});'
            f'max-width:{width}px;margin-inline:auto">{self.to_svg()}</div>'
        )

    def _ipython_display_(self) -> None:
        """Affiche le SVG seul : sans cela, le carnet ajouterait une image PNG."""
        bundle = {"text/html": self._repr_html_(), "text/plain": f"Figure : {self.alt}"}
        display(bundle, raw=True)


def new_figure(
    *,
    alt: str,
    rows: int = 1,
    columns: int = 1,
    width: int | float = WIDTH,
    height: int | float = 3.2,
    **subplots,
) -> CourseFigure:
    """Prépare une figure et ses axes (``figure.axes``), aux couleurs du cours.

    Args:
        alt: texte de remplacement, obligatoire.
        rows: nombre de lignes d'axes.
        columns: nombre de colonnes d'axes ; pas plus de trois pour un téléphone.
        width: largeur en pouces.
        height: hauteur en pouces.
        subplots: ce que ``Figure.subplots`` accepte (``sharey``…).
    """
    with rc_context(THEME):
        figure = CourseFigure(figsize=(width, height), layout="constrained", alt=alt)
        axes = figure.subplots(rows, columns, squeeze=False, **subplots)
    for ax in axes.flat:
        french_axis(ax.xaxis)
        french_axis(ax.yaxis)
    return figure


def french_axis(axis, log: bool = False, ticks: object = None) -> None:
    """Gradue un axe à la française ; ``ticks`` impose les graduations."""
    if log:
        getattr(axis.axes, f"set_{axis.axis_name}scale")("log")
        axis.set_minor_formatter(NullFormatter())
    else:
        axis.set_major_locator(AutoLocator())
    axis.set_major_formatter(FrenchLogFormatter() if log else FrenchFormatter())
    if ticks is not None:
        axis.set_ticks(list(ticks))
        axis.set_minor_locator(NullLocator())
