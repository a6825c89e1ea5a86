"""Construit le site : chapitres exécutés, puis Jupyter Book, sans avertissement."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from freshness import (
    BOOK_INPUTS,
    EXECUTION_INPUTS,
    PAGE_INPUTS,
    ROOT,
    digest,
    discard_if_changed,
)

BUILD = ROOT / "_build"


def output_root(solutions: str) -> Path:
    """Dossier que reçoit Jupyter Book ; l'édition sans corrigés a le sien."""
    return ROOT if solutions == "oui" else BUILD / "etudiants"


def discard_stale_outputs(solutions: str) -> None:
    """Jette ce que ``src/``, les versions ou les extensions ont rendu caduc."""
    execution = digest(EXECUTION_INPUTS)
    cache = BUILD / ".jupyter_cache"
    discard_if_changed(BUILD / "execution.empreinte", execution, [cache])
    output = output_root(solutions) / "_build"
    pages = [output / name for name in ("html", ".doctrees", "jupyter_execute")]
    current = digest(PAGE_INPUTS, execution, solutions)
    discard_if_changed(BUILD / f"pages-{solutions}.empreinte", current, pages)


def build_pages(solutions: str) -> int:
    """Lance Jupyter Book, tout avertissement étant une erreur."""
    output = output_root(solutions)
    start = "from jupyter_book.cli.main import main; main()"
    command = ["-c", start, "build", ".", "-n", "-W", "--keep-going", "-q"]
    if output != ROOT:
        command += ["--path-output", str(output)]
    variables = {"COURS_SOLUTIONS": solutions, "COURS_PAGE": "1", "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env={**os.environ, **variables}
    ).returncode


def run_tool(name: str) -> int:
    """Lance un autre outil : un livre à jour n'a pas à en charger les bibliothèques."""
    command = [sys.executable, str(ROOT / "outils" / name)]
    return subprocess.run(command, cwd=ROOT).returncode


def build(solutions: str) -> int:
    """Met à jour les carnets que la page propose, exécute, puis construit."""
    discard_stale_outputs(solutions)
    for tool in ("build_notebooks.py", "execute_chapters.py"):
        if code := run_tool(tool):
            return code
    if build_pages(solutions):
        # Une page à moitié construite ne doit pas passer pour un livre.
        shutil.rmtree(output_root(solutions) / "_build" / "html", ignore_errors=True)
        print("\nLa construction s'est arrêtée : voir l'avertissement ci-dessus.")
        return 1
    return 0


def main() -> int:
    """Construit ce qui doit l'être et dit où regarder ; code 1 à un avertissement."""
    solutions = os.environ.get("SOLUTIONS") or "oui"
    if solutions not in ("oui", "non"):
        print(f"SOLUTIONS : « oui » ou « non » ; reçu {solutions!r}", file=sys.stderr)
        return 2
    page = output_root(solutions) / "_build" / "html" / "index.html"
    done, wanted = BUILD / f"livre-{solutions}.empreinte", digest(BOOK_INPUTS)
    if page.exists() and done.exists() and done.read_text("utf-8") == wanted:
        print("Rien n'a changé depuis la dernière construction.")
    else:
        done.unlink(missing_ok=True)
        if code := build(solutions):
            return code
        done.write_text(wanted, encoding="utf-8")
    print(f"\nLe livre est prêt : {page}")
    print("Pour le lire : make servir, ou ouvrez ce fichier dans un navigateur.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
