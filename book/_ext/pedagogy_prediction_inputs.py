"""De quoi répondre à une prédiction : un champ, des choix ou une toile à dessiner."""

from __future__ import annotations

from typing import NamedTuple

from docutils import nodes
from pedagogy_directive import (
    AuthoringError,
    inline_and_rest,
    read_number,
    split_final_list,
)
from pedagogy_nodes import element, html_element

AXIS_BOUNDS = ("xmin", "xmax", "ymin", "ymax")


class PredictionInput(NamedTuple):
    """L'énoncé, le moyen de répondre, et les attributs que lira le script."""

    statement: list[nodes.Node]
    answer: html_element
    attributes: dict


def number_option(options: dict, name: str) -> float | None:
    """Lit une option numérique, ou `None` si elle est absente."""
    if name not in options:
        return None
    try:
        return read_number(options[name])
    except ValueError:
        raise AuthoringError(
            f"`:{name}:` vaut « {options[name]} » ; il faut un nombre."
        ) from None


def number_input(options: dict, body: list, root_id: str) -> PredictionInput:
    """Un champ pour un nombre, avec son unité."""
    field, unit = f"{root_id}-saisie", options.get("unite")
    box = element(
        "input", ids=field, type="text", inputmode="decimal", autocomplete="off"
    )
    answer = element(
        "div",
        element("label", "Votre prédiction", for_=field),
        box,
        classes="saisie avec-js",
        web_only=True,
    )
    if unit:
        answer += element("span", unit, classes="unite")
    bounds = {
        f"data_{name}": number_option(options, name) for name in ("min", "max", "pas")
    }
    return PredictionInput(body, answer, bounds | {"data_unite": unit})


def choice_input(_options: dict, body: list, root_id: str) -> PredictionInput:
    """Des boutons radio, un par élément de la liste finale."""
    statement, items = split_final_list(body)
    if len(items) < 2:
        raise AuthoringError(
            "le type choix demande une liste finale d'au moins deux choix."
        )
    choices = [_choice(item, index, root_id) for index, item in enumerate(items)]
    answer = element(
        "fieldset",
        element("legend", "Votre prédiction", web_only=True),
        element("ul", *choices, classes="options"),
        classes="choix",
    )
    return PredictionInput(statement, answer, {"data_choix": len(items)})


def _choice(item: nodes.list_item, index: int, root_id: str) -> html_element:
    inline, rest = inline_and_rest(item, "un choix")
    if rest:
        raise AuthoringError("un choix tient en un seul paragraphe.", item.line)
    radio = element(
        "input", web_only=True, type="radio", name=f"{root_id}-choix", value=index
    )
    label = element("label", radio, element("span", *inline, classes="option-texte"))
    return element("li", label, classes="option", data_choix=index)


def curve_input(options: dict, body: list, _root_id: str) -> PredictionInput:
    """Une toile où tracer une courbe, au doigt, à la souris ou au clavier."""
    bounds = {name: number_option(options, name) for name in AXIS_BOUNDS}
    missing = [f"`:{name}:`" for name, value in bounds.items() if value is None]
    missing += [f"`:{name}:`" for name in ("axe-x", "axe-y") if not options.get(name)]
    if missing:
        raise AuthoringError(f"le type courbe demande {', '.join(missing)}.")
    if bounds["xmin"] >= bounds["xmax"] or bounds["ymin"] >= bounds["ymax"]:
        raise AuthoringError("xmin doit être sous xmax, et ymin sous ymax.")
    if "logx" in options and bounds["xmin"] <= 0:
        raise AuthoringError("`:logx:` demande xmin > 0.")
    attributes = {f"data_{name}": f"{value:g}" for name, value in bounds.items()}
    attributes |= {
        "data_axe_x": options["axe-x"],
        "data_axe_y": options["axe-y"],
        "data_points": _abscissae(options, bounds),
        "data_logx": "oui" if "logx" in options else None,
    }
    canvas = element("div", classes="toile avec-js", web_only=True)
    return PredictionInput(body, canvas, attributes)


def _abscissae(options: dict, bounds: dict[str, float]) -> str | None:
    if "points" not in options:
        return None
    try:
        values = [read_number(text) for text in options["points"].split()]
    except ValueError:
        values = []
    inside = all(bounds["xmin"] <= x <= bounds["xmax"] for x in values)
    if len(values) < 2 or values != sorted(set(values)) or not inside:
        raise AuthoringError(
            "`:points:` attend au moins deux abscisses croissantes, entre xmin et "
            "xmax, séparées par des espaces."
        )
    return " ".join(f"{x:g}" for x in values)


INPUTS = {"nombre": number_input, "choix": choice_input, "courbe": curve_input}
