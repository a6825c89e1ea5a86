"""Pages à la racine du site (accueil, page introuvable) et cartes de partage."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from docutils import nodes
from markdown_it import MarkdownIt
from sphinx.application import Sphinx
from typography import french

BOOK = Path(__file__).resolve().parents[1]
CARD = "_static/cours/images/carte.png"
ROOT_PAGES = ("index", "search", "404")
LIMIT = 200  # longueur utile d'une description, en caractères


def summary(doctree: nodes.document) -> str:
    """Premier paragraphe de prose d'une page, sans formules, coupé entre deux mots."""
    for paragraph in doctree.findall(nodes.paragraph):
        if not isinstance(paragraph.parent, nodes.section):
            continue
        prose = paragraph.deepcopy()
        for formula in list(prose.findall(nodes.math)):
            formula.parent.remove(formula)
        text = re.sub(r"[ \n]+", " ", prose.astext()).strip()
        if len(text) > 40:
            if len(text) <= LIMIT:
                return text
            return text[:LIMIT].rsplit(" ", 1)[0].rstrip(" ,;:(") + "…"
    return ""


def describe_page(
    app: Sphinx, pagename: str, template: str, context: dict[str, Any], doctree: Any
) -> None:
    """Donne à la page sa description et de quoi faire une carte de partage."""
    given = (context.get("meta") or {}).get("description", "")
    text = given or (summary(doctree) if doctree is not None else "")
    context["page_description"] = text or f"{context['docstitle']}."
    context["card_url"] = app.config.html_baseurl + CARD
    context["page_url"] = f"{app.config.html_baseurl}{pagename}.html"


def remove_stale_pages(app: Sphinx, exception: Exception | None) -> None:
    """Efface les pages d'une construction précédente dont la source a disparu."""
    if exception is not None or app.builder.format != "html":
        return
    outdir = Path(app.outdir)
    current = {*app.env.found_docs, *ROOT_PAGES}
    for path in outdir.rglob("*.html"):
        name = path.relative_to(outdir).with_suffix("").as_posix()
        if not name.startswith("_") and name not in current:
            path.unlink()


def write_root_pages(app: Sphinx, exception: Exception | None) -> None:
    """Écrit `index.html` (renvoi vers l'accueil) et `404.html`.

    La page introuvable se suffit à elle-même et ses liens partent de la racine du
    site : elle reste juste à n'importe quelle profondeur.
    """
    if exception is not None or app.builder.format != "html":
        return
    source = (BOOK / "404.md").read_text("utf8")
    base = urlsplit(app.config.html_baseurl).path
    context = {
        "title": app.config.html_title,
        "home": f"{app.config.root_doc}.html",
        "base": base,
        "card_url": app.config.html_baseurl + CARD,
        "baseurl": app.config.html_baseurl,
        "body": MarkdownIt().render(french(source)).replace('href="/', f'href="{base}'),
    }
    for name in ("index.html", "404.html"):
        html = app.builder.templates.render(f"racine_{name}", context)
        (Path(app.outdir) / name).write_text(html + "\n", encoding="utf8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Déclare l'extension."""
    app.connect("html-page-context", describe_page, priority=900)
    app.connect("build-finished", remove_stale_pages, priority=400)
    app.connect("build-finished", write_root_pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
