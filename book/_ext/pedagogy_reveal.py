"""Range dans une zone repliée ce qui suit une prédiction, jusqu'à `fin-prediction`."""

from __future__ import annotations

import html
import json
import re

from docutils import nodes
from pedagogy_directive import report
from pedagogy_nodes import element, html_element
from pedagogy_prediction import PredictionEnd
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform

MEASURE = re.compile(r"<output\b[^>]*\bclass=[\"'][^\"']*\bmesure\b[^>]*>")
ATTRIBUTE = re.compile(r"\b(data-[a-z]+)=(?:'([^']*)'|\"([^\"]*)\")")


def is_prediction(node: nodes.Node) -> bool:
    """Vrai pour le bloc d'une prédiction."""
    return isinstance(node, html_element) and "prediction" in node["classes"]


def measures(content: nodes.Element) -> dict[str, str]:
    """Les mesures affichées dans `content` : nom de la prédiction → valeur JSON."""
    found = {}
    for raw in content.findall(nodes.raw):
        for tag in MEASURE.findall(raw.astext()):
            data = {
                name: html.unescape(single or double)
                for name, single, double in ATTRIBUTE.findall(tag)
            }
            if "data-prediction" in data:
                found[data["data-prediction"]] = data.get("data-valeur", "")
    return found


def options(block: html_element) -> list[html_element]:
    """Les propositions d'un choix, dans leur ordre."""
    return [node for node in block.findall(html_element) if "option" in node["classes"]]


def name_choice(content: nodes.Element, name: str, option: str) -> None:
    """Écrit la proposition que la mesure désigne, là où elle n'a qu'un numéro."""
    label = rf"(<output\b[^>]*\bdata-prediction=[\"']{re.escape(name)}[\"'][^>]*>)"
    for raw in list(content.findall(nodes.raw)):
        text = re.sub(
            label + r"Mesure\s: \d+(?=</output>)",
            lambda found: f"{found[1]}Mesure : «\u00a0{html.escape(option)}\u00a0»",
            raw.astext(),
        )
        if text != raw.astext():
            raw.parent.replace(raw, nodes.raw("", text, **raw.attributes))


class GatherRevelations(SphinxTransform):
    """Déplace dans un conteneur `revelation` les voisins qui suivent la question.

    Passe après la fusion des exercices en plusieurs blocs (priorité 10) : les
    cellules de code sont déjà des nœuds entiers, leurs sorties seront choisies
    plus tard, où qu'elles soient dans l'arbre.
    """

    default_priority = 12

    def apply(self, **_kwargs) -> None:
        """Traite chaque prédiction, puis refuse les marqueurs restés seuls."""
        for block in list(self.document.findall(is_prediction)):
            self._gather(block)
        for marker in list(self.document.findall(PredictionEnd)):
            self._complain(
                "fin-prediction : aucune prédiction ouverte à cet endroit ; la question"
                " et sa fin doivent être sous le même titre.",
                marker,
            )
            marker.parent.remove(marker)

    def _gather(self, block: html_element) -> None:
        parent, name = block.parent, block["html"]["data-prediction"]
        start = parent.index(block) + 1
        for end in range(start, len(parent)):
            sibling = parent[end]
            if isinstance(sibling, PredictionEnd):
                break
            if is_prediction(sibling):
                self._complain(
                    f"prediction : « {name} » n'est pas fermée par fin-prediction avant"
                    f" « {sibling['html']['data-prediction']} ».",
                    block,
                )
                return
        else:
            self._complain(
                f"prediction : « {name} » n'est pas fermée ; il manque fin-prediction"
                " sous le même titre.",
                block,
            )
            return
        content = parent[start:end]
        revelation = element("div", classes="revelation", data_prediction=name)
        revelation.source, revelation.line = block.source, block.line
        parent[start : end + 1] = [revelation]
        revelation.extend(content)
        self._check(block, revelation)

    def _check(self, block: html_element, revelation: html_element) -> None:
        name = block["html"]["data-prediction"]
        found = measures(revelation)
        if name in found:
            if self._check_choice(block, found[name]):
                option = options(block)[json.loads(found[name])]
                if not any(option.findall(nodes.math)):  # un texte brut n'en écrit pas
                    name_choice(revelation, name, option.astext().strip())
            return
        if self._is_executed(revelation):
            self._complain(
                f"prediction : rien ne mesure « {name} » avant fin-prediction ; il faut"
                f' `measured("{name}", valeur)` à la fin d\'une cellule.',
                block,
            )

    def _check_choice(self, block: html_element, value: str) -> bool:
        """Vrai si la mesure désigne une des propositions d'un choix."""
        count = block["html"].get("data-choix")
        if count is None:
            return False
        try:
            index = json.loads(value)
        except ValueError:
            index = None
        if type(index) is not int or not 0 <= index < int(count):
            self._complain(
                f"prediction : la mesure de « {block['html']['data-prediction']} » vaut"
                f" {value} ; il faut le numéro d'un choix, de 0 à {int(count) - 1}.",
                block,
            )
            return False
        return True

    def _is_executed(self, revelation: html_element) -> bool:
        """Faux si l'exécution est coupée et que la page ne garde aucune sortie."""
        settings = getattr(self.env, "mystnb_config", None)
        if settings is None or settings.execution_mode != "off":
            return True
        return any(
            node.get("nb_element") == "cell_code_output"
            for node in revelation.findall(nodes.container)
        )

    def _complain(self, message: str, node: nodes.Element) -> None:
        report(message, node.source or self.env.doc2path(self.env.docname), node.line)


def setup(app: Sphinx) -> None:
    """Déclare la transformation."""
    app.add_transform(GatherRevelations)
