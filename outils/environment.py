"""Crée l'environnement virtuel du projet et le tient à jour."""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"


def venv_python() -> Path:
    """Chemin de l'interpréteur, sous Windows comme ailleurs."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def ensure_environment() -> None:
    """Installe ce que fixe requirements.txt, sauf si c'est déjà fait."""
    if sys.version_info < (3, 11):  # noqa: UP036 — lancé par le Python de la machine
        sys.exit(f"Il faut Python 3.11 ou plus récent ; reçu {sys.version.split()[0]}.")
    stamp, wanted = VENV / "cours.empreinte", _fingerprint()
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    if not venv_python().exists():
        print("Création de l'environnement .venv…", flush=True)
        _create()
    print("Installation des paquets (quelques minutes la première fois)…", flush=True)
    for arguments in _install_steps():
        _pip(*arguments)
    stamp.write_text(wanted, encoding="utf-8")


def _fingerprint() -> str:
    """Empreinte de ce qui est demandé : paquets, interpréteur, choix de torch."""
    parts = [
        (ROOT / name).read_bytes() for name in ("requirements.txt", "pyproject.toml")
    ]
    parts += [sys.version.encode(), os.environ.get("TORCH", "").encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _create() -> None:
    try:
        venv.create(VENV, with_pip=True)
    except (subprocess.CalledProcessError, OSError) as error:
        sys.exit(
            f"Impossible de créer .venv : {error}\n"
            "Sous Debian ou Ubuntu : sudo apt install python3-venv"
        )


def _install_steps() -> list[list[str]]:
    """Torch d'abord (lui seul a deux variantes), puis le reste, figé."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    torch = next(line for line in lines if line.startswith("torch=="))
    choice = os.environ.get("TORCH", "")
    if choice not in ("", "cpu"):
        sys.exit(
            f"TORCH : « cpu » ou rien (le défaut de votre système) ; reçu {choice!r}"
        )
    index = ["--index-url", CPU_INDEX] if choice == "cpu" else []
    return [
        ["install", *index, torch],
        ["install", "--no-deps", "--no-compile", "-r", "requirements.txt"],
        ["install", "--no-deps", "--no-build-isolation", "-e", "."],
    ]


def _pip(*arguments: str) -> None:
    command = [str(venv_python()), "-m", "pip", *arguments]
    quiet = ["--quiet", "--disable-pip-version-check", "--no-warn-script-location"]
    result = subprocess.run(command + quiet, cwd=ROOT, capture_output=True, text=True)
    if result.returncode:
        sys.exit(
            f"L'installation a échoué : pip {' '.join(arguments)}\n{result.stderr}\n"
            "Vérifiez la connexion, puis relancez : ce qui est déjà là sera gardé."
        )
