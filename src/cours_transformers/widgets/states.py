"""États calculés d'avance : chaque combinaison de réglages, dessinée une fois."""

from collections.abc import Callable
from itertools import product

from cours_transformers.visualization.text import THIN_SPACE
from cours_transformers.widgets.choice import Choice, label_at, values_at
from cours_transformers.widgets.html import render

MAX_STATES = 60
MAX_BYTES = 400_000

Index = tuple[int, ...]


def compute_states(
    draw: Callable, choices: dict[str, Choice], name: str = "explore"
) -> dict[Index, str]:
    """Dessine tous les états, du premier réglage (le plus lent à varier) au dernier.

    Raises:
        ValueError: s'il y a trop d'états, ou si l'un d'eux échoue.
    """
    counts = [len(choice.values) for choice in choices.values()]
    total = 1
    for count in counts:
        total *= count
    if total > MAX_STATES:
        raise ValueError(
            f"{name} : {' × '.join(map(str, counts))} = {total} états à calculer "
            f"d'avance, {MAX_STATES} au plus ; gardez moins de valeurs par réglage"
        )
    indices = product(*(range(count) for count in counts))
    return {index: _draw_state(draw, choices, index) for index in indices}


def check_weight(html: str, total: int) -> str:
    """Refuse un explorateur trop lourd pour un téléphone.

    Raises:
        ValueError: au-delà de ``MAX_BYTES`` octets.
    """
    size = len(html.encode())
    if size > MAX_BYTES:
        raise ValueError(
            f"explore : {total} états pèsent {_thousands(size)} octets, "
            f"{_thousands(MAX_BYTES)} au plus ; gardez moins de valeurs, ou dessinez "
            "des figures plus légères"
        )
    return html


def _draw_state(draw: Callable, choices: dict[str, Choice], index: Index) -> str:
    try:
        return render(draw(**values_at(choices, index)))[0]
    except Exception as error:
        raise ValueError(
            f"explore : le dessin a échoué pour {label_at(choices, index)} "
            f"({type(error).__name__} : {error})"
        ) from error


def _thousands(count: int) -> str:
    return f"{count:,}".replace(",", THIN_SPACE)
