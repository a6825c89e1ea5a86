"""Ce qu'un état montre : une figure, du texte ou du HTML, toujours avec ses mots."""

import re
from html import escape, unescape

from cours_transformers.visualization.theme import CourseFigure


class Html(str):
    """HTML écrit par l'auteur du chapitre, affiché tel quel.

    Args:
        content: le balisage.
        text: ce qu'il dit, pour qui ne le voit pas ; par défaut, son texte seul.
    """

    def __new__(cls, content: str, text: str | None = None):
        """Garde le balisage et son équivalent en mots."""
        new = super().__new__(cls, content)
        bare = unescape(re.sub(r"<[^>]*>", " ", content))
        words = bare if text is None else text
        new.text = re.sub(r"[ \t\n]+", " ", words).strip()
        return new

    def _repr_html_(self) -> str:
        return str(self)


def render(shown: object) -> tuple[str, str]:
    """Rend (HTML, texte de remplacement) d'une figure, d'un ``Html`` ou d'un texte.

    Raises:
        TypeError: pour tout autre objet.
    """
    if isinstance(shown, CourseFigure):
        return shown._repr_html_(), shown.alt
    if isinstance(shown, Html):
        return str(shown), shown.text
    if isinstance(shown, str):
        return f'<p class="explorateur-texte">{escape(shown)}</p>', shown
    raise TypeError(
        "draw doit renvoyer une figure du cours (CourseFigure), un texte ou Html(…), "
        f"reçu {type(shown).__name__}"
    )
