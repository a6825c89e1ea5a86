"""Explorateur vivant : ipywidgets, de la version 7.7.1 de Colab à la version 8."""

from collections.abc import Callable
from html import escape

import ipywidgets
from IPython.display import display

from cours_transformers.widgets.choice import Choice, label_at, values_at
from cours_transformers.widgets.html import render

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


class LiveExplorer:
    """Réglages vivants au-dessus du dessin ; une erreur s'affiche à sa place.

    Les attributs ``controls`` (dans l'ordre des réglages), ``output`` et ``box`` sont
    des widgets ordinaires.
    """

    def __init__(self, draw: Callable, choices: dict[str, Choice], caption: str):
        self.draw, self.choices, self.caption = draw, choices, caption
        self.controls = [_control(choice) for choice in choices.values()]
        self.output = ipywidgets.HTML()
        for control in self.controls:
            control.observe(self._refresh, names="value")
        note = [ipywidgets.HTML(f"<p>{escape(caption)}</p>")] if caption else []
        self.box = ipywidgets.VBox([*self.controls, *note, self.output])
        self._refresh()

    @property
    def index(self) -> tuple[int, ...]:
        """Position de chaque réglage."""
        return tuple(control.value for control in self.controls)

    def _refresh(self, change: object = None) -> None:
        """Redessine ; ``draw`` peut échouer sans arrêter le noyau."""
        label = label_at(self.choices, self.index)
        try:
            html, text = render(self.draw(**values_at(self.choices, self.index)))
        except Exception as error:
            sentence = (
                f"Le dessin a échoué pour {label}. "
                f"{type(error).__name__} : {error}. Corrigez la fonction, puis "
                "exécutez de nouveau la cellule."
            )
            self.text = sentence
            self.output.value = f'<p role="alert">{escape(sentence)}</p>'
            return
        self.text = f"{label}. {text}"
        self.output.value = (
            f"{html}<details><summary>Description en mots</summary>"
            f"<p>{escape(self.text)}</p></details>"
        )

    def _ipython_display_(self) -> None:
        """Affiche les widgets ; sans eux, il reste la description de l'état."""
        view = {"version_major": 2, "version_minor": 0, "model_id": self.box.model_id}
        display({"text/plain": self.text, WIDGET_VIEW: view}, raw=True)


def _control(choice: Choice) -> ipywidgets.Widget:
    """Choisit un curseur pour des nombres croissants, des boutons sinon."""
    options = [(choice.text(i), i) for i in range(len(choice.values))]
    kind = ipywidgets.SelectionSlider if choice.ordered else ipywidgets.ToggleButtons
    return kind(
        options=options,
        value=choice.start,
        description=choice.label,
        style={"description_width": "initial"},
    )
