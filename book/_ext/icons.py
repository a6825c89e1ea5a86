"""Icônes du thème réduites à celles que les pages montrent.

Le thème apporte toutes celles de Font Awesome (1,5 Mo de script, 300 ko de polices).
On lit dans les pages construites les noms employés, on garde leurs règles de style et
l'on découpe les polices en conséquence.
"""

import logging
import re
from functools import cache
from io import BytesIO
from pathlib import Path

import pydata_sphinx_theme
from fontTools import subset
from fontTools.ttLib import TTFont

THEME = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme/static"
STYLE = "styles/pydata-sphinx-theme.css"
FONTS = "vendor/fontawesome/webfonts"

ICON_RULE = re.compile(
    r'(?:\.fa-[\w-]+:(?::)?before,?)+\{content:"\\[0-9a-f]+"\}', re.IGNORECASE
)
FACE = re.compile(r"@font-face\{[^}]*fontawesome/webfonts/([\w-]+)\.woff2[^}]*\}")
CODEPOINT = re.compile(r'"\\([0-9a-f]{2,4})"|([\ue000-\uf8ff])', re.IGNORECASE)
NAME = re.compile(r"\bfa-[\w-]+")

logging.getLogger("fontTools").setLevel(logging.WARNING)


def used_names(outdir: Path) -> set[str]:
    """Noms d'icônes cités par les pages et par les scripts du thème."""
    scripts = outdir / "_static" / "scripts"
    sources = [*outdir.rglob("*.html"), *scripts.glob("*theme.js")]
    return {name for path in sources for name in NAME.findall(path.read_text("utf8"))}


def keep_rules(css: str, names: set[str]) -> str:
    """Feuille de style sans les règles des icônes inemployées."""

    def keep(match: re.Match[str]) -> str:
        return match[0] if names & set(NAME.findall(match[0])) else ""

    return ICON_RULE.sub(keep, css)


@cache
def cut_font(name: str, codepoints: frozenset[int]) -> bytes | None:
    """Police réduite à quelques glyphes (woff) ; `None` si elle n'en a aucun."""
    font = TTFont(THEME / FONTS / f"{name}.ttf")
    present = codepoints & set(font.getBestCmap())
    if not present:
        return None
    options = subset.Options(
        flavor="woff", hinting=False, layout_features=[], notdef_outline=False
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=present)
    cutter.subset(font)
    font.flavor = "woff"
    stream = BytesIO()
    font.save(stream)
    return stream.getvalue()


def reduce(outdir: Path) -> None:
    """Réécrit la feuille de style et les polices d'icônes du site construit."""
    css = keep_rules((THEME / STYLE).read_text("utf8"), used_names(outdir))
    codepoints = frozenset(
        int(code, 16) if code else ord(glyph) for code, glyph in CODEPOINT.findall(css)
    )
    folder = outdir / "_static" / FONTS
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()

    def face(match: re.Match[str]) -> str:
        data = cut_font(match[1], codepoints)
        if data is None:
            return ""
        (folder / f"{match[1]}.woff").write_bytes(data)
        source = f'src:url(../{FONTS}/{match[1]}.woff) format("woff")}}'
        return re.sub(r"src:.*", lambda _: source, match[0])

    css = FACE.sub(face, css)
    (outdir / "_static" / STYLE).write_text(css, encoding="utf8")
