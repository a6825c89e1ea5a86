"""Une barre de progression : vivante dans un carnet, son dernier état dans la page."""

import sys
from collections.abc import Callable

from IPython import get_ipython
from IPython.display import HTML, display

from cours_transformers.visualization.text import fr


def progress_bar(
    total: int, label: str = "Entraînement"
) -> Callable[[int, float], None]:
    """Rend une fonction (pas, perte) qui fait avancer une barre de ``total`` pas.

    Elle est redessinée cent fois au plus. Hors d'un carnet, une ligne de texte.

    Raises:
        ValueError: ``total`` nul.
    """
    if total < 1:
        raise ValueError(f"total doit valoir au moins 1 pas ; reçu {total}")
    every, handle = max(1, total // 100), None

    def show(step: int, loss: float) -> None:
        nonlocal handle
        if step % every and step != total:
            return
        text = f"{label} : pas {fr(step)} sur {fr(total)}, perte {fr(loss, 3)}"
        if get_ipython() is None:
            end = "\n" if step == total else ""
            sys.stdout.write(f"\r{text}{end}")
        elif handle is None:
            handle = display(_Bar(text, step, total), display_id=True)
        else:
            handle.update(_Bar(text, step, total))

    return show


class _Bar(HTML):
    """La barre en HTML, et la même chose en mots."""

    def __init__(self, text: str, step: int, total: int):
        super().__init__(
            f'<p class="progression"><progress max="{total}" value="{step}" '
            f'aria-label="{text}"></progress> {text}</p>'
        )
        self.text = text

    def __repr__(self) -> str:
        return self.text
