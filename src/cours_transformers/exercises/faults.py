"""Exceptions du code du lecteur, dites en français avec sa propre ligne."""

import linecache
import re
import sysconfig
import traceback
from collections.abc import Iterable
from pathlib import Path

from cours_transformers.exercises.values import UnusableError

_PACKAGE = str(Path(__file__).resolve().parents[1])
_LIBRARIES = (
    _PACKAGE,
    *{sysconfig.get_path(key) for key in ("stdlib", "platstdlib", "purelib")},
    "<frozen",
)
# (type, motif du message d'origine, phrase) ; la première qui convient est prise.
_EXPLANATIONS: tuple[tuple[type[BaseException], str, str], ...] = (
    (
        RuntimeError,
        r"shapes cannot be multiplied \((\d+)x(\d+) and (\d+)x(\d+)\)",
        "on ne multiplie pas une matrice ({}, {}) par une matrice ({}, {}) : les deux "
        "dimensions du milieu doivent être égales. Manque-t-il une transposée ?",
    ),
    (
        RuntimeError,
        r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\)",
        "deux tenseurs de tailles {} et {} ne se combinent pas terme à terme. Quelle "
        "dimension faut-il ajouter, ou transposer ?",
    ),
    (
        RuntimeError,
        r"size mismatch|inconsistent tensor size|must match|expected size",
        "les formes des tenseurs ne s'accordent pas. Affichez-les avec `.shape`",
    ),
    (
        RuntimeError,
        r"(?:same dtype|expected scalar type|type \w+ but found)",
        "deux tenseurs n'ont pas le même type de nombres (`dtype`)",
    ),
    (
        RuntimeError,
        r"Boolean value of Tensor",
        "un tenseur de plusieurs nombres n'est ni vrai ni faux : `max`, `if` ou `and` "
        "n'en comparent qu'un. Pensez à `torch.maximum`, ou à `torch.where`",
    ),
    (UnboundLocalError, r"'(\w+)'", "`{}` est lu avant d'avoir reçu une valeur"),
    (NameError, r"name '(\w+)' is not defined", "le nom `{}` n'est pas défini"),
    (
        AttributeError,
        r"'([\w.]+)' object has no attribute '(\w+)'",
        "un objet de type `{}` n'a pas d'attribut `{}`",
    ),
    (ModuleNotFoundError, r"named '([\w.]+)'", "le module `{}` n'est pas installé"),
    (ZeroDivisionError, r"", "division par zéro"),
    (RecursionError, r"", "la fonction s'appelle elle-même sans fin"),
    (IndexError, r"", "un indice sort des limites"),
    (KeyError, r"(.+)", "la clé {} est absente"),
    (AssertionError, r"", "une assertion (`assert`) de votre code n'est pas vérifiée"),
    (NotImplementedError, r"", "une opération demandée n'existe pas pour ces types"),
    (SystemExit, r"", "votre code demande de quitter Python ; le carnet continue"),
    (KeyboardInterrupt, r"", "votre code lève lui-même `KeyboardInterrupt`"),
    (MemoryError, r"", "la mémoire ne suffit pas"),
    (TypeError, r"", "un argument n'a pas le type, ou le nombre, qui convient"),
    (ValueError, r"", "une valeur ne convient pas"),
)


def is_library(path: str) -> bool:
    """Ce fichier appartient à Python, à un paquet ou à ce cours, non au lecteur."""
    return path.startswith(_LIBRARIES)


def message_of(error: BaseException) -> str:
    """Première ligne du message d'origine, tronquée ; vide s'il est illisible."""
    try:
        lines = str(error).strip().splitlines()
    except Exception:  # le __str__ d'une exception du lecteur peut échouer
        return ""
    return lines[0][:200] if lines else ""


def explain(error: BaseException) -> str:
    """Phrase française, puis le nom et le message d'origine entre parenthèses."""
    message = message_of(error)
    if isinstance(error, UnusableError):
        return message
    said = f"`{type(error).__name__}`" + (f", « {message} »" if message else "")
    for kind, pattern, sentence in _EXPLANATIONS:
        found = re.search(pattern, message) if isinstance(error, kind) else None
        if found:
            return f"{sentence.format(*found.groups())} ({said})"
    return f"votre code s'arrête sur une erreur ({said})"


def traced(error: BaseException) -> list[tuple[str, int]]:
    """Fichiers et lignes que l'exception a traversés."""
    steps = traceback.walk_tb(error.__traceback__)
    return [(frame.f_code.co_filename, number) for frame, number in steps]


def locate(points: Iterable[tuple[str, int]]) -> str:
    """« ligne 3 : `return q @ k` », la dernière écrite par le lecteur ; ou rien."""
    found = ""
    for path, number in points:
        if is_library(path):
            continue
        source = linecache.getline(path, number).strip()[:120]
        found = f"ligne {number}" + (f" : `{source}`" if source else "")
    return found
