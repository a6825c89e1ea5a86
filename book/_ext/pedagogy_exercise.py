"""`calcul` : un nombre à trouver, vérifié dans la page, sans noyau."""

from __future__ import annotations

import math

from docutils import nodes
from pedagogy_directive import (
    AuthoringError,
    PedagogyDirective,
    french_number,
    inline_and_rest,
    read_number,
    split_final_list,
    take_prefix,
    text_options,
)
from pedagogy_nodes import button, element, html_element, status
from sphinx.application import Sphinx

KEY = r"\s*(juste|[-−+]?[\d.,]+(?:[eE][-−+]?\d+)?(?:/[\d.,]+)?)\s*:\s*"
FORM = "« valeur : message », « * : message » ou « juste : message »"


class Calcul(PedagogyDirective):
    """Un calcul : la réponse, sa tolérance, et ce que révèle chaque erreur."""

    option_spec = text_options("reponse", "tolerance", "unite")

    def build(self) -> list[nodes.Node]:
        """Rend l'énoncé, le champ et les messages que le script montrera."""
        answer = self._number("reponse")
        if answer is None:
            raise AuthoringError("il manque `:reponse:`.")
        tolerance = self._number("tolerance") or 1e-9 * max(1.0, abs(answer))
        statement, items = split_final_list(self.parse_body())
        messages = [read_message(item) for item in items]
        if not any(isinstance(key, float) for key, _ in messages):
            raise AuthoringError(f"il faut une liste finale d'erreurs : {FORM}.")
        for (key, _), item in zip(messages, items, strict=True):
            if isinstance(key, float) and math.isclose(
                key, answer, rel_tol=0, abs_tol=tolerance
            ):
                raise AuthoringError(
                    f"l'erreur {french_number(key)} est à moins d'une tolérance de la"
                    " bonne réponse.",
                    item.line,
                )
        root_id = self.new_id()
        block = element(
            "div",
            *statement,
            self._field(root_id),
            status("retour"),
            self._solution(answer, messages),
            classes="calcul",
            ids=root_id,
            data_reponse=repr(answer),
            data_tolerance=repr(tolerance),
        )
        self.set_source_info(block)
        return [block]

    def _number(self, name: str) -> float | None:
        text = self.options.get(name)
        try:
            return None if text is None else read_number(text)
        except ValueError:
            raise AuthoringError(
                f"`:{name}:` vaut « {text} » ; il faut un nombre."
            ) from None

    def _field(self, root_id: str) -> html_element:
        box = element(
            "input",
            ids=f"{root_id}-saisie",
            type="text",
            inputmode="decimal",
            autocomplete="off",
        )
        row = element(
            "div",
            element("label", "Votre réponse", for_=f"{root_id}-saisie"),
            box,
            classes="saisie avec-js",
            web_only=True,
        )
        if self.options.get("unite"):
            row += element("span", self.options["unite"], classes="unite")
        row += button("Vérifier", "verifier")
        if self.config.cours_solutions:
            row += button("Voir la solution", "voir-solution discret", hidden="")
        return row

    def _solution(self, answer: float, messages: list) -> html_element:
        """Les messages ; sans JavaScript, ils se déplient avec la réponse."""
        items = [_message_item(key, message) for key, message in messages]
        listing = element("ul", *items, classes="messages")
        if not self.config.cours_solutions:
            return element("div", listing, web_only=True, hidden="")
        unit = f"\u00a0{self.options['unite']}" if self.options.get("unite") else ""
        return element(
            "details",
            element("summary", "Réponse et erreurs fréquentes"),
            element(
                "p", f"Réponse\u00a0: {french_number(answer)}{unit}.", classes="reponse"
            ),
            listing,
            classes="corrige sans-js",
        )


def read_message(item: nodes.list_item) -> tuple[float | str, list[nodes.Node]]:
    """Lit « valeur : message » ; la clé est un nombre, « * » ou « juste »."""
    # « - * : message » est, pour Markdown, une liste dans la liste.
    if item.children and isinstance(item[0], nodes.bullet_list):
        inline, rest = inline_and_rest(item[0][0], "un message")
        found = take_prefix(inline, r"\s*:\s*")
        if found:
            return "*", [nodes.paragraph("", "", *found[1]), *rest]
        raise AuthoringError(f"message illisible ; attendu : {FORM}.", item.line)
    inline, rest = inline_and_rest(item, "un message")
    found = take_prefix(inline, KEY)
    if not found:
        raise AuthoringError(f"message illisible ; attendu : {FORM}.", item.line)
    match, message = found
    content = [nodes.paragraph("", "", *message), *rest]
    if match[1] == "juste":
        return "juste", content
    try:
        return read_number(match[1]), content
    except ValueError:
        raise AuthoringError(
            f"« {match[1]} » n'est pas un nombre.", item.line
        ) from None


def _message_item(key: float | str, message: list[nodes.Node]) -> html_element:
    if key == "juste":
        return element("li", *message, data_valeur="juste")
    if key == "*":
        return element("li", *message, data_valeur="*")
    label = element("strong", french_number(key), classes="valeur")
    return element("li", label, *message, data_valeur=repr(key))


def setup(app: Sphinx) -> None:
    """Déclare la directive."""
    app.add_directive("calcul", Calcul)
