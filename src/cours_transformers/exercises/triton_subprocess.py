"""Noyaux Triton du lecteur, essayés dans un processus à part, sans GPU.

Le mode interprété de Triton se choisit avant son premier import, et un accès hors d'un
tableau peut tuer le processus qui le fait. Celui du carnet n'importe donc jamais Triton
pour un exercice : il envoie le texte du noyau à ``triton_worker``, gardé d'un essai à
l'autre, car il met quelques secondes à démarrer.
"""

import ast
import builtins
import contextlib
import importlib.util
import inspect
import re
import textwrap
from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.companion import Companion, CompanionDiedError
from cours_transformers.exercises.values import UnusableError

MISSING = (
    "Triton n'est pas installé ici : votre noyau n'a pas été essayé, et ce n'est pas "
    "une faute. Sous Linux, `pip install triton` suffit, même sans GPU ; dans Colab, "
    "choisissez un environnement avec GPU"
)
# (motif du message d'origine, phrase) : ce qui surprend dans un noyau.
_EXPLANATIONS = (
    (
        r"must be of type tl.constexpr",  # langue : libre
        "`tl.arange` ne veut que des bornes connues à la compilation : est-ce bien "
        '`BLOCK`, et a-t-il gardé son annotation, `"tl.constexpr"` ?',
    ),
    (
        r"name '(\w+)' is not defined",
        "le nom `{}` n'est pas défini ici : un noyau ne voit que ses arguments et `tl`",
    ),
    (
        r"unsupported tensor index|does not support item assignment|is not iterable",
        "ni une adresse ni un bloc ne s'indexent ou ne se parcourent : ajoutez un rang "
        "à l'adresse, et passez par `tl.load`, `tl.store`, `tl.max`, `tl.sum`",
    ),
    (
        r"range must be a power of 2",  # langue : libre
        "un bloc a pour taille une puissance de deux : `BLOCK` en est une",
    ),
    (
        r"Unsupported ptr type",
        "`tl.load` et `tl.store` attendent d'abord une adresse, comme `x_ptr + rang`",
    ),
    (
        r"Value argument cannot be block type",  # langue : libre
        "vous écrivez tout un bloc à une seule adresse : une réduction a-t-elle été "
        "oubliée ?",
    ),
)
_companion = Companion()


def obstacle() -> str:
    """Dit pourquoi aucun noyau ne peut être essayé ici ; vide si rien ne s'y oppose.

    Démarre le processus au premier appel, et le redémarre s'il est mort.
    """
    if importlib.util.find_spec("triton") is None:
        return MISSING
    try:
        reason = _companion.start()
    except (OSError, CompanionDiedError) as error:
        reason = str(error)
    return reason and (
        "votre noyau n'a pas été essayé, car Triton est installé mais ne démarre pas "
        f"ici : {reason}"
    )


def launch(kernel: Callable, grid: int, *arguments: Tensor | int) -> list[Tensor]:
    """Exécute ``grid`` programmes de ``kernel`` ; rend ses tableaux après coup.

    Les tenseurs d'``arguments``, en float32, sont copiés : les originaux ne changent
    pas. Ce que le noyau affiche est affiché.

    Raises:
        UnusableError: texte introuvable, débordement, plantage ; message en français.
        Exception: celle du noyau, avec le numéro de sa ligne.
    """
    kernel = inspect.unwrap(getattr(kernel, "fn", kernel))  # déjà décoré : triton.jit
    text, first = source_of(kernel)
    request = {
        "text": text,
        "first": first,
        "name": kernel.__name__,
        "grid": grid,
        "arguments": [_packed(a) for a in arguments],
    }
    try:
        answer = _companion.ask(request)
    except CompanionDiedError as error:
        raise UnusableError(
            "votre noyau a tué le processus où il s'exécutait : lit-il ou écrit-il "
            f"hors de ses tableaux ? ({error})"
        ) from None
    if answer["printed"]:
        print(answer["printed"], end="")
    if "error" in answer:
        _raise(answer, kernel.__code__.co_filename)
    shapes = [a.shape for a in arguments if isinstance(a, Tensor)]
    pairs = zip(answer["arrays"], shapes, strict=True)
    return [torch.tensor(values).view(shape) for values, shape in pairs]


def source_of(kernel: Callable) -> tuple[str, int]:
    """Texte d'une fonction, sans ses décorateurs, et numéro de sa première ligne.

    L'annotation ``"tl.constexpr"`` y perd les guillemets qui dispensaient d'importer
    Triton dans le carnet.
    """
    try:
        lines, first = inspect.getsourcelines(kernel)
    except (OSError, TypeError):
        raise UnusableError(
            "le texte de votre noyau est introuvable : écrivez-le par `def`, dans une "
            "cellule"
        ) from None
    text = textwrap.dedent("".join(lines))
    try:
        tree = ast.parse(text)
    except SyntaxError:  # une lambda au milieu d'un appel
        tree = ast.Module(body=[])
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name == kernel.__name__
    ]
    if not found:
        raise UnusableError("un noyau Triton s'écrit par `def`, pas par `lambda`")
    node = found[0]
    rows = text.splitlines()[node.lineno - 1 : node.end_lineno]
    text = re.sub(r"""(["'])((?:tl\.)?constexpr)\1""", r"\2", "\n".join(rows))
    return text, first + node.lineno - 1


def _packed(argument: Tensor | int) -> dict | int:
    if not isinstance(argument, Tensor):
        return argument
    return {"shape": list(argument.shape), "values": argument.flatten().tolist()}


def _raise(answer: dict, path: str) -> None:
    """Lève l'erreur du noyau comme si elle venait de sa ligne, dans le carnet."""
    error = _error(answer["error"], answer["message"])
    if not answer["line"]:
        raise error
    code = compile("\n" * (answer["line"] - 1) + "raise error", path, "exec")
    exec(code, {"error": error})  # noqa: S102 : une seule instruction, la nôtre


def _error(kind: str, message: str) -> BaseException:
    """La même erreur, ou sa traduction quand elle ne se comprend pas d'elle-même."""
    if kind == "OutOfBoundsError":
        return UnusableError(message)
    for pattern, sentence in _EXPLANATIONS:
        if found := re.search(pattern, message):
            return UnusableError(sentence.format(*found.groups()))
    found = getattr(builtins, kind, None)
    if isinstance(found, type) and issubclass(found, BaseException):
        with contextlib.suppress(TypeError):  # certaines veulent d'autres arguments
            return found(message)
    return RuntimeError(f"{kind} : {message}")
