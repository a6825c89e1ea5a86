"""`ordonner` : des lignes de code à remettre dans l'ordre, sans noyau."""

from __future__ import annotations

import random
from html import escape

from docutils import nodes
from pedagogy_directive import (
    AuthoringError,
    PedagogyDirective,
    split_final_list,
)
from pedagogy_nodes import button, element, html_element, status
from pedagogy_ordering_rules import Rule, check_rule, read_rule
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from sphinx.application import Sphinx


def shuffle(lines: list[str], solution: list[str]) -> list[str]:
    """Mélange, toujours de la même façon, sans tomber sur la solution."""
    order = list(lines)
    generator = random.Random("\n".join(lines))  # noqa: S311
    while True:
        generator.shuffle(order)
        if [line for line in order if line in solution] != solution:
            return order


class Ordonner(PedagogyDirective):
    """Des lignes mêlées, des intrus, et ce que révèle chaque inversion."""

    def build(self) -> list[nodes.Node]:
        """Rend les lignes mélangées et les messages que le script montrera."""
        statement, items = split_final_list(self.parse_body())
        if not statement or not isinstance(statement[-1], nodes.literal_block):
            raise AuthoringError("il faut un bloc de code, puis la liste des messages.")
        code = statement.pop()
        solution = [line for line in code.astext().splitlines() if line.strip()]
        if len(solution) < 3 or len(set(solution)) < 2:
            raise AuthoringError(
                f"il faut au moins trois lignes à ordonner, et il y en a"
                f" {len(solution)}.",
                code.line,
            )
        rules = [read_rule(item) for item in items]
        for rule, item in zip(rules, items, strict=True):
            check_rule(rule, solution, item.line)
        intruders = [rule.lines[0] for rule in rules if rule.kind == "intrus"]
        lines = shuffle([*solution, *intruders], solution)
        root_id, language = self.new_id(), code.get("language", "python")
        rendered = [self._line(line, solution, language) for line in lines]
        block = element(
            "div",
            *statement,
            _workshop(rendered, root_id, bool(intruders)),
            self._actions(),
            status("retour"),
            self._solution(solution, rules),
            classes="ordonner",
            ids=root_id,
            data_solution=" ".join(str(solution.index(line)) for line in solution),
        )
        self.set_source_info(block)
        return [block]

    def _line(self, line: str, solution: list[str], language: str) -> html_element:
        rank = solution.index(line) if line in solution else "intrus"
        lexer = get_lexer_by_name(language, stripnl=False)
        coloured = highlight(line, lexer, HtmlFormatter(nowrap=True)).rstrip("\n")
        return element("li", raw_code(line, coloured), classes="ligne", data_rang=rank)

    def _actions(self) -> html_element:
        row = element("div", classes="actions avec-js", web_only=True)
        row += button("Vérifier", "verifier")
        row += button("Recommencer", "recommencer discret")
        if self.config.cours_solutions:
            row += button("Voir la solution", "voir-solution discret", hidden="")
        return row

    def _solution(self, solution: list[str], rules: list[Rule]) -> html_element:
        items = [_message_item(rule) for rule in rules]
        listing = element("ul", *items, classes="messages")
        if not self.config.cours_solutions:
            return element("div", listing, web_only=True, hidden="")
        lines = (element("li", raw_code(line, escape(line))) for line in solution)
        expected = element("ol", *lines, classes="bon-ordre")
        summary = element("summary", "Solution et erreurs fréquentes")
        return element("details", summary, expected, listing, classes="corrige sans-js")


def raw_code(line: str, coloured: str) -> html_element:
    """Une ligne de code à l'abri de la typographie, en HTML comme en texte."""
    html = nodes.raw("", coloured, format="html")
    text = nodes.raw("", line, format="text")
    return element("code", html, text, classes="ligne-code")


def _message_item(rule: Rule) -> html_element:
    names = ("data_a", "data_b")
    lines = {name: text.strip() for name, text in zip(names, rule.lines, strict=False)}
    return element("li", *rule.message, data_genre=rule.kind, **lines)


def _workshop(lines: list, root_id: str, with_reserve: bool) -> html_element:
    box = element("div", classes="atelier highlight notranslate")
    title = element("p", "Votre programme", classes="zone-titre", ids=f"{root_id}-prog")
    box += title
    box += element("ol", *lines, classes="programme", aria_labelledby=f"{root_id}-prog")
    if with_reserve:
        heading = "Lignes mises de côté"
        box += element("p", heading, classes="zone-titre avec-js", ids=f"{root_id}-res")
        box += element(
            "ol", classes="reserve avec-js", aria_labelledby=f"{root_id}-res"
        )
    return box


def setup(app: Sphinx) -> None:
    """Déclare la directive."""
    app.add_directive("ordonner", Ordonner)
