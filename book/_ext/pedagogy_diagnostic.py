"""Le diagnostic : des questions qui disent quelles sections lire, lesquelles passer."""

from __future__ import annotations

from docutils import nodes
from pedagogy_directive import AuthoringError, PedagogyDirective, report
from pedagogy_nodes import button, element, html_element, status
from pedagogy_quiz import is_question, number_questions
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


class Diagnostic(PedagogyDirective):
    """Un groupe de questions, chacune liée à une section du livre."""

    optional_arguments = 1
    final_argument_whitespace = True

    def build(self) -> list[nodes.Node]:
        """Numérote les questions, cite leurs sections, prépare la route à suivre."""
        content = self.parse_body()
        questions = [node for node in content if is_question(node)]
        if len(questions) < 2:
            raise AuthoringError(
                f"il faut au moins deux questions, reçu {len(questions)}."
            )
        for question in questions:
            self._complete(question)
        root_id = self.new_id()
        number_questions(questions, root_id)
        title = self.arguments[0] if self.arguments else "Diagnostic"
        block = element(
            "div",
            element("p", title, classes="bloc-titre", ids=f"{root_id}-titre"),
            *content,
            status("diagnostic-score"),
            element("div", classes="route avec-js", web_only=True),
            element(
                "div",
                button("Recommencer le diagnostic", "recommencer discret", hidden=""),
                classes="actions avec-js",
                web_only=True,
            ),
            classes="diagnostic",
            ids=root_id,
            role="group",
            aria_labelledby=f"{root_id}-titre",
        )
        self.set_source_info(block)
        return [block]

    def _complete(self, question: html_element) -> None:
        """Ajoute « Je ne sais pas » et le lien vers la section de la question."""
        label = question["section"]
        if not label:
            raise AuthoringError(
                "une question attend `:section:`, l'étiquette de la section à lire.",
                question.line,
            )
        link = pending_xref(
            "",
            nodes.inline("", label),
            refdomain="std",
            reftype="ref",
            reftarget=label,
            refdoc=self.env.docname,
            refexplicit=False,
            refwarn=True,
            diagnostic=True,
        )
        link.source, link.line = self.get_source_info()[0], question.line
        cited = nodes.paragraph("", "Section du livre : ", link)
        cited["classes"].append("section-citee")
        actions = next(
            node
            for node in question.children
            if isinstance(node, html_element) and "actions" in node["classes"]
        )
        actions += button("Je ne sais pas", "ignorer discret")
        question.insert(question.index(actions), cited)


def refuse_unknown_section(
    _app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.Element
) -> nodes.Element | None:
    """Dit en français, à la ligne de la question, qu'une section n'existe pas."""
    if not node.get("diagnostic"):
        return None
    report(
        f"diagnostic : la section « {node['reftarget']} » n'existe pas, ou n'a pas de"
        " titre.",
        node.source or env.doc2path(node["refdoc"]),
        node.line,
    )
    return content


def setup(app: Sphinx) -> None:
    """Déclare la directive et le contrôle de ses renvois."""
    app.add_directive("diagnostic", Diagnostic)
    app.connect("missing-reference", refuse_unknown_section)
