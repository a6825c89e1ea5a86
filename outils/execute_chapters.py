"""Exécute les chapitres deux à la fois et garde leurs sorties pour le site.

Le site les relit dans ce cache : il n'exécute rien lui-même. Un échec nomme le
chapitre, la cellule, sa ligne et la cause.
"""

import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import nbformat
from freshness import ROOT
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from myst_nb.core.config import NbParserConfig
from myst_nb.core.read import create_nb_reader
from myst_parser.config.main import MdParserConfig
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

CACHE = ROOT / "_build" / ".jupyter_cache"
BUDGET = 60  # secondes, pour un chapitre seul sur un fil
CELL_TIMEOUT = 300
KERNEL_VARIABLES = {
    "COURS_PAGE": "1",  # les interactions deviennent du HTML autonome
    "OMP_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "TOKENIZERS_PARALLELISM": "false",
}
_lock = threading.Lock()


@dataclass
class CellError(Exception):
    """Une cellule a échoué : où, et pourquoi."""

    chapter: str
    cell: int
    line: int
    cause: str

    def __str__(self) -> str:
        place = f"{self.chapter}, ligne {self.line} (cellule de code n° {self.cell})"
        return f"{place} :\n    {self.cause}"


def read_notebook(path: Path) -> nbformat.NotebookNode:
    """Lit un chapitre comme le site le lira, pour que le cache le reconnaisse."""
    text = path.read_text(encoding="utf-8")
    reader = create_nb_reader(str(path), MdParserConfig(), NbParserConfig(), text)
    if reader is None:
        raise SystemExit(f"{path.name} : l'en-tête jupytext ou kernelspec manque.")
    return reader.read(text)


def pending(chapters: list[Path]) -> list[tuple[Path, nbformat.NotebookNode]]:
    """Chapitres dont les sorties ne sont pas dans le cache."""
    cache, missing = get_cache(CACHE), []
    for path in chapters:
        notebook = read_notebook(path)
        try:
            cache.match_cache_notebook(notebook)
        except KeyError:
            missing.append((path, notebook))
    return missing


def execute(path: Path, notebook: nbformat.NotebookNode) -> float:
    """Exécute un chapitre, range ses sorties dans le cache, renvoie sa durée."""
    start = time.perf_counter()
    client = NotebookClient(
        notebook,
        timeout=CELL_TIMEOUT,
        resources={"metadata": {"path": str(path.parent)}},
        store_widget_state=False,
        record_timing=False,  # sinon le cache ne reconnaîtrait plus les cellules
        extra_arguments=["--IPKernelApp.log_level=40"],
    )
    try:
        client.execute(env={**os.environ, **KERNEL_VARIABLES})
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        raise _locate(path, notebook, error) from error
    seconds = time.perf_counter() - start
    join_streams(notebook)
    bundle = CacheBundleIn(notebook, str(path), data={"execution_seconds": seconds})
    with _lock:  # la base du cache n'aime pas deux écritures à la fois
        get_cache(CACHE).cache_notebook_bundle(
            bundle, check_validity=False, overwrite=True
        )
    return seconds


def join_streams(notebook: nbformat.NotebookNode) -> None:
    """Recolle ce qu'un même ``print`` a écrit en plusieurs envois.

    Le noyau coupe où bon lui semble ; MyST-NB mettrait chaque morceau à la ligne.
    """
    for cell in notebook.cells:
        joined: list[nbformat.NotebookNode] = []
        for output in cell.get("outputs", []):
            last = joined[-1] if joined else None
            stream = output.output_type == "stream"
            if stream and last and last.get("name") == output.name:
                last.text += output.text
            else:
                joined.append(output)
        if cell.cell_type == "code":
            cell.outputs = joined


def _locate(path: Path, notebook: nbformat.NotebookNode, error: Exception) -> CellError:
    """Retrouve la cellule fautive et la dernière ligne de son erreur."""
    lines = notebook.metadata.get("source_map", [0] * len(notebook.cells))
    rank, where, started = 0, 0, 0
    for cell, line in zip(notebook.cells, lines, strict=True):
        if cell.cell_type != "code":
            continue
        rank += 1
        if cell.get("execution_count") is not None or cell.get("outputs"):
            where, started = line + 1, rank
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                cause = f"{output.ename} : {output.evalue}"
                return CellError(path.name, rank, line + 1, cause)
    if isinstance(error, CellTimeoutError):
        return CellError(
            path.name, started, where, f"plus de {CELL_TIMEOUT} s de calcul"
        )
    return CellError(path.name, started, where, f"le noyau s'est arrêté ({error})")


def _report(rank: int, total: int, path: Path, seconds: float) -> None:
    slow = f" — au-delà des {BUDGET} s prévues" if seconds > BUDGET else ""
    print(f"  [{rank}/{total}] {path.stem} : {seconds:.1f} s{slow}", flush=True)


def main() -> int:
    """Exécute ce qui manque au cache ; code 1 si une cellule échoue."""
    chapters = sorted((ROOT / "chapitres").glob("*.md"))
    missing = pending(chapters)
    kept = len(chapters) - len(missing)
    print(f"Chapitres : {len(missing)} à exécuter, {kept} déjà à jour.", flush=True)
    failures, done = [], 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        tasks = {pool.submit(execute, *pair): pair[0] for pair in missing}
        for task, path in tasks.items():
            try:
                seconds = task.result()
            except CellError as failure:
                failures.append(failure)
                continue
            done += 1
            _report(done, len(missing), path, seconds)
    for failure in failures:
        print(f"\nÉCHEC — {failure}", file=sys.stderr)
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
