"""« Prédisez » : la question en citation, la réponse dans une cellule."""

import re

from notebooks import items, render
from notebooks.context import Context
from notebooks.items import Item
from notebooks.model import Directive

ANSWERS = {
    "nombre": "votre réponse, puis exécutez",
    "choix": "le numéro de votre choix, puis exécutez",
    "courbe": "l'allure que vous attendez, en quelques mots, puis exécutez",
}


def prediction(context: Context, directive: Directive) -> tuple[str, str]:
    """Question en citation, et la cellule où y répondre."""
    kind = directive.options.get("type", "nombre")
    if kind not in ANSWERS or not directive.label:
        message = "prediction attend :name: et :type: nombre, choix ou courbe"
        raise context.error(directive.line, message)
    statement, options = list(directive.lines), []
    if kind == "choix":
        statement, options = items.split(directive.lines, directive.body_line)
    parts = [render.lines(context, statement, directive.body_line)]
    parts += ["\n".join(_choice(context, i, x) for i, x in enumerate(options))]
    parts += [_axes(directive)] if kind == "courbe" else []
    title = render.argument(context, directive)
    heading = f"🔮 Prédisez : {title}" if title else "🔮 Prédisez"
    unit = directive.options.get("unite", "")
    answer = ANSWERS[kind] + (f" (en {unit})" if unit else "")
    name = re.sub(r"\W", "_", directive.label.removeprefix("pred-"))
    quoted = render.quote(heading, "\n\n".join(part for part in parts if part))
    return quoted, f"ma_prediction_{name} = None  # {answer}"


def _choice(context: Context, index: int, item: Item) -> str:
    text = render.text(context, item.text.split("\n"), item.line)
    return f"- choix {index} : " + text.replace("\n", "\n  ")


def _axes(directive: Directive) -> str:
    """Ce que la page trace, en une phrase : axes et bornes."""
    options = directive.options
    spans = (
        f"{options[f'axe-{axis}']}, de {render.french(options[f'{axis}min'])} "
        f"à {render.french(options[f'{axis}max'])}"
        for axis in "xy"
        if {f"axe-{axis}", f"{axis}min", f"{axis}max"} <= options.keys()
    )
    shown = " ; ".join(
        f"{name} : {span}"
        for name, span in zip(("en abscisse", "en ordonnée"), spans, strict=False)
    )
    return f"Esquissez la courbe sur une feuille ({shown})."
