"""Une barre de progression : vivante dans un carnet, son dernier état dans la page."""

import sys
import time
from collections.abc import Callable

from IPython import get_ipython
from IPython.display import HTML, display

from cours_transformers.visualization.text import fr


def progress_bar(
    total: int, label: str = "Entraînement", *, tokens_per_step: int = 0
) -> Callable[[int, float], None]:
    """Rend une fonction (pas, perte) qui fait avancer une barre de ``total`` pas.

    Elle est redessinée cent fois au plus. Hors d'un carnet, une ligne de texte.

    Args:
        tokens_per_step: tokens lus à chaque pas ; la barre dit alors combien le sont
            par seconde, depuis le premier pas montré.

    Raises:
        ValueError: ``total`` nul, ou tokens en nombre négatif.
    """
    if total < 1 or tokens_per_step < 0:
        raise ValueError(
            "total doit valoir au moins 1 pas, et tokens_per_step au moins 0 ; "
            f"reçu {total} et {tokens_per_step}"
        )
    every, handle, first = max(1, total // 100), None, None

    def show(step: int, loss: float) -> None:
        nonlocal handle, first
        first = first or (step, time.perf_counter())
        if step % every and step != total:
            return
        text = f"{label} : pas {fr(step)} sur {fr(total)}, perte {fr(loss, 3)}"
        if tokens_per_step and step > first[0]:
            elapsed = time.perf_counter() - first[1]
            speed = tokens_per_step * (step - first[0]) / elapsed
            text += f", {fr(round(speed))} tokens par seconde"
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
