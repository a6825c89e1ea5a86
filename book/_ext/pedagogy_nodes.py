"""Le nœud HTML commun aux prédictions, aux exercices de la page et au quiz.

Hors du HTML, seul le contenu du nœud compte : les champs et les boutons
disparaissent, le texte reste.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx

VOID_TAGS = {"input"}
BLOCK_TAGS = {"div", "fieldset", "details", "li", "ol", "ul", "p", "legend", "summary"}


class html_element(nodes.General, nodes.Element):  # noqa: N801
    """Un élément HTML ; `tag`, `html` (attributs) et `web_only` le décrivent."""


def element(
    tag: str,
    *children: nodes.Node | str,
    classes: str = "",
    ids: str = "",
    web_only: bool = False,
    **attributes: str | int | float | None,
) -> html_element:
    """Construit un nœud HTML ; `data_rang=1` devient l'attribut `data-rang="1"`.

    Un attribut de valeur `None` est omis, un attribut de valeur vide est booléen.
    """
    html = {
        name.rstrip("_").replace("_", "-"): str(value)
        for name, value in attributes.items()
        if value is not None
    }
    node = html_element(
        tag=tag,
        html=html,
        web_only=web_only,
        classes=classes.split(),
        ids=ids.split(),
    )
    for child in children:
        node += nodes.Text(child) if isinstance(child, str) else child
    return node


def button(label: str, classes: str, **attributes: str | None) -> html_element:
    """Un bouton qui n'existe que sur une page où JavaScript agit."""
    return element(
        "button", label, classes=classes, web_only=True, type="button", **attributes
    )


def status(classes: str) -> html_element:
    """Une zone que les lecteurs d'écran annoncent dès qu'elle change."""
    return element("div", classes=classes, web_only=True, role="status")


def _visit_html(translator, node: html_element) -> None:
    tag = translator.starttag(node, node["tag"], "", **node["html"])
    translator.body.append(tag)


def _depart_html(translator, node: html_element) -> None:
    if node["tag"] not in VOID_TAGS:
        translator.body.append(f"</{node['tag']}>")


def _visit_text(translator, node: html_element) -> None:
    if node["web_only"]:
        raise nodes.SkipNode
    if node["tag"] in BLOCK_TAGS:
        translator.new_state(0)


def _depart_text(translator, node: html_element) -> None:
    if node["tag"] in BLOCK_TAGS:
        translator.end_state()


def _visit_other(_translator, node: html_element) -> None:
    if node["web_only"]:
        raise nodes.SkipNode


def _depart_other(_translator, _node: html_element) -> None:
    """Rien à fermer : hors du HTML, le nœud n'ouvre rien."""


def setup(app: Sphinx) -> None:
    """Déclare le nœud et son rendu pour chaque format de sortie."""
    other = (_visit_other, _depart_other)
    app.add_node(
        html_element,
        html=(_visit_html, _depart_html),
        text=(_visit_text, _depart_text),
        latex=other,
        man=other,
        texinfo=other,
    )
