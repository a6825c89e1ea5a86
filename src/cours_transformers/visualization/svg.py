"""Du SVG de matplotlib au SVG de la page : léger, sans identifiant, thème compris.

Les formes réutilisées (``<use>``) sont recopiées à leur place et les découpes
deviennent des ``<svg>`` emboîtés : deux fois la même figure dans une page ne
donnent donc jamais deux fois le même identifiant.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from xml.etree import ElementTree

from cours_transformers.visualization.palette import INK, css_color
from cours_transformers.visualization.paths import bounds, number, shorten
from cours_transformers.visualization.svg_text import (
    declarations,
    text_markup,
    write_style,
)

_URL = re.compile(r"url\(#(\w+)\)")


@dataclass(frozen=True)
class Piece:
    """Un tracé ou un texte : sa balise, son style, son contenu, sa découpe."""

    tag: str
    style: str
    body: str
    clip: str = ""
    mergeable: bool = False


def clean_svg(source: str) -> str:
    """Réécrit un dessin de matplotlib en ``<svg>`` à poser dans une page."""
    root = ElementTree.fromstring(source)  # noqa: S314 : produit par matplotlib
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    named = {e.get("id"): e for e in root.iter() if e.get("id")}
    pieces = [
        p for p in _flatten(root, named, "") if p.style != "fill:none;stroke:none"
    ]
    width, height = (float(n) for n in root.get("viewBox").split()[2:])
    body = "".join(
        _clipped(clip, "".join(_merged(list(group))))
        for clip, group in groupby(pieces, key=lambda piece: piece.clip)
    )
    return (
        f'<svg viewBox="0 0 {number(width)} {number(height)}" focusable="false" '
        f'style="display:block;width:100%;height:auto;font-family:inherit;'
        f'fill:{css_color(INK.color)};stroke-linejoin:round">{body}</svg>'
    )


def _flatten(element, named, clip: str) -> Iterator[Piece]:
    """Parcourt le dessin dans l'ordre du tracé et rend ses morceaux."""
    for child in element:
        inner = _clip_box(child, named) or clip
        if child.tag in ("defs", "metadata"):
            continue
        if child.tag == "path":
            yield _path(child.get("d", ""), child, inner)
        elif child.tag == "use":
            shape = named[next(v for k, v in child.items() if k.endswith("href"))[1:]]
            at = float(child.get("x", 0)), float(child.get("y", 0))
            yield _path(shape.get("d", ""), child, inner, at, shape)
        elif child.tag == "text":
            yield Piece(
                "text",
                write_style(declarations(child)),
                text_markup(child),
                mergeable=True,
            )
        elif child.tag == "image" or child.get("transform"):
            yield Piece("", "", _verbatim(child), inner)
        else:
            yield from _flatten(child, named, inner)


def _path(d: str, element, clip: str, at=(0.0, 0.0), shape=None) -> Piece:
    """Rend un tracé, sans sa découpe quand il tient déjà dedans."""
    style = (declarations(shape) if shape is not None else {}) | declarations(element)
    if clip:
        left, top, width, height = (float(n) for n in clip.split())
        box = [b + at[i % 2] for i, b in enumerate(bounds(d))]
        inside = (
            box[0] >= left - 3
            and box[1] >= top - 3
            and box[2] <= left + width + 3
            and box[3] <= top + height + 3
        )
        clip = "" if inside else clip
    drawn = shape is not None or style.get("fill") == "none"
    written = write_style(style)
    mergeable = drawn and "opacity" not in written
    return Piece("path", written, shorten(d, *at), clip, mergeable)


def _merged(pieces: list[Piece]) -> Iterator[str]:
    """Réunit les morceaux voisins de même style en une seule balise."""
    keyed = [(p.tag, p.style, p.mergeable or i) for i, p in enumerate(pieces)]
    for _, group in groupby(zip(keyed, pieces, strict=True), key=lambda pair: pair[0]):
        same = [piece for _, piece in group]
        tag, style = same[0].tag, same[0].style
        attribute = f' style="{style}"' if style else ""
        bodies = "".join(piece.body for piece in same)
        if tag == "path":
            yield f'<path d="{bodies}"{attribute}/>'
        elif tag == "text":
            yield f"<g{attribute}>{bodies}</g>"
        else:
            yield bodies


def _clipped(clip: str, body: str) -> str:
    """Découpe ``body`` par un ``<svg>`` emboîté qui garde les mêmes coordonnées."""
    if not clip:
        return body
    x, y, width, height = (number(float(n)) for n in clip.split())
    return (
        f'<svg x="{x}" y="{y}" width="{width}" height="{height}" '
        f'viewBox="{x} {y} {width} {height}">{body}</svg>'
    )


def _clip_box(element, named) -> str:
    """Lit le rectangle de découpe d'un élément : « x y largeur hauteur », ou vide."""
    found = _URL.match(element.get("clip-path", ""))
    shape = named[found[1]][0] if found else None
    if shape is None:
        return ""
    if shape.tag == "rect":
        return " ".join(shape.get(key) for key in ("x", "y", "width", "height"))
    left, top, right, bottom = bounds(shape.get("d", ""))
    return f"{left} {top} {right - left} {bottom - top}"


def _verbatim(element) -> str:
    """Recopie un élément composé (image, formule), sans identifiants."""
    for part in element.iter():
        part.attrib.pop("id", None)
        for key in [k for k in part.attrib if k.endswith("}href")]:
            part.set("href", part.attrib.pop(key))
    return ElementTree.tostring(element, encoding="unicode")
