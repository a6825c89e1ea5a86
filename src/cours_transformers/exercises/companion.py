"""Un processus à qui l'on parle par lignes de JSON, et que l'on peut tuer."""

import atexit
import json
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path

SCRIPT = Path(__file__).with_name("triton_worker.py")
START = 120.0  # secondes : importer PyTorch et Triton sur une machine très occupée
POLL = 0.05  # secondes entre deux réveils, où le délai d'un essai peut nous arrêter


class CompanionDiedError(Exception):
    """Le processus s'est arrêté avant d'avoir répondu."""


class Companion:
    """Le processus, démarré au besoin ; un seul appelant à la fois."""

    def __init__(self, script: Path = SCRIPT):
        self.script = script
        self.process: subprocess.Popen | None = None
        self.lines: queue.Queue = queue.Queue()
        atexit.register(self.stop)

    def start(self) -> str:
        """Démarre le processus s'il ne l'est pas ; rend ce qui l'empêche de servir.

        Raises:
            CompanionDiedError: le processus meurt ou se tait au démarrage.
        """
        if self.process and self.process.poll() is None:
            return ""
        self.process = subprocess.Popen(
            [sys.executable, str(self.script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            env={**os.environ, "TRITON_INTERPRET": "1"},
        )
        self.lines = queue.Queue()
        threading.Thread(
            target=_relay, args=(self.process.stdout, self.lines), daemon=True
        ).start()
        try:
            reason = self._answer(START)["obstacle"]
        except BaseException:  # interrompu : sa première ligne ne doit pas rester
            self.stop()
            raise
        if reason:
            self.stop()
        return reason

    def ask(self, request: object) -> dict:
        """Envoie une demande et attend sa réponse, sans délai : l'appelant en a un.

        Si l'attente est interrompue, de quelque façon que ce soit, le processus est
        tué : c'est ainsi que finit une boucle sans fin.

        Raises:
            CompanionDiedError: le processus n'est pas en marche, ou meurt en route.
        """
        if self.process is None or self.process.poll() is not None:
            raise CompanionDiedError("il ne tourne plus")
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
            return self._answer(float("inf"))
        except (BrokenPipeError, OSError):
            raise CompanionDiedError("il ne répond plus") from None
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Tue le processus, s'il tourne."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def _answer(self, limit: float) -> dict:
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            try:
                line = self.lines.get(timeout=POLL)
            except queue.Empty:
                continue
            if line is None:
                code = self.process.wait()
                raise CompanionDiedError(f"il s'est arrêté, code {code}")
            return json.loads(line)
        raise CompanionDiedError(f"il n'a pas démarré en {limit:.0f} s")


def _relay(stream, lines: queue.Queue) -> None:
    """Transmet les lignes du processus, puis ``None`` quand il se tait pour de bon."""
    for line in stream:
        lines.put(line)
    lines.put(None)
