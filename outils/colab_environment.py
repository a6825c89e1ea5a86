"""Vérifie le cours dans un environnement aux versions de Colab.

Il crée ``.venv-colab`` aux versions exactes de ``tests/colab/requirements.txt`` ;
vérifie à blanc qu'installer le cours n'y ajoute que ``tests/colab/ajouts.txt`` et ne
remplace rien ; l'installe ; exécute ``tests/colab`` et les carnets des chapitres.

Usage : ``python outils/colab_environment.py`` ; ``--sans-essais`` s'arrête après
l'installation.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

from notebooks.header import EXTRAS

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / ".venv-colab"
REQUIREMENTS = ROOT / "tests" / "colab" / "requirements.txt"
ADDITIONS = ROOT / "tests" / "colab" / "ajouts.txt"
STAMP = ENVIRONMENT / "cours.empreinte"
PINS = ROOT / "requirements.txt"
COURSE = "cours-transformers"
PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check")


def python() -> Path:
    """Interpréteur de l'environnement."""
    return ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def run(*arguments: str) -> int:
    """Lance Python dans l'environnement ; renvoie son code."""
    variables = {"OMP_NUM_THREADS": "1", "PYTHONUTF8": "1", "MPLBACKEND": "agg"}
    sys.stdout.flush()
    command = [str(python()), *arguments]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **variables}).returncode


def pip(*arguments: str) -> str:
    """Lance pip ; une erreur arrête tout, avec ce que pip en dit."""
    command = [str(python()), *PIP, *arguments]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"Échec : pip {' '.join(arguments)}\n{result.stderr}")
    return result.stdout


def ensure_environment() -> None:
    """Crée l'environnement, sauf s'il répond déjà aux mêmes demandes."""
    files = (REQUIREMENTS, ADDITIONS, PINS, ROOT / "pyproject.toml")
    parts = [path.read_bytes() for path in files] + [sys.version.encode()]
    wanted = hashlib.sha256(b"\0".join(parts)).hexdigest()
    if STAMP.exists() and STAMP.read_text(encoding="utf-8") == wanted:
        return
    print("Création de .venv-colab, aux versions de Colab…", flush=True)
    venv.create(ENVIRONMENT, with_pip=True, clear=True)
    index = _torch_index()
    pip("install", "--no-deps", "--no-compile", *index, "-r", str(REQUIREMENTS))
    check_additions(planned_additions())
    pip("install", "--no-deps", "-r", str(ADDITIONS))
    pip("install", "--no-deps", "-e", ".")
    for name in EXTRAS.values():  # comme le fait l'en-tête d'un carnet qui s'en sert
        pip("install", "--no-deps", f"{name}=={read_pins(PINS)[name]}")
    STAMP.write_text(wanted, encoding="utf-8")


def _torch_index() -> list[str]:
    """Là où le choix TORCH=cpu a été fait, il vaut aussi ici."""
    if os.environ.get("TORCH") != "cpu":
        return []
    return ["--extra-index-url", "https://download.pytorch.org/whl/cpu"]


def planned_additions() -> list[dict]:
    """Ce que pip installerait avec le cours, lui excepté : rien n'est installé."""
    report = pip("install", "--dry-run", "--report", "-", ".")
    planned = json.loads(report)["install"]
    return [item for item in planned if name_of(item) != COURSE]


def name_of(item: dict) -> str:
    """Nom normalisé d'un paquet du rapport de pip."""
    return normalized(item["metadata"]["name"])


def normalized(name: str) -> str:
    """Nom de paquet, comme PyPI le compare."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_pins(path: Path) -> dict[str, str]:
    """Versions fixées par un fichier de demandes ; les conditions sont laissées."""
    lines = path.read_text(encoding="utf-8").splitlines()
    asked = (line.partition(";")[0] for line in lines if line[:1] != "#")
    pins = (line.split("==") for line in asked if "==" in line)
    return {normalized(name): version.strip() for name, version in pins}


def check_additions(planned: list[dict]) -> None:
    """Refuse un remplacement, un paquet inattendu ou un paquet compilé."""
    present, allowed = read_pins(REQUIREMENTS), read_pins(ADDITIONS)
    faults = []
    for item in planned:
        name, version = name_of(item), item["metadata"]["version"]
        file = item["download_info"]["url"].rsplit("/", 1)[-1]
        if name in present:
            faults.append(f"{name} {present[name]} serait remplacé par {version}")
        elif name not in allowed:
            faults.append(f"{name} {version} n'est pas dans {ADDITIONS.name}")
        elif not file.endswith("-none-any.whl"):
            faults.append(f"{name} {version} n'est pas en pur Python ({file})")
    missing = allowed.keys() - {name_of(item) for item in planned}
    faults += [f"{name} : listé dans {ADDITIONS.name}, inutile" for name in missing]
    if faults:
        sys.exit("Installer le cours abîmerait Colab :\n  " + "\n  ".join(faults))
    added = ", ".join(sorted(name_of(item) for item in planned)) or "rien"
    print(f"Installer le cours ajoute : {added}. Rien n'est remplacé.", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Prépare l'environnement, puis y exécute essais et carnets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sans-essais", action="store_true", help="installe seulement")
    options = parser.parse_args(arguments)
    ensure_environment()
    if options.sans_essais:
        return 0
    common = ("-m", "pytest", "-q", "--disable-warnings", "-p", "no:cacheprovider")
    code = run(*common, "tests/colab")
    two = ("-n", "2", "--dist", "loadfile")  # les cellules d'un carnet se suivent
    return max(code, run(*common, *two, "--nbval-lax", "chapitres"))


if __name__ == "__main__":
    sys.exit(main())
