"""Le cadre d'une interaction de la page, et les données calculées par la cellule."""

import json
from html import escape

from IPython.display import display

from cours_transformers.visualization.text import THIN_SPACE

MAX_BYTES = 60_000


class Embedded:
    """HTML d'une interaction : son repli lisible sans script, et ses données.

    Args:
        name: nom de l'interaction, celui de son script.
        data: ce que le script reçoit, écrit en JSON.
        alt: phrase qui dit ce que montre l'interaction.
        fallback: HTML lu sans JavaScript.

    Raises:
        ValueError: au-delà de ``MAX_BYTES`` octets.
    """

    def __init__(self, name: str, data: dict, alt: str, fallback: str = ""):
        self.name, self.data, self.text = name, data, alt
        self.html = _check_weight(name, self._build(alt, fallback))

    def _repr_html_(self) -> str:
        return self.html

    def _ipython_display_(self) -> None:
        display({"text/html": self.html, "text/plain": self.text}, raw=True)

    def _build(self, alt: str, fallback: str) -> str:
        """Assemble le cadre ; un texte ne doit pas y fermer le bloc de données."""
        text = json.dumps(self.data, ensure_ascii=False, separators=(",", ":"))
        safe = text.replace("</", "<\\/").replace("<!--", "<\\u0021--")
        return (
            f'<div class="interaction" role="group" data-interaction="{self.name}" '
            f'aria-label="{escape(alt)}"><div class="interaction-repli"><p><strong>'
            "Figure à manipuler (avec JavaScript).</strong> "
            f"{escape(alt)}</p>{fallback}</div>"
            f'<script type="application/json" class="interaction-donnees">{safe}'
            "</script></div>"
        )


def rounded(value: float, digits: int = 4) -> float:
    """Garde ``digits`` chiffres significatifs : l'œil n'en lit pas plus."""
    return float(f"{value:.{digits}g}")


def _check_weight(name: str, html: str) -> str:
    size = len(html.encode())
    if size > MAX_BYTES:
        limit, found = (f"{n:,}".replace(",", THIN_SPACE) for n in (MAX_BYTES, size))
        raise ValueError(
            f"{name} : les données pèsent {found} octets, {limit} au plus ; "
            "raccourcissez les textes"
        )
    return html
