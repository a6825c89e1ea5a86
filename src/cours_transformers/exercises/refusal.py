"""Réponses que l'on n'essaie même pas : vides, d'une autre nature, mal paramétrées."""

import dis
import inspect

import torch

from cours_transformers.exercises.exercise import EXPECTED, Exercise
from cours_transformers.exercises.report import Line, Report

# Instructions d'un corps de fonction où rien n'est calculé : « ... », « pass », etc.
_IDLE = {
    *("RESUME", "NOP", "CACHE", "POP_TOP", "LOAD_CONST", "RETURN_VALUE"),
    *("RETURN_CONST", "COPY_FREE_VARS", "MAKE_CELL", "EXTENDED_ARG"),
    *("LOAD_SMALL_INT", "LOAD_COMMON_CONSTANT", "NOT_TAKEN"),
}


def refuse(exercise: Exercise, answer: object) -> Report | None:
    """Réponse immédiate à ce qui ne peut pas être essayé, ou ``None``."""
    if answer is None or answer is Ellipsis or answer is NotImplemented:
        return unwritten(exercise)
    if exercise.kind == "value":
        return _refuse_kind(exercise, answer, not callable(answer))
    is_class = inspect.isclass(answer)
    suits = is_class if exercise.kind == "class" else callable(answer) and not is_class
    if not suits:
        return _refuse_kind(exercise, answer, False)
    return None if is_class else _refuse_signature(exercise, answer)


def unwritten(exercise: Exercise) -> Report:
    """Rien n'est encore écrit : aucun reproche à faire."""
    lines = (
        Line("note", f"« {exercise.title} » : la place est libre, à vous d'écrire"),
        Line("lead", f'Pour démarrer : `hint("{exercise.number}")`'),
    )
    return Report(f"○ {exercise.label} · à vous de jouer", lines)


def untried(exercise: Exercise, reason: str) -> Report:
    """Rien ne permet d'essayer la réponse ici : on ne dit d'elle ni bien ni mal."""
    heading = f"○ {exercise.label} · pas vérifié ici"
    return Report(heading, (Line("note", reason),))


def is_stub(answer: object) -> bool:
    """Le corps ne calcule rien : ``...``, ``pass``, ``raise NotImplementedError``."""
    code = getattr(inspect.unwrap(answer), "__code__", None)
    if code is None:
        return False
    if code.co_names == ("NotImplementedError",):
        return True
    return all(step.opname in _IDLE for step in dis.get_instructions(code))


def _refuse_kind(exercise: Exercise, answer: object, suits: bool) -> Report | None:
    """Une fonction pour une valeur, une classe pour une fonction, etc."""
    if suits:
        return None
    if inspect.isclass(answer):
        given = "une classe"
    elif callable(answer):
        given = "une fonction"
    else:
        given = f"un objet de type `{type(answer).__name__}`"
    text = f"l'exercice attend {EXPECTED[exercise.kind]} ; vous donnez {given}"
    lines = [Line("wrong", text)]
    if exercise.kind == "function" and isinstance(answer, torch.Tensor | float | int):
        lines.append(
            Line("lead", "donnez la fonction elle-même, sans parenthèses ni arguments")
        )
    if exercise.kind == "value" and callable(answer):
        lines.append(Line("lead", "donnez le résultat de l'appel, un nombre"))
    return Report(f"✗ {exercise.label} · pas encore", tuple(lines))


def _refuse_signature(exercise: Exercise, answer: object) -> Report | None:
    """La fonction ne peut pas recevoir les arguments de l'exercice."""
    try:
        signature = inspect.signature(answer)
    except (TypeError, ValueError):  # fonctions écrites en C
        return None
    try:
        signature.bind(*exercise.arguments)
    except TypeError:
        names = ", ".join(f"`{name}`" for name in exercise.arguments)
        count = len(exercise.arguments)
        text = (
            f"votre fonction se présente comme `{signature}`, et la vérification "
            f"l'appelle avec {count} argument{'s' * (count > 1)} : {names}"
        )
        return Report(f"✗ {exercise.label} · pas encore", (Line("wrong", text),))
    return None
