"""Capture de ce qu'un seul fil d'exécution affiche, dans la limite du raisonnable."""

import io
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

KEPT = 1000  # caractères gardés ; au-delà, on ne fait que compter


class Capture(io.TextIOBase):
    """Flux qui garde le début de ce qu'affiche ``worker``, et laisse passer le reste.

    Les autres fils (la barre de progression d'un autre calcul, le noyau Jupyter)
    continuent d'écrire à l'endroit habituel.
    """

    def __init__(self, worker: threading.Thread):
        self.worker = worker
        self.text, self.lost = "", 0
        self.usual = sys.stdout

    def writable(self) -> bool:
        """Le flux accepte l'écriture."""
        return True

    def write(self, text: str) -> int:
        """Garde ce qui tient encore, compte ce qui déborde."""
        if threading.current_thread() is not self.worker:
            return self.usual.write(text)
        kept = text[: KEPT - len(self.text)]
        self.text += kept
        self.lost += len(text) - len(kept)
        return len(text)

    def flush(self) -> None:
        """Vide le flux habituel, sauf depuis le fil capturé."""
        if threading.current_thread() is not self.worker:
            self.usual.flush()

    def __str__(self) -> str:
        return self.text.rstrip() + (
            f"\n… et {self.lost} autres caractères" if self.lost else ""
        )


@contextmanager
def captured(worker: threading.Thread) -> Iterator[Capture]:
    """Détourne les sorties standard de ``worker`` le temps du bloc."""
    usual = sys.stdout, sys.stderr
    capture = Capture(worker)
    sys.stdout = sys.stderr = capture
    try:
        yield capture
    finally:
        sys.stdout, sys.stderr = usual
