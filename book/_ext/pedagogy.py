"""Prédictions, exercices de la page, quiz, diagnostic, et le code couleur de Q, K, V.

Charge, sur les seules pages qui en ont besoin, les scripts de `_static/cours/js`.
"""

from __future__ import annotations

import pedagogy_diagnostic
import pedagogy_exercise
import pedagogy_nodes
import pedagogy_ordering
import pedagogy_prediction
import pedagogy_quiz
import pedagogy_reveal
import pedagogy_solutions
from docutils import nodes
from pedagogy_nodes import html_element
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

PARTS = (
    pedagogy_nodes,
    pedagogy_prediction,
    pedagogy_reveal,
    pedagogy_exercise,
    pedagogy_ordering,
    pedagogy_quiz,
    pedagogy_diagnostic,
    pedagogy_solutions,
)
SCRIPTS = {
    "calcul": ("pedagogy_calcul.js",),
    "ordonner": ("pedagogy_ordonner.js",),
    "quiz": ("pedagogy_quiz.js",),
    "diagnostic": ("pedagogy_quiz.js", "pedagogy_quiz_diagnostic.js"),
    "prediction": (
        "pedagogy_inputs.js",
        "pedagogy_axes.js",
        "pedagogy_curve.js",
        "pedagogy_prediction.js",
    ),
}


class LetterRole(SphinxRole):
    """Un mot qui porte la couleur et la forme de Q, de K ou de V."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Rend `{q}`requête`` comme un `span` de classe `lettre-q`."""
        return [
            nodes.inline(self.rawtext, self.text, classes=[f"lettre-{self.name}"])
        ], []


def scripts_for(doctree: nodes.document) -> list[str]:
    """Les scripts qu'une page demande, le socle commun d'abord."""
    found = {name for node in doctree.findall(html_element) for name in node["classes"]}
    needed = [
        file for kind, files in SCRIPTS.items() if kind in found for file in files
    ]
    return ["pedagogy.js", *dict.fromkeys(needed)] if needed else []


def add_assets(app: Sphinx, _page: str, _template: str, context: dict, doctree) -> None:
    """Ajoute à la page la feuille de style et les scripts dont elle a besoin."""
    if doctree is None:
        return
    for script in scripts_for(doctree):
        app.add_js_file(f"cours/js/{script}", loading_method="defer")


def setup(app: Sphinx) -> dict:
    """Enregistre les rôles, les directives et les scripts."""
    app.setup_extension("sphinx_exercise")
    for part in PARTS:
        part.setup(app)
    for letter in "qkv":
        app.add_role(letter, LetterRole())
    app.add_css_file("cours/css/pedagogy.css")
    app.connect("html-page-context", add_assets)
    return {
        "version": "1",
        "env_version": 1,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
