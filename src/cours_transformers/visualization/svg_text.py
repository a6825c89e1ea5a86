"""Styles et textes d'un dessin SVG, écrits au plus court.

Les couleurs de la palette deviennent des variables de la page : la figure suit le
thème clair ou sombre sans être redessinée.
"""

import re
from html import escape

from cours_transformers.visualization.palette import INK, css_color
from cours_transformers.visualization.paths import number

_INDEX = re.compile(r"([_^])(?:\{([^{}]+)\}|(\w)(?!\w))")
_FONT = re.compile(r"(.*?)([\d.]+px)")
_FONT_WORDS = {"italic": "font-style", "bold": "font-weight", "700": "font-weight"}
# Ce que la racine du dessin établit déjà, ou que la page décide à notre place.
_IMPLICIT = {"font-family", "stroke-dashoffset", "stroke-miterlimit"}
_DEFAULTS = {"stroke-linejoin": "round", "stroke-linecap": "butt", "fill": INK.color}


def text_markup(element) -> str:
    """Rend un texte à sa place, avec ses indices (d_k) et ses exposants (x^2)."""
    x, y = float(element.get("x", 0)), float(element.get("y", 0))
    turn = element.get("transform", "")
    turn = "" if turn.startswith("rotate(-0 ") else re.sub(r"\d+\.\d+", _round, turn)
    transform = f' transform="{turn}"' if turn else ""
    content = _INDEX.sub(_shifted, escape("".join(element.itertext()), quote=False))
    place = "" if "translate" in turn else f' x="{number(x)}" y="{number(y)}"'
    return f"<text{place}{transform}>{content}</text>"


def _shifted(found: re.Match) -> str:
    """Décale un indice ou un exposant, puis ramène la ligne à sa hauteur."""
    index, shift = found[2] or found[3], 3 if found[1] == "_" else -4
    return (
        f'<tspan dy="{shift}" font-size="75%">{index}</tspan>'
        f'<tspan dy="{-shift}">\u200b</tspan>'
    )


def declarations(element) -> dict[str, str]:
    """Lit l'attribut ``style`` comme un dictionnaire ; ``font`` y est détaillé."""
    pairs = (item.split(":", 1) for item in element.get("style", "").split(";") if item)
    style = {key.strip(): value.strip() for key, value in pairs}
    font = _FONT.match(style.pop("font", ""))  # forme de matplotlib 3.10 et d'avant
    if font:
        style["font-size"] = font[2]
        style |= {_FONT_WORDS[w]: w for w in font[1].split() if w in _FONT_WORDS}
    return style


def write_style(style: dict[str, str]) -> str:
    """Écrit un style au plus court, couleurs de la palette en variables."""
    kept = {
        key: re.sub(r"\d+\.\d+", _round, value)
        for key, value in style.items()
        if key not in _IMPLICIT and _DEFAULTS.get(key, "").lower() != value.lower()
    }
    return ";".join(f"{key}:{css_color(value)}" for key, value in kept.items())


def _round(found: re.Match) -> str:
    return number(float(found[0]))
