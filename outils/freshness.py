"""Ce qui a été publié doit venir de ce qui est écrit : empreintes des sources.

Le cache d'exécution ne regarde que les cellules d'un chapitre ; or une sortie dépend
aussi de ``src/`` et des versions. Une empreinte par dossier décide de ce qui est jeté.
"""

import hashlib
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
EXECUTION_INPUTS = ("src", "requirements.txt", "outils/execute_chapters.py")
PAGE_INPUTS = (
    "book/_ext",
    "book/_assets",
    "book/_templates",
    "book/_vendor",
    "_config.yml",
    "_toc.yml",
    "outils/build_book.py",
)
BOOK_INPUTS = (*EXECUTION_INPUTS, *PAGE_INPUTS, "book", "chapitres", "outils")


def digest(inputs: Iterable[str], *extra: str) -> str:
    """Empreinte des fichiers nommés (récursivement), de leurs noms et de ``extra``."""
    hasher = hashlib.sha256("\0".join([sys.version, *extra]).encode())
    for name in inputs:
        path = ROOT / name
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and not _is_generated(file):
                hasher.update(file.relative_to(ROOT).as_posix().encode())
                hasher.update(file.read_bytes())
    return hasher.hexdigest()


def _is_generated(file: Path) -> bool:
    """Vrai pour ce qui se déduit d'un autre fichier : carnets, Python compilé."""
    return file.suffix == ".ipynb" or "__pycache__" in file.parts


def discard_if_changed(stamp: Path, current: str, stale: Iterable[Path]) -> bool:
    """Efface ``stale`` si l'empreinte notée dans ``stamp`` n'est plus ``current``."""
    if stamp.exists() and stamp.read_text(encoding="utf-8") == current:
        return False
    for folder in stale:
        shutil.rmtree(folder, ignore_errors=True)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(current, encoding="utf-8")
    return True
