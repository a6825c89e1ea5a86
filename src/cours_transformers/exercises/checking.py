"""``check`` : la seule fonction dont un chapitre a besoin pour corriger."""

from cours_transformers.exercises.diagnosis import diagnose
from cours_transformers.exercises.registry import find, unknown
from cours_transformers.exercises.report import Line, Report
from cours_transformers.exercises.state import untouched


def check(
    number: object = "", answer: object = ..., *rest: object, limit: float | int = 4.0
) -> Report:
    """Vérifie une réponse et explique ; ne lève jamais d'exception.

    Exemple : ``check("04.2", mes_poids)``. ``limit`` borne chaque appel de votre
    fonction, en secondes. Le hasard et les réglages du carnet restent intacts.
    """
    try:
        with untouched():
            return _report(number, answer, rest, limit)
    except KeyboardInterrupt:
        return Report("○ Vérification interrompue à votre demande")
    except Exception as error:  # notre faute : le carnet du lecteur doit continuer
        text = f"`{type(error).__name__}` dans la vérification elle-même : {error}"
        lines = (Line("note", text[:400]),)
        return Report("? La vérification a échoué, sans que vous y soyez", lines)


def _report(number: object, answer: object, rest: tuple, limit: float | int) -> Report:
    exercise = find(number)
    if exercise is None:
        card = unknown(number)
        return Report(card.heading, card.lines)
    return _too_many(exercise.label) if rest else diagnose(exercise, answer, limit)


def _too_many(label: str) -> Report:
    """Plus d'une réponse : le plus souvent, une virgule décimale."""
    text = (
        "donnez une seule réponse. En Python, la virgule décimale est un point : `0.5`"
    )
    return Report(f"✗ {label} · pas encore", (Line("lead", text),))
