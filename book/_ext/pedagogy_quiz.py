"""Le quiz d'un chapitre : une bonne réponse par question, chaque option expliquée."""

from __future__ import annotations

from docutils import nodes
from pedagogy_directive import (
    AuthoringError,
    PedagogyDirective,
    inline_and_rest,
    split_final_list,
    take_prefix,
    text_options,
)
from pedagogy_nodes import button, element, html_element, status
from sphinx.application import Sphinx


class Quiz(PedagogyDirective):
    """Un groupe de questions, leur score et de quoi recommencer."""

    optional_arguments = 1
    final_argument_whitespace = True

    def build(self) -> list[nodes.Node]:
        """Numérote les questions et leur donne un nom de champ commun."""
        content = self.parse_body()
        questions = [node for node in content if is_question(node)]
        if not questions:
            raise AuthoringError("il faut au moins une question.")
        for question in questions:
            if question["section"]:
                raise AuthoringError(
                    "`:section:` n'a de sens que dans un diagnostic.", question.line
                )
        root_id = self.new_id()
        number_questions(questions, root_id)
        title = self.arguments[0] if self.arguments else "Quiz"
        block = element(
            "div",
            element("p", title, classes="bloc-titre", ids=f"{root_id}-titre"),
            *content,
            status("quiz-score"),
            element(
                "div",
                button("Recommencer le quiz", "recommencer discret", hidden=""),
                classes="actions avec-js",
                web_only=True,
            ),
            classes="quiz",
            ids=root_id,
            role="group",
            aria_labelledby=f"{root_id}-titre",
        )
        self.set_source_info(block)
        return [block]


class Question(PedagogyDirective):
    """Une question à choix unique : exactement un `[x]`, tout est expliqué.

    L'option `:section:`, propre au diagnostic, nomme la section qui y répond.
    """

    option_spec = text_options("section")

    def build(self) -> list[nodes.Node]:
        """Rend la question, ses options et leurs explications."""
        statement, items = split_final_list(self.parse_body())
        if not statement or not isinstance(statement[0], nodes.paragraph):
            raise AuthoringError("la question doit commencer par son texte.")
        if len(items) < 2:
            raise AuthoringError("il faut une liste finale d'au moins deux options.")
        options, explanations, right = [], [], 0
        for index, item in enumerate(items):
            is_right, text, explanation = read_option(item)
            right += is_right
            options.append(_option(index, is_right, text))
            explanations.append(element("li", *explanation, data_option=index))
        if right != 1:
            raise AuthoringError(
                f"il faut exactement une option [x], et il y en a {right}."
            )
        block = element(
            "fieldset",
            element("legend", *statement[0].children),
            *statement[1:],
            element("ol", *options, classes="options", type="a"),
            element(
                "details",
                element("summary", "Les explications, option par option"),
                element("ol", *explanations, type="a"),
                classes="explications",
            ),
            element(
                "div",
                button("Vérifier", "verifier"),
                classes="actions avec-js",
                web_only=True,
            ),
            status("retour"),
            classes="question",
        )
        block["section"] = self.options.get("section", "").strip()
        self.set_source_info(block)
        return [block]


def number_questions(questions: list[html_element], root_id: str) -> None:
    """Numérote les questions d'un groupe et nomme les boutons radio de chacune."""
    for number, question in enumerate(questions, start=1):
        legend = question.next_node(
            lambda node: isinstance(node, html_element) and node["tag"] == "legend"
        )
        legend.insert(0, nodes.Text(f"{number}. "))
        for radio in question.findall(is_radio):
            radio["html"]["name"] = f"{root_id}-{number}"


def is_question(node: nodes.Node) -> bool:
    """Vrai pour le bloc d'une question."""
    return isinstance(node, html_element) and "question" in node["classes"]


def is_radio(node: nodes.Node) -> bool:
    """Vrai pour un bouton radio."""
    return isinstance(node, html_element) and node["html"].get("type") == "radio"


def read_option(
    item: nodes.list_item,
) -> tuple[bool, list[nodes.Node], list[nodes.Node]]:
    """Lit « [x] texte » puis son explication."""
    inline, explanation = inline_and_rest(item, "une option")
    found = take_prefix(inline, r"\s*\[([xX ])\]\s+")
    if not found:
        raise AuthoringError(
            "une option commence par « [x] », ou par « [ ] ».", item.line
        )
    if not any(node.astext().strip() for node in explanation):
        raise AuthoringError(
            "une option attend son explication, dans un paragraphe à la suite.",
            item.line,
        )
    is_right = found[0][1] in "xX"
    verdict = nodes.strong("", "Juste. " if is_right else "Non. ")
    if isinstance(explanation[0], nodes.paragraph):
        explanation[0].insert(0, verdict)
    else:
        explanation.insert(0, nodes.paragraph("", "", verdict))
    return is_right, found[1], explanation


def _option(index: int, is_right: bool, text: list[nodes.Node]) -> html_element:
    radio = element("input", web_only=True, type="radio", value=index)
    label = element("label", radio, element("span", *text, classes="option-texte"))
    return element(
        "li",
        label,
        classes="option",
        data_option=index,
        data_juste="oui" if is_right else "non",
    )


def setup(app: Sphinx) -> None:
    """Déclare les directives."""
    app.add_directive("quiz", Quiz)
    app.add_directive("question", Question)
