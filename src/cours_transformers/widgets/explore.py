"""Un même appel pour faire varier des réglages : carnet vivant ou page publiée."""

from collections.abc import Callable

from cours_transformers.widgets.choice import Choice, check_choices
from cours_transformers.widgets.html import Html
from cours_transformers.widgets.live import LiveExplorer
from cours_transformers.widgets.page import is_page
from cours_transformers.widgets.static import StaticExplorer

__all__ = ["Choice", "Html", "explore"]


def explore(
    draw: Callable[..., object], *, caption: str = "", **choices: Choice
) -> LiveExplorer | StaticExplorer:
    """Montre ``draw(**valeurs)`` et les réglages qui la font changer.

    Dans JupyterLab et Colab, des widgets appellent ``draw`` à chaque réglage. Dans la
    page publiée, sans noyau, tous les états sont calculés d'avance.

    Args:
        draw: reçoit une valeur par réglage ; renvoie une figure du cours, un texte
            ou ``Html(…)``.
        caption: phrase affichée sous les réglages.
        choices: d'un à trois réglages, dans l'ordre d'affichage.

    Raises:
        ValueError: dans la page, au-delà de 60 états ou de 400 000 octets.

    >>> explore(draw, temperature=Choice("Température", [0.5, 1, 2], initial=1))
    """
    if not callable(draw):
        raise TypeError(f"draw doit être une fonction, reçu {type(draw).__name__}")
    choices = check_choices(choices)
    explorer = StaticExplorer if is_page() else LiveExplorer
    return explorer(draw, choices, caption)
