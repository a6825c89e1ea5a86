"""Toutes les commandes du projet, avec la seule bibliothèque standard.

``make livre`` n'est qu'un raccourci : sous Windows, ``python outils/make.py livre``.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from environment import ROOT, ensure_environment, venv_python

PYTEST = ("-m", "pytest", "-q", "-n", "2")
# Ce qui a son étape à part : le site, Colab, et les noyaux (un autre processus).
ELSEWHERE = [f"--ignore=tests/{name}" for name in ("livre", "colab", "kernels/flash")]
SHARED = ["chapitres", "src", "tests", "outils", "book"]
Step = tuple[str, Callable[[], int]]


def run(*command: str, **variables: str) -> int:
    """Lance une commande du projet dans son environnement ; renvoie son code."""
    variables = {"OMP_NUM_THREADS": "1", "PYTHONUTF8": "1", **variables}
    sys.stdout.flush()
    return subprocess.run(
        [str(venv_python()), *command], cwd=ROOT, env={**os.environ, **variables}
    ).returncode


def script(name: str, *arguments: str) -> int:
    """Lance un outil du dossier ``outils``."""
    return run(str(ROOT / "outils" / name), *arguments)


def pytest(*arguments: str, share: str = "loadfile") -> int:
    """Lance pytest sur deux processus ; sauf avis contraire, aucun fichier partagé."""
    return run(*PYTEST, "--dist", share, *arguments)


def style() -> int:
    """Style et contrat d'import."""
    checked = [name for name in SHARED if name != "chapitres"]
    return max(
        run("-m", "ruff", "check", *checked),
        run("-m", "ruff", "format", "--check", *checked),
        run("-c", "from importlinter.cli import lint_imports_command as main; main()"),
    )


def unit_tests() -> int:
    """Tests du code, formes des tenseurs contrôlées à chaque appel."""
    hook = "--jaxtyping-packages=cours_transformers,beartype.beartype"
    return pytest("tests", *ELSEWHERE, hook, "-m", "not sans_jaxtyping")


def error_tests() -> int:
    """Seconde passe, sans ce contrôle : nos propres erreurs, en français."""
    return pytest("tests", *ELSEWHERE, "-m", "sans_jaxtyping")


def kernel_tests() -> int:
    """Noyaux Triton : interprétés sur le CPU, puis compilés pour des GPU absents."""
    if run("-c", "import importlib.util as u; exit(u.find_spec('triton') is None)"):
        print("triton n'est pas installé (il n'existe que sous Linux) : étape vide.")
        return 0
    return max(
        run(
            *PYTEST, "--dist", "worksteal", "tests/kernels/flash", TRITON_INTERPRET="1"
        ),
        script("measure_compilation.py", "--essai"),
    )


def nbval() -> int:
    """Exécute chaque cellule de chaque carnet, comme le ferait une lectrice."""
    return pytest("--nbval-lax", "chapitres", "-p", "no:cacheprovider")


def site_tests() -> int:
    """Le site construit, dans un vrai navigateur."""
    # Chaque processus prend le test suivant : rien n'attend la fin d'un long fichier.
    return pytest("tests/livre", share="worksteal")


def book() -> int:
    """Exécute les chapitres, puis construit le site."""
    return script("build_book.py")


def test() -> int:
    """Lance tout ce que lance l'intégration continue et résume."""
    steps: list[Step] = [
        ("style et contrat d'import", style),
        ("carnets à jour", lambda: script("build_notebooks.py", "--check")),
        ("ressources tierces", lambda: script("update_vendor.py", "--check")),
        ("langue", lambda: script("check_language.py")),
        ("tests du code", unit_tests),
        ("messages d'erreur", error_tests),
        ("noyaux Triton", kernel_tests),
        ("construction du livre", book),
        ("nbval : chaque cellule de chaque chapitre", nbval),
        ("site dans un navigateur", site_tests),
        ("environnement de Colab", lambda: script("colab_environment.py")),
    ]
    results = [run_step(i, len(steps), step) for i, step in enumerate(steps, 1)]
    print("\n── Bilan " + "─" * 60)
    for (name, _), (code, seconds) in zip(steps, results, strict=True):
        print(f"{'réussi' if code == 0 else 'ÉCHEC ':8}{seconds:7.0f} s  {name}")
    failed = sum(code != 0 for code, _ in results)
    print(f"{len(results) - failed} passed, {failed} failed")
    return int(failed > 0)


def run_step(rank: int, total: int, step: Step) -> tuple[int, float]:
    """Annonce et chronomètre une étape."""
    name, action = step
    print(f"\n── {rank}/{total} · {name} " + "─" * max(0, 50 - len(name)), flush=True)
    start = time.perf_counter()
    return action(), time.perf_counter() - start


def measures() -> int:
    """Refait toutes les mesures, une à une : machine au repos, une petite heure."""
    scripts = sorted(path.name for path in (ROOT / "outils").glob("measure_*.py"))
    return max(script(name) for name in scripts)


def clean() -> int:
    """Efface ce que la construction a produit ; l'environnement reste."""
    import shutil

    shutil.rmtree(ROOT / "_build", ignore_errors=True)
    print("_build/ est effacé. Pour repartir de zéro, effacez aussi .venv/.")
    return 0


def lab() -> int:
    """Ouvre les carnets des chapitres dans JupyterLab."""
    return run("-m", "jupyter", "lab", "--notebook-dir", str(ROOT / "chapitres"))


COMMANDS: dict[str, tuple[str, Callable[[], int]]] = {
    "livre": ("exécute les chapitres et construit le site (_build/html)", book),
    "test": ("tout ce que vérifie l'intégration continue", test),
    "servir": ("montre le site ; LAN=oui pour les téléphones de la salle",
               lambda: script("serve.py")),
    "lab": ("ouvre les chapitres dans JupyterLab", lab),
    "carnets": ("produit les carnets .ipynb depuis les sources .md",
                lambda: script("build_notebooks.py")),
    "langue": ("relit le français des chapitres, des pages et du code",
               lambda: script("check_language.py")),
    "style": ("ruff et contrat d'import", style),
    "mesures": ("refait les mesures de src/cours_transformers/measurements",
                measures),
    "environnement": ("crée ou met à jour .venv", lambda: 0),
    "propre": ("efface _build/", clean),
}  # fmt: skip


def main(arguments: list[str]) -> int:
    """Prépare l'environnement, puis lance la commande demandée."""
    name = arguments[0] if arguments else "aide"
    if name not in COMMANDS:
        if name != "aide":
            print(f"Commande inconnue : {name}", file=sys.stderr)
        for command, (meaning, _) in COMMANDS.items():
            print(f"  make {command:14} {meaning}")
        return int(name != "aide")
    if name != "propre":
        ensure_environment()
    return COMMANDS[name][1]()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    sys.exit(main(sys.argv[1:]))
