"""« Prédisez » : la mesure qu'une cellule oppose à la réponse de qui lit."""

import json
import math
import re
from html import escape
from itertools import pairwise

from IPython.display import display

from cours_transformers.visualization.curves import plot_lines
from cours_transformers.visualization.text import fr

_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
DIGITS = 6  # chiffres significatifs transmis à la page


class Measure:
    """Valeur mesurée, en phrase pour le carnet, en données pour la page."""

    def __init__(self, name: str, value: object, unit: str, text: str | None):
        self.name, self.value, self.unit = name, value, unit
        self.text = _sentence(value, unit) if text is None else text

    def __str__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        data = escape(json.dumps(self.value), quote=True)
        output = (
            f'<output class="mesure" data-prediction="{self.name}" '
            f'data-valeur="{data}">{escape(self.text)}</output>'
        )
        if not isinstance(self.value, list):
            return output
        xs, ys = self.value
        curve = plot_lines(xs, {"mesure": ys}, "", self.unit, alt=self.text, height=2.2)
        return f'{output}<div class="mesure-courbe">{curve._repr_html_()}</div>'

    def _ipython_display_(self) -> None:
        bundle = {"text/html": self._repr_html_(), "text/plain": self.text}
        display(bundle, raw=True)


def measured(
    name: str, value: object, *, unit: str = "", text: str | None = None
) -> Measure:
    """Affiche la mesure qui répond à la prédiction ``name``.

    Args:
        name: nom de la prédiction, celui de son option ``:name:``.
        value: un nombre, la position (à partir de 0) de la proposition confirmée, ou
            une courbe ``(xs, ys)``.
        unit: unité, écrite après le nombre.
        text: phrase qui remplace « Mesure : … » ; utile pour un choix.

    Raises:
        ValueError: si le nom est mal formé ou si une valeur n'est pas un nombre fini.

    >>> print(measured("pred-variance", 256.3))
    Mesure : 256,3
    """
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(
            f"name doit être celui de la prédiction, en minuscules et tirets "
            f"(« pred-variance »), reçu {name!r}"
        )
    is_curve = isinstance(value, tuple | list)
    checked = _curve(name, value) if is_curve else _number(name, value)
    return Measure(name, checked, unit, text)


def _number(name: str, value: object) -> int | float:
    """Ramène un nombre de Python, NumPy ou PyTorch à un entier ou à un flottant."""
    if hasattr(value, "item") and getattr(value, "size", None) != 0:
        try:
            value = value.item()
        except (RuntimeError, ValueError) as error:
            raise ValueError(
                f"« {name} » : value doit être un seul nombre, reçu un tableau de "
                f"forme {tuple(value.shape)}"
            ) from error
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(
            f"« {name} » : value doit être un nombre ou une courbe (xs, ys), reçu "
            f"{type(value).__name__}"
        )
    if not math.isfinite(value):
        raise ValueError(
            f"« {name} » : la mesure vaut {fr(value)}, ce n'est pas un nombre fini ; "
            "vérifiez le calcul de la cellule"
        )
    return value if isinstance(value, int) else float(f"{value:.{DIGITS}g}")


def _curve(name: str, value: object) -> list[list[float]]:
    """Vérifie une courbe : autant d'abscisses que d'ordonnées, croissantes, finies."""
    if len(value) != 2:
        raise ValueError(
            f"« {name} » : une courbe s'écrit (xs, ys), reçu {len(value)} suites"
        )
    xs, ys = ([_number(name, v) for v in part] for part in value)
    if len(xs) != len(ys) or len(xs) < 2:
        raise ValueError(
            f"« {name} » : la courbe a {len(xs)} abscisses et {len(ys)} ordonnées ; il "
            "en faut autant, et deux au moins"
        )
    if any(a >= b for a, b in pairwise(xs)):
        raise ValueError(f"« {name} » : les abscisses doivent être croissantes")
    return [xs, ys]


def _sentence(value: object, unit: str) -> str:
    """Écrit la mesure : « Mesure : 256,3 », ou ce que la courbe parcourt."""
    suffix = f"\u00a0{unit}" if unit else ""
    if not isinstance(value, list):
        return f"Mesure\u00a0: {fr(value)}{suffix}"
    xs, ys = value
    return (
        f"Courbe mesurée\u00a0: de {fr(ys[0])}{suffix} (abscisse {fr(xs[0])}) à "
        f"{fr(ys[-1])}{suffix} (abscisse {fr(xs[-1])})"
    )
