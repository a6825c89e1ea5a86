"""« Prédisez » : le lecteur répond, et alors seulement la page montre la mesure."""

from __future__ import annotations

from docutils import nodes
from pedagogy_directive import AuthoringError, PedagogyDirective, text_options
from pedagogy_nodes import button, element, html_element, status
from pedagogy_prediction_inputs import AXIS_BOUNDS, INPUTS
from sphinx.application import Sphinx

ON_PAPER = "Notez votre réponse sur une feuille avant de lire la suite."


class PredictionEnd(nodes.Invisible, nodes.Element):
    """La fin de ce qu'une prédiction tient caché ; ôtée par la transformation."""


class Prediction(PedagogyDirective):
    """Une question posée avant l'expérience : nombre, choix ou courbe."""

    optional_arguments = 1
    final_argument_whitespace = True
    option_spec = text_options(
        *("type", "name", "unite", "min", "max", "pas", "points"),
        *("axe-x", "axe-y", *AXIS_BOUNDS),
        flags=("logx",),
    )

    def build(self) -> list[nodes.Node]:
        """Rend le bloc de la question, avec de quoi répondre."""
        kind, name = self.options.get("type", ""), self.options.get("name", "")
        if kind not in INPUTS:
            raise AuthoringError(
                f"`:type:` vaut « {kind} » ; il faut nombre, choix ou courbe."
            )
        if not name:
            raise AuthoringError("il manque `:name:`, le nom que `measured` reprendra.")
        self._claim(name)
        root_id = nodes.make_id(name)
        given = INPUTS[kind](self.options, self.parse_body(), root_id)
        block = element(
            "div",
            element("p", *self._title(), classes="bloc-titre", ids=f"{root_id}-titre"),
            *given.statement,
            element("p", ON_PAPER, classes="sans-js", web_only=True),
            given.answer,
            actions(),
            status("prediction-bilan"),
            classes=f"prediction prediction-{kind}",
            ids=root_id,
            data_prediction=name,
            data_type=kind,
            role="group",
            aria_labelledby=f"{root_id}-titre",
            **given.attributes,
        )
        self.set_source_info(block)
        return [block]

    def _claim(self, name: str) -> None:
        source, line = self.get_source_info()
        registry = names_taken(self.env)
        if name in registry:
            _, where, first_line = registry[name]
            raise AuthoringError(
                f"le nom « {name} » est déjà pris ({where}, ligne {first_line})."
            )
        registry[name] = (self.env.docname, source, line)

    def _title(self) -> list[nodes.Node | str]:
        if not self.arguments:
            return ["Prédisez"]
        title, _ = self.state.inline_text(self.arguments[0], self.lineno)
        return ["Prédisez\u00a0: ", *title]


class PredictionEndDirective(PedagogyDirective):
    """Ferme la zone qu'une prédiction tient cachée."""

    has_content = False

    def build(self) -> list[nodes.Node]:
        """Pose le marqueur que la transformation cherchera."""
        marker = PredictionEnd()
        self.set_source_info(marker)
        return [marker]


def actions() -> html_element:
    """Les boutons d'une prédiction."""
    return element(
        "div",
        button("Valider", "prediction-valider"),
        button("Montrer sans répondre", "prediction-montrer discret"),
        button("Recommencer", "prediction-recommencer discret", hidden=""),
        classes="actions avec-js",
        web_only=True,
    )


def names_taken(env) -> dict[str, tuple[str, str, int]]:
    """Les noms de prédictions du livre : page, fichier et ligne de chacun."""
    return env.__dict__.setdefault("cours_predictions", {})


def _forget_page(_app: Sphinx, env, docname: str) -> None:
    for name, (page, _, _) in list(names_taken(env).items()):
        if page == docname:
            del names_taken(env)[name]


def _merge_pages(_app: Sphinx, env, _docnames: set[str], other) -> None:
    names_taken(env).update(names_taken(other))


def setup(app: Sphinx) -> None:
    """Déclare les directives et le registre des noms."""
    app.add_node(PredictionEnd)
    app.add_directive("prediction", Prediction)
    app.add_directive("fin-prediction", PredictionEndDirective)
    app.connect("env-purge-doc", _forget_page)
    app.connect("env-merge-info", _merge_pages)
