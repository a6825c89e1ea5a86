"""Typographie française, posée par la construction et jamais tapée à la main.

Espace fine insécable devant « ; ! ? », espace insécable devant « : » et à l'intérieur
des guillemets, apostrophe courbe, points de suspension. Le code et les formules restent
intacts.
"""

import re
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.transforms import SphinxTransform

THIN = "\u202f"
NBSP = "\u00a0"

RULES = [
    (re.compile(r"\.\.\.(?!\.)"), "…"),
    (re.compile(rf"[ {NBSP}](?=[;!?])"), THIN),
    (re.compile(rf"[ {THIN}](?=:(?:\s|$))"), NBSP),
    (re.compile(rf"«[ {NBSP}{THIN}]?"), f"«{NBSP}"),
    (re.compile(rf"[ {NBSP}{THIN}]?»"), f"{NBSP}»"),
    (re.compile(r"(?<=\w)'(?=[\w«]|$)"), "’"),
    (re.compile(r"(?<=\d) (?=[%€])"), NBSP),
]
CLOSING = re.compile(r"[,.)]+")
THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?: \d{3})+(?!\d)")

UNTOUCHED = (
    nodes.literal,
    nodes.math,
    nodes.math_block,
    nodes.raw,
    nodes.comment,
    nodes.Invisible,
    nodes.FixedTextElement,
)


def french(text: str) -> str:
    """Pose les espaces insécables et les apostrophes d'un texte courant."""
    for pattern, replacement in RULES:
        text = pattern.sub(replacement, text)
    return THOUSANDS.sub(lambda match: match[0].replace(" ", THIN), text)


def _is_prose(node: nodes.Text) -> bool:
    parent = node.parent
    while parent is not None:
        if isinstance(parent, UNTOUCHED):
            return False
        parent = parent.parent
    return True


def french_texts(root: nodes.Element) -> None:
    """Passe dans `french` tous les textes courants d'un arbre."""
    for node in list(root.findall(nodes.Text)):
        text = node.astext()
        if (new := french(text)) != text and _is_prose(node):
            node.parent.replace(node, nodes.Text(new))


def keep_punctuation(root: nodes.Element) -> None:
    """Lie une formule à la ponctuation qui la suit."""
    for formula in list(root.findall(nodes.math)):
        parent = formula.parent
        rank = parent.index(formula) + 1
        after = parent[rank] if rank < len(parent) else None
        found = CLOSING.match(after.astext()) if isinstance(after, nodes.Text) else None
        if found:
            rest = nodes.Text(after.astext()[found.end() :])
            bound = nodes.inline("", "", formula.deepcopy(), nodes.Text(found[0]))
            bound["classes"].append("avec-ponctuation")
            parent.replace(after, rest)
            parent.replace(formula, bound)


class FrenchTypography(SphinxTransform):
    """Passe tout le texte courant d'un document dans `french`."""

    default_priority = 760  # après les substitutions, avant la collecte des titres

    def apply(self, **kwargs: Any) -> None:
        """Réécrit les textes, les textes de remplacement et les titres de parties."""
        french_texts(self.document)
        keep_punctuation(self.document)
        # Copies dont sphinx-exercise tire les titres des solutions
        for entry in getattr(self.env, "sphinx_exercise_registry", {}).values():
            if entry["docname"] == self.env.docname:
                french_texts(entry["node"])
        for image in self.document.findall(nodes.image):
            if image.get("alt"):
                image["alt"] = french(image["alt"])
        for toctree in self.document.findall(addnodes.toctree):
            if toctree.get("caption"):
                toctree["caption"] = french(toctree["caption"])
            toctree["entries"] = [
                (title and french(title), target)
                for title, target in toctree["entries"]
            ]


def french_config(app: Sphinx, config: Config) -> None:
    """Applique les mêmes règles aux titres et mentions de la configuration."""
    for key in ("html_title", "html_short_title", "project", "author", "copyright"):
        value = getattr(config, key)
        if isinstance(value, str):
            setattr(config, key, french(value))
    options = config.html_theme_options
    if isinstance(options.get("logo"), dict) and "text" in options["logo"]:
        options["logo"]["text"] = french(options["logo"]["text"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Déclare l'extension."""
    app.add_transform(FrenchTypography)
    app.connect("config-inited", french_config)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
