"""Du constat à la réponse : réussite, confusion reconnue, ou premier écart montré."""

from torch import Tensor

from cours_transformers.exercises.exercise import Exercise
from cours_transformers.exercises.faults import explain, locate, traced
from cours_transformers.exercises.generic import generic, swapped
from cours_transformers.exercises.recognition import recognise
from cours_transformers.exercises.refusal import is_stub, refuse, untried, unwritten
from cours_transformers.exercises.report import Line, Report
from cours_transformers.exercises.text import cell_texts, value_text
from cours_transformers.exercises.trial import Trial, try_all
from cours_transformers.exercises.values import shape_text


def diagnose(exercise: Exercise, answer: object, limit: float | int) -> Report:
    """Essaie la réponse et rédige le compte rendu."""
    refused = refuse(exercise, answer)
    if refused:
        return refused
    reason = "" if exercise.kind == "value" or is_stub(answer) else exercise.obstacle()
    if reason:
        return untried(exercise, reason)
    trials = try_all(exercise, answer, limit)
    last = trials[-1].outcome
    if last.stopped:
        return _failed(exercise, _stop_lines(last, limit))
    if is_stub(answer) and all(t.unwritten for t in trials):
        return unwritten(exercise)
    if all(t.right and not t.mutated for t in trials):
        return _passed(exercise, trials)
    return _explain(exercise, answer, trials, limit)


def _explain(
    exercise: Exercise, answer: object, trials: list[Trial], limit: float | int
) -> Report:
    """Ce qui est juste, ce qui ne l'est pas, la confusion, le premier écart."""
    found = (
        swapped(exercise, answer)
        or recognise(exercise, trials)
        or generic(exercise, answer, trials, limit)
    )
    lines = _facts(exercise, trials) if exercise.kind != "value" else []
    if found:
        message = found.message[:1].upper() + found.message[1:]
        lines.append(Line("lead", f"{found.name} ? {message}"))
    lines += _first_gap(exercise, trials)
    return _failed(exercise, lines, found.name if found else "")


def _passed(exercise: Exercise, trials: list[Trial]) -> Report:
    count = len(trials)
    checked = f"bon résultat aux {count} essais" if count > 1 else "bon résultat"
    lines = [Line("right", checked), Line("note", exercise.takeaway)]
    lines += [Line("note", t.got.note) for t in trials[:1] if t.got.note]
    lines += _displayed(trials[0])
    return Report(f"✓ {exercise.label} · réussi", tuple(lines), passed=True)


def _failed(exercise: Exercise, lines: list[Line], name: str = "") -> Report:
    lines = [*lines, Line("note", f'un indice : `hint("{exercise.number}")`')]
    return Report(f"✗ {exercise.label} · pas encore", tuple(lines), misconception=name)


def _stop_lines(outcome, limit: float | int) -> list[Line]:
    """Boucle sans fin, ou arrêt demandé par le lecteur."""
    if outcome.stopped == "interrupt":
        return [Line("note", "vérification interrompue à votre demande")]
    where = locate(outcome.stack)
    seconds = cell_texts([float(limit)])[0]
    lines = [
        Line("wrong", f"votre code tourne encore après {seconds} s : je l'ai arrêté"),
        Line(
            "lead", "boucle sans fin ? Quelle condition devrait finir par être fausse ?"
        ),
    ]
    if where:
        lines.insert(1, Line("note", f"il en était à la {where}"))
    if outcome.stopped == "lost":
        lines[0] = Line("wrong", f"votre code ne s'arrête pas au bout de {seconds} s")
        lines.append(
            Line("note", "il résiste à l'arrêt : redémarrez le noyau du carnet")
        )
    return lines


def _facts(exercise: Exercise, trials: list[Trial]) -> list[Line]:
    """Forme, puis propriétés du résultat, vérifiées sur toutes les entrées."""
    if any(t.outcome.error or not isinstance(t.got.value, Tensor) for t in trials):
        return []
    bad = next((t for t in trials if not t.comparable), None)
    if bad:
        got, want = shape_text(bad.got.value), shape_text(bad.expected.value)
        return [Line("wrong", f"la forme du résultat, {got} au lieu de {want}")]
    right = sum(t.right for t in trials)
    lines = (
        [Line("right", "la forme du résultat")] if trials[0].expected.value.ndim else []
    )
    if right:
        count = f"{right} essai{'s' if right > 1 else ''} sur {len(trials)}"
        lines.append(Line("right", f"le résultat de {count}"))
    for fact in exercise.facts:
        holds = all(fact.holds(t.got.value, *t.inputs) for t in trials)
        lines.append(Line("right" if holds else "wrong", fact.statement))
    return lines


def _first_gap(exercise: Exercise, trials: list[Trial]) -> list[Line]:
    """Premier essai raté : l'erreur et sa ligne, ou les nombres obtenus et attendus."""
    rank, trial = next(
        (i, t) for i, t in enumerate(trials, 1) if not t.right or t.mutated
    )
    outcome = trial.outcome
    given = [
        value_text(name, value)
        for name, value in zip(exercise.arguments, trial.inputs, strict=False)
    ]
    place = f"essai {rank} sur {len(trials)}" if given else "votre valeur"
    lines = []
    if outcome.error:
        where = locate(traced(outcome.error))
        where = f"{where} ; " if where else ""
        text = f"{where}{explain(outcome.error)}"
        lines.append(Line("wrong", text, "\n".join(given)))
    elif trial.mutated and trial.right:
        names = ", ".join(f"`{name}`" for name in trial.mutated)
        lines.append(Line("wrong", f"après l'appel, {names} n'a plus la même valeur"))
    else:
        lines.append(Line("wrong", place, "\n".join(given + _both(trial))))
    if trial.mutated and not trial.right:
        names = ", ".join(f"`{name}`" for name in trial.mutated)
        lines.append(Line("note", f"au passage, votre code modifie {names} sur place"))
    return lines + _displayed(trial)


def _displayed(trial: Trial) -> list[Line]:
    """Ce que le code du lecteur a affiché pendant cet essai."""
    printed = trial.outcome.printed
    return [Line("note", "votre code a affiché :", printed)] if printed else []


def _both(trial: Trial) -> list[str]:
    """Résultat obtenu, résultat attendu."""
    if trial.got.empty:
        return ["vous obtenez : rien (None)"]
    boolean = trial.got.dtype is not None and str(trial.got.dtype) == "torch.bool"
    rows = [value_text("vous obtenez", trial.got.value, boolean)]
    if trial.inputs:  # la valeur attendue d'un calcul à la main est la solution
        truth = str(trial.expected.dtype) == "torch.bool"
        rows.append(value_text("on attend", trial.expected.value, truth))
    return rows
