"""Figures calculées dans la page : directive ``interaction``, rôle ``nombre``.

La directive n'émet qu'un cadre, son texte et l'adresse d'un script ; le chargeur
``interactions.js`` va chercher ce script quand le lecteur approche. Sans
JavaScript, le cadre décrit la figure (option ``alt``) et le texte reste lisible.
"""

from html import escape
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.osutil import relative_uri
from typography import french

SCRIPTS = Path(__file__).parents[1] / "_assets" / "interactions"
STATIC = "_static/cours/interactions"
logger = logging.getLogger(__name__)


class interaction(nodes.General, nodes.Element):  # noqa: N801
    """Cadre d'une figure calculée dans la page."""


class movable_number(nodes.Inline, nodes.TextElement):  # noqa: N801
    """Nombre que le lecteur fait glisser dans la phrase."""


def known_interactions() -> list[str]:
    """Noms acceptés par la directive : un par script qui n'attend pas de données.

    Les autres appellent `tools.data` : c'est une cellule qui les place dans la page.
    """
    return sorted(
        path.stem.replace("_", "-")
        for path in SCRIPTS.glob("*.js")
        if "tools.data(" not in path.read_text(encoding="utf-8")
    )


class InteractionDirective(SphinxDirective):
    """``:::{interaction} nom`` : ``alt`` décrit la figure, le corps l'accompagne."""

    required_arguments = 1
    has_content = True
    option_spec = {"alt": directives.unchanged, "class": directives.class_option}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """Vérifie le nom et la description, puis analyse le corps."""
        name = self.arguments[0]
        if name not in known_interactions():
            known = ", ".join(known_interactions())
            raise self.error(f"interaction inconnue : « {name} ». Connues : {known}.")
        alt = " ".join(self.options.get("alt", "").split())
        if not alt:
            raise self.error(
                f"interaction « {name} » : l'option alt doit décrire la figure."
            )
        node = interaction(name=name, alt=alt, classes=self.options.get("class", []))
        self.set_source_info(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


class NumberRole(SphinxRole):
    """Rôle ``nombre`` : « nom min max initial », puis un libellé facultatif."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Lit les bornes et la valeur ; refuse ce qui ne peut pas glisser."""
        name, *rest = self.text.split(maxsplit=4)
        try:
            low, high, value = (float(part) for part in rest[:3])
        except ValueError:
            return self._refuse("il faut « nom min max initial »")
        if not low <= value <= high or low == high:
            return self._refuse("il faut min ≤ initial ≤ max et min < max")
        node = movable_number(
            self.rawtext, rest[2].replace(".", ","), name=name, value=rest[2]
        )
        node["min"], node["max"] = rest[0], rest[1]
        node["label"] = rest[3] if len(rest) > 3 else name
        self.set_source_info(node)
        return [node], []

    def _refuse(self, why: str) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        message = self.inliner.reporter.error(
            f"nombre « {self.text} » : {why}.", line=self.lineno
        )
        return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [
            message
        ]


class CheckNumbers(SphinxTransform):
    """Un nombre mobile hors d'une interaction ne bougerait rien : on le refuse."""

    default_priority = 800

    def apply(self, **kwargs: object) -> None:
        """Signale les nombres orphelins."""
        for node in self.document.findall(movable_number):
            parent = node.parent
            while parent is not None and not isinstance(parent, interaction):
                parent = parent.parent
            if parent is None:
                logger.warning(
                    "nombre « %s » : à écrire dans le corps d'une interaction.",
                    node["name"],
                    location=node,
                )


def visit_interaction(self, node: interaction) -> None:
    """Ouvre le cadre : description d'abord, lue sans JavaScript et à l'impression."""
    page = self.builder.get_target_uri(self.builder.current_docname)
    name, alt = node["name"], escape(french(node["alt"]), quote=True)
    source = relative_uri(page, f"{STATIC}/{name.replace('-', '_')}.js")
    classes = " ".join(["interaction", *node["classes"]])
    self.body.append(
        f'<div class="{classes}" role="group" aria-label="{alt}"'
        f' data-interaction="{name}" data-src="{escape(source, quote=True)}">\n'
        '<p class="interaction-repli"><strong>Figure à manipuler'
        f" (avec JavaScript).</strong> {alt}</p>\n"
        '<div class="interaction-texte">\n'
    )


def depart_interaction(self, node: interaction) -> None:
    """Ferme le texte, puis le cadre."""
    self.body.append("</div>\n</div>\n")


def visit_number(self, node: movable_number) -> None:
    """Un simple texte : le script en fait un curseur."""
    data = "".join(
        f' data-{key}="{escape(node[key], quote=True)}"'
        for key in ("name", "min", "max", "value", "label")
    )
    self.body.append(f'<span class="nombre-mobile"{data}>')


def depart_number(self, node: movable_number) -> None:
    """Ferme le nombre."""
    self.body.append("</span>")


def keep_children(self, node: nodes.Element) -> None:
    """Hors du HTML, seuls le texte et le nombre demeurent."""


def setup(app: Sphinx) -> dict[str, object]:
    """Déclare la directive, le rôle et leurs écritures."""
    plain = (keep_children, keep_children)
    others = {"latex": plain, "text": plain, "man": plain, "texinfo": plain}
    app.add_node(interaction, html=(visit_interaction, depart_interaction), **others)
    app.add_node(movable_number, html=(visit_number, depart_number), **others)
    app.add_directive("interaction", InteractionDirective)
    app.add_role("nombre", NumberRole())
    app.add_transform(CheckNumbers)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
