"""Formules du livre : rendu par KaTeX, numéros d'équations, liens, erreurs."""

import re
from pathlib import Path
from typing import Any

import katex_render
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

# Sans étoile, KaTeX numéroterait chaque ligne à sa façon : c'est Sphinx qui numérote.
AUTONUMBERED = re.compile(r"\\(begin|end)\{(align|alignat|equation|gather)\}")
COMMENT = re.compile(r"(?<!\\)%.*$", re.MULTILINE)

# docname → erreurs relevées pendant l'écriture
errors: dict[str, list[str]] = {}


def prepare_display(text: str) -> str:
    r"""Écrit une formule hors texte comme KaTeX l'attend.

    Paragraphes et lignes finies par ``\\`` sont alignés, à la manière de Sphinx.
    """
    text = AUTONUMBERED.sub(r"\\\1{\2*}", COMMENT.sub("", text))
    if r"\begin{" in text:
        return re.sub(r"\n\s*\n", "\n", text).strip()
    parts = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    body = r" \\ ".join(parts)
    return rf"\begin{{split}}{body}\end{{split}}" if r"\\" in body else body


def _render(translator: HTML5Translator, tex: str, display: bool) -> str:
    try:
        return katex_render.render(tex, display)
    except katex_render.FormulaError as error:
        docname = translator.builder.current_docname
        errors.setdefault(docname, []).append(str(error))
        return ""


def visit_math(translator: HTML5Translator, node: nodes.math) -> None:
    """Formule dans le texte."""
    translator.body.append(
        translator.starttag(node, "span", "", CLASS="math notranslate nohighlight")
    )
    translator.body.append(
        _render(translator, node.astext().strip(), False) + "</span>"
    )
    raise nodes.SkipNode


def visit_math_block(translator: HTML5Translator, node: nodes.math_block) -> None:
    """Formule hors texte ; étiquetée, elle a un numéro et un lien vers elle."""
    translator.body.append(
        translator.starttag(node, "div", CLASS="math formule notranslate nohighlight")
    )
    formula = _render(translator, prepare_display(node.astext()), True)
    translator.body.append(f'<div class="formule-corps">{formula}</div>')
    if node.get("number"):
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, "Lien vers cette équation")
        translator.body.append("</span>")
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def forget_previous_errors(app: Sphinx) -> None:
    """Repart d'une liste d'erreurs vide."""
    errors.clear()


def report_errors(app: Sphinx, exception: Exception | None) -> None:
    """Fait échouer la construction ; les pages fautives seront réécrites ensuite.

    Raises:
        ExtensionError: au moins une formule est illisible.
    """
    if exception is not None or not errors:
        return
    for docname in errors:
        Path(app.builder.get_outfilename(docname)).unlink(missing_ok=True)
    lines = [f"{doc} : {message}" for doc, found in errors.items() for message in found]
    raise ExtensionError("\n".join(lines))


def setup(app: Sphinx) -> dict[str, Any]:
    """Déclare l'extension et en fait le rendu par défaut."""
    app.add_html_math_renderer(
        "katex",
        inline_renderers=(visit_math, None),
        block_renderers=(visit_math_block, None),
    )
    app.connect("builder-inited", forget_previous_errors)
    app.connect("build-finished", report_errors, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
