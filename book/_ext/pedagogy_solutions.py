"""L'édition des étudiants : `COURS_SOLUTIONS=non` retire les corrigés du site."""

from __future__ import annotations

import json
import os
import re

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms import SphinxTransform
from sphinx_exercise.nodes import is_exercise_node, solution_node

# Ce par quoi commence une cellule de corrigé, ou la rubrique qui les réunit.
SOLUTION = re.compile(
    r"#@title Corrigé|<details>\n<summary><b>Corrigé|#+ [\d.\s]*Corrigés\s*$"
)


class NameExerciseContents(SphinxTransform):
    """Donne à chaque contenu d'exercice son identifiant : sphinx-exercise le répète."""

    default_priority = 13

    def apply(self, **_kwargs) -> None:
        """Remplace `exercise-content` par un identifiant tiré de l'étiquette."""
        for section in list(self.document.findall(nodes.section)):
            owner = section.parent
            if is_exercise_node(owner) or isinstance(owner, solution_node):
                section["ids"] = [nodes.make_id(f"{owner['label']}-contenu")]


class RemoveSolutions(SphinxTransform):
    """Ôte les corrigés avec leurs cellules, et les titres qu'ils laissent vides."""

    default_priority = 14

    def apply(self, **_kwargs) -> None:
        """N'agit que dans l'édition des étudiants."""
        if self.config.cours_solutions:
            return
        for solution in list(self.document.findall(solution_node)):
            parent = solution.parent
            parent.remove(solution)
            self._remove_if_empty(parent)
        for reference in list(self.document.findall(pending_xref)):
            target = self._target(reference)
            if target.get("type") in ("solution", "solution-start"):
                text = nodes.Text(reference.astext() or "corrigé")
                reference.replace_self(nodes.inline("", "", text))

    def _target(self, reference: pending_xref) -> dict:
        registry = getattr(self.env, "sphinx_exercise_registry", {})
        return registry.get(reference.get("reftarget", ""), {})

    def _remove_if_empty(self, section: nodes.Element) -> None:
        kept = (nodes.title, nodes.target, nodes.comment)
        if isinstance(section, nodes.section) and all(
            isinstance(child, kept) for child in section
        ):
            section.parent.remove(section)


def read_edition(_app: Sphinx, config: Config) -> None:
    """Lit l'édition demandée ; en changer reconstruit toutes les pages."""
    asked = os.environ.get("COURS_SOLUTIONS")
    if asked is not None:
        config.cours_solutions = asked.strip().lower() not in ("non", "0", "no")
    if not config.cours_solutions:
        # La source des pages contient les corrigés : elle n'est pas publiée.
        config.html_copy_source = False
        config.html_show_sourcelink = False


def without_solutions(notebook: str) -> str:
    """Ôte d'un carnet les corrigés et leur titre de rubrique."""
    content = json.loads(notebook)
    content["cells"] = [
        cell for cell in content["cells"] if not SOLUTION.match("".join(cell["source"]))
    ]
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def setup(app: Sphinx) -> None:
    """Déclare le réglage et les transformations."""
    app.add_config_value("cours_solutions", True, "env", types=[bool])
    app.connect("config-inited", read_edition)
    app.add_transform(NameExerciseContents)
    app.add_transform(RemoveSolutions)
