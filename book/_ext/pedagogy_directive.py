"""Ce que partagent les directives de pédagogie : erreurs situées, listes finales."""

from __future__ import annotations

import re

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)


class AuthoringError(Exception):
    """Une faute de la source, avec la ligne à corriger quand on la connaît."""

    def __init__(self, message: str, line: int | None = None):
        super().__init__(message)
        self.line = line


def report(message: str, source: str, line: int | None) -> None:
    """Signale une faute à sa ligne ; la construction, faite avec -W, échoue."""
    location = f"{source}:{line}" if line else source
    logger.warning(message, location=location, type="cours")


class PedagogyDirective(SphinxDirective):
    """Une directive dont `build` rend les nœuds ou lève `AuthoringError`."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Construit les nœuds ; une faute de la source est signalée à sa ligne."""
        try:
            return self.build()
        except AuthoringError as error:
            source, line = self.get_source_info()
            report(f"{self.name} : {error}", source, error.line or line)
            return []

    def build(self) -> list[nodes.Node]:
        """Construit les nœuds de la directive."""
        raise NotImplementedError

    def parse_body(self) -> list[nodes.Node]:
        """Analyse le corps de la directive : formules, rôles et code y marchent."""
        holder = nodes.container()
        self.state.nested_parse(self.content, self.content_offset, holder)
        return list(holder.children)

    def new_id(self) -> str:
        """Un identifiant unique dans la page."""
        return f"{self.name}-{self.env.new_serialno(self.name)}"


def text_options(*names: str, flags: tuple[str, ...] = ()) -> dict:
    """Options lues comme du texte, et drapeaux sans valeur."""
    return {name: directives.unchanged for name in names} | {
        name: directives.flag for name in flags
    }


def split_final_list(
    body: list[nodes.Node],
) -> tuple[list[nodes.Node], list[nodes.list_item]]:
    """Sépare l'énoncé de la liste à puces qui le termine."""
    if body and isinstance(body[-1], nodes.bullet_list):
        return body[:-1], list(body[-1].children)
    return body, []


def inline_and_rest(
    item: nodes.Element, what: str
) -> tuple[list[nodes.Node], list[nodes.Node]]:
    """La première ligne d'un élément (nœuds en ligne), puis les blocs qui suivent."""
    if not item.children or not isinstance(item[0], nodes.paragraph):
        raise AuthoringError(f"{what} doit commencer par du texte.", item.line)
    return list(item[0].children), list(item.children[1:])


def take_prefix(
    inline: list[nodes.Node], pattern: str
) -> tuple[re.Match, list[nodes.Node]] | None:
    """Détache du premier texte le préfixe `pattern` ; `None` s'il n'y est pas."""
    if not inline or not isinstance(inline[0], nodes.Text):
        return None
    text = inline[0].astext()
    found = re.match(pattern, text)
    if not found:
        return None
    rest = text[found.end() :]
    return found, ([nodes.Text(rest)] if rest else []) + inline[1:]


def read_number(text: str) -> float:
    """Lit « 0,665 », « 0.665 » ou « 2/3 » ; lève `ValueError` sinon."""
    parts = text.strip().replace("−", "-").replace(",", ".").split("/")
    if len(parts) > 2:
        raise ValueError(text)
    values = [float(part) for part in parts]
    return values[0] if len(values) == 1 else values[0] / values[1]


def french_number(value: float) -> str:
    """Écrit un nombre à la française : virgule, sans zéros inutiles."""
    return f"{value:.6g}".replace(".", ",").replace("-", "−")
