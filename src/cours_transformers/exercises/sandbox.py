"""Exécution prudente du code du lecteur : rien de ce qu'il fait ne doit nous arrêter.

Le code s'exécute dans un fil à part. Passé le délai, une exception y est déposée de
l'extérieur (``PyThreadState_SetAsyncExc``) : cela marche sous tous les systèmes et
dans tout noyau Jupyter, à la différence des signaux. Un appel bloqué en C
(``time.sleep``) n'y est pas sensible : il est alors abandonné, et on le dit.
"""

import contextvars
import ctypes
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from cours_transformers.exercises.capture import captured

GRACE = 2.0  # secondes laissées à un fil qu'on arrête


class TimeLimit(SystemExit):
    """Délai dépassé (``threading`` ne dit rien d'un fil qui finit par SystemExit).

    L'exception se construit dans le fil visé : elle en profite pour se faire lever
    de nouveau à la ligne suivante, ce qu'un « except: pass » ne peut pas avaler.
    """

    def __init__(self):
        super().__init__()
        frame = sys._getframe(1)
        while frame and frame.f_code.co_filename != __file__:
            frame.f_trace = _raise_again
            frame = frame.f_back
        sys.settrace(lambda *event: None)  # sans quoi les f_trace dorment


def _raise_again(*event: object) -> None:
    raise TimeLimit


@dataclass(frozen=True)
class Outcome:
    """Ce qu'a donné un appel.

    Args:
        value: valeur renvoyée.
        error: exception levée, de n'importe quel type.
        printed: ce qui a été affiché, tronqué.
        stopped: vide, ou bien ``limit`` (délai), ``interrupt`` (arrêt demandé par
            le lecteur), ``lost`` (l'appel a résisté et tourne encore).
    """

    value: object = None
    error: BaseException | None = None
    printed: str = ""
    stopped: str = ""


def run(call: Callable[[], object], limit: float) -> Outcome:
    """Exécute ``call()`` dans un fil à part, pendant ``limit`` secondes au plus."""
    results: list[dict] = []
    context = contextvars.copy_context()

    def work() -> None:
        try:
            results.append({"value": context.run(call)})
        except BaseException as error:  # même sys.exit() et KeyboardInterrupt
            results.append({"error": error})

    worker = threading.Thread(target=work, daemon=True)
    with captured(worker) as output:
        worker.start()
        stopped = _wait(worker, limit)
    result = results[0] if results else {"error": TimeoutError()}
    return Outcome(**result, printed=str(output), stopped=stopped)


def _wait(worker: threading.Thread, limit: float) -> str:
    """Attend la fin du fil ; au besoin l'arrête, et dit pourquoi."""
    try:
        worker.join(limit)
        reason = "limit"
    except KeyboardInterrupt:  # le bouton « arrêter » du carnet
        reason = "interrupt"
    if not worker.is_alive():
        return "" if reason == "limit" else reason
    deadline = time.monotonic() + GRACE
    while worker.is_alive() and time.monotonic() < deadline:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(worker.ident), ctypes.py_object(TimeLimit)
        )
        worker.join(0.001)
    return "lost" if worker.is_alive() else reason
