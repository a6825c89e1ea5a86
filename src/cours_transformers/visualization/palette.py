"""Couleurs, formes et traits des figures : jamais la couleur seule.

Teintes dérivées de celles d'Okabe et Ito, assombries ou éclaircies pour que le
contraste suffise en clair comme en sombre. Q, K et V gardent leurs couleurs pour
eux : une courbe quelconque n'emprunte ni le bleu, ni l'orange, ni le vert.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Style:
    """Une couleur (en clair, en sombre), une forme de point et un trait."""

    variable: str
    color: str
    dark: str
    marker: str = "o"
    dash: str | tuple = "-"
    symbol: str = "●"


STYLE_Q = Style("--cours-q", "#0072B2", "#6CC3F5", "o", "-", "●")
STYLE_K = Style("--cours-k", "#B04A00", "#FFA166", "s", "--", "■")
STYLE_V = Style("--cours-v", "#006B4C", "#41D3A5", "^", ":", "▲")

INK = Style("--figure-ink", "#1B1E23", "#E6E9ED", "o", "-", "●")
MUTED = Style("--figure-muted", "#5A616A", "#A9B1BA")
BACKGROUND = Style("--figure-background", "#FFFFFF", "#15181C")
GRID = Style("--figure-grid", "#D9DDE2", "#3B424B")
# Fond des cartes de poids : assez clair (en sombre : assez foncé) pour que l'encre
# reste lisible sur une case pleine.
HEAT = Style("--figure-heat", "#5B9BD5", "#23639C")

SERIES = (
    INK,
    Style("--figure-violet", "#A2458A", "#E79BD3", "s", "--", "■"),
    Style("--figure-ochre", "#8A6000", "#E8B84A", "^", "-.", "▲"),
    Style("--figure-teal", "#007486", "#5CCFE0", "D", ":", "◆"),
    Style("--figure-brick", "#A8323E", "#F79AA0", "v", (0, (8, 2)), "▼"),
    Style("--figure-indigo", "#5A4FBF", "#B3AEFF", "P", (0, (3, 1, 1, 1, 1, 1)), "✚"),
)

_ALL = (STYLE_Q, STYLE_K, STYLE_V, MUTED, BACKGROUND, GRID, HEAT, *SERIES)
VARIABLES = {style.color.lower(): style for style in _ALL}


def css_color(color: str) -> str:
    """Nomme la variable de la page pour une couleur de la palette, ou rend la couleur.

    >>> css_color("#0072b2")
    'var(--cours-q,#0072B2)'
    """
    style = VARIABLES.get(color.lower())
    return f"var({style.variable},{style.color})" if style else color
