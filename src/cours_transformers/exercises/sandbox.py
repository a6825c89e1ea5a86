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
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from cours_transformers.exercises.capture import captured
from cours_transformers.exercises.faults import is_library

GRACE = 2.0  # secondes laissées à un fil qu'on arrête


class TimeLimit(SystemExit):
    """Délai dépassé (``threading`` ne dit rien d'un fil qui finit par SystemExit).

    L'exception se construit dans le fil visé : elle en profite pour se faire lever
    de nouveau à la ligne suivante, ce qu'un « except: pass » ne peut pas avaler.
    """

    def __init__(self):
        super().__init__()
        frame = sys._getframe(1)
        while frame:
            if not is_library(frame.f_code.co_filename):
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
        stack: où en était l'appel quand on l'a arrêté : fichiers et lignes.
    """

    value: object = None
    error: BaseException | None = None
    printed: str = ""
    stopped: str = ""
    stack: tuple[tuple[str, int], ...] = ()


def run(call: Callable[[], object], limit: float | int) -> Outcome:
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
        stopped, stack = _wait(worker, limit)
    result = results[0] if results else {"error": TimeoutError()}
    return Outcome(**result, printed=str(output), stopped=stopped, stack=stack)


def _wait(worker: threading.Thread, limit: float | int) -> tuple[str, tuple]:
    """Attend la fin du fil ; au besoin l'arrête. Dit pourquoi, et où il en était."""
    try:
        worker.join(limit)
        reason = "limit"
    except KeyboardInterrupt:  # le bouton « arrêter » du carnet
        reason = "interrupt"
    frame = sys._current_frames().get(worker.ident)
    if frame is None:
        return ("" if reason == "limit" else reason), ()
    points = [(f.f_code.co_filename, n) for f, n in traceback.walk_stack(frame)]
    _stop(worker)
    return ("lost" if worker.is_alive() else reason), tuple(reversed(points))


def _stop(worker: threading.Thread) -> None:
    """Dépose l'exception dans le fil, et insiste un moment s'il l'avale."""
    deadline = time.monotonic() + GRACE
    while worker.is_alive() and time.monotonic() < deadline:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(worker.ident), ctypes.py_object(TimeLimit)
        )
        worker.join(0.1)
