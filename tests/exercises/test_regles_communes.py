"""Ce que tout exercice de code doit au lecteur, quel que soit son chapitre."""

import inspect

import pytest
import torch
from answers import WRONG
from inventory import CHAPTERS, EXERCISES

from cours_transformers.exercises import check
from cours_transformers.exercises.exercise import Exercise
from cours_transformers.exercises.recognition import outcome_of
from cours_transformers.exercises.trial import agree, hidden_inputs

FUNCTIONS = [e for e in EXERCISES if e.kind == "function"]
chaque_exercice = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.number)
chaque_fonction = pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda e: e.number)
chaque_chapitre = pytest.mark.parametrize(
    "chapter", CHAPTERS, ids=lambda c: c.__name__[-2:]
)


def variants(exercise: Exercise) -> list[tuple]:
    """Chaque façon de commettre chaque confusion : (confusion, code fautif)."""
    return [(m, wrong) for m in exercise.misconceptions for wrong in m.variants]


def test_les_exercices_de_tous_les_chapitres_sont_la():
    assert len({e.number for e in EXERCISES}) == len(EXERCISES) >= 40


@chaque_chapitre
def test_les_numeros_se_suivent_avec_ceux_de_la_page(chapter):
    number = chapter.__name__[-2:]
    given = [e.number for e in chapter.EXERCISES] + list(chapter.ON_PAGE)
    assert sorted(given) == [f"{number}.{i}" for i in range(1, len(given) + 1)]


@chaque_chapitre
def test_un_exercice_de_la_page_y_renvoie(chapter):
    for number, title in chapter.ON_PAGE.items():
        text = str(check(number, 2))
        assert "dans la page" in text
        assert title in text


@chaque_exercice
def test_chaque_confusion_est_fausse_et_reconnue_sous_son_nom(exercise):
    if exercise.kind == "kernel":
        return  # l'effet d'un noyau n'est pas un noyau : voir ceux des réponses d'essai
    for misconception, wrong in variants(exercise):
        # unwrap : la fonction elle-même, et non ses résultats mis bout à bout
        answer = inspect.unwrap(wrong) if exercise.kind == "function" else wrong()
        report = check(exercise.number, answer)
        assert not report.passed
        assert report.misconception == misconception.name, str(report)


@chaque_exercice
def test_chaque_confusion_a_sa_faute_d_essai(exercise):
    """Reconnaître son propre code ne prouve rien : un lecteur écrit autrement."""
    tried = {name for number, name, _ in WRONG if number == exercise.number}
    assert {m.name for m in exercise.misconceptions} - tried == set()


@chaque_exercice
def test_aucune_confusion_n_est_une_bonne_reponse(exercise):
    inputs = hidden_inputs(exercise)
    right = [outcome_of(exercise, exercise.reference, x) for x in inputs]
    for misconception, wrong in variants(exercise):
        given = [outcome_of(exercise, wrong, x) for x in inputs]
        pairs = zip(given, right, strict=True)
        assert not all(agree(exercise, a, b) for a, b in pairs), misconception.name


@chaque_exercice
def test_une_confusion_ne_fait_jamais_echouer_tous_les_essais(exercise):
    """Une erreur à chaque essai se montre, mais ne se reconnaît pas."""
    for misconception, wrong in variants(exercise):
        results = [outcome_of(exercise, wrong, x) for x in hidden_inputs(exercise)]
        assert not all(r.error for r in results), misconception.name


@chaque_exercice
def test_deux_confusions_ne_se_ressemblent_jamais(exercise):
    """Sur les entrées cachées, aucune ne peut être prise pour une autre."""
    inputs = hidden_inputs(exercise)
    seen = [
        (m.name, [outcome_of(exercise, wrong, x) for x in inputs])
        for m, wrong in variants(exercise)
    ]
    for i, (name, outcomes) in enumerate(seen):
        for other, others in seen[:i]:
            pairs = zip(outcomes, others, strict=True)
            alike = all(agree(exercise, a, b) for a, b in pairs)
            assert name == other or not alike, (name, other)


@chaque_exercice
def test_les_textes_sont_complets_et_distincts(exercise):
    names = [m.name for m in exercise.misconceptions]
    messages = [m.message for m in exercise.misconceptions]
    assert len(names) >= 5
    assert len(set(names)) == len(names) == len(set(messages))
    assert all(len(m) > 40 and m[-1] == "?" for m in messages)
    assert len(exercise.hints) >= 2
    assert exercise.takeaway


@chaque_exercice
def test_la_bonne_reponse_a_toutes_les_proprietes_enoncees(exercise):
    for inputs in hidden_inputs(exercise):
        for fact in exercise.facts:
            result = exercise.reference(*inputs).double()
            assert fact.holds(result, *inputs), fact.statement


def unwritten(exercise: Exercise) -> list:
    """Les façons de n'avoir encore rien écrit ; une valeur n'en a qu'une."""
    if exercise.kind == "value":
        return [...]
    scope = {}
    arguments = ", ".join(exercise.arguments)
    exec(f"def answer({arguments}):\n    ...", scope)  # noqa: S102 : notre propre code
    return [..., scope["answer"], lambda *_: ...]


@chaque_exercice
def test_une_reponse_pas_encore_ecrite_est_accueillie_sans_reproche(exercise):
    for answer in unwritten(exercise):
        report = check(exercise.number, answer)
        assert not report.passed
        assert not report.misconception
        assert "à vous de jouer" in report.heading
        assert all(line.mark != "wrong" for line in report.lines)


@chaque_fonction
def test_une_exception_est_montree_avec_sa_ligne(exercise):
    def answer(*inputs):
        return inputs[0].inconnu

    text = str(check(exercise.number, answer))
    assert "`return inputs[0].inconnu`" in text
    assert "n'a pas d'attribut `inconnu`" in text


@chaque_fonction
def test_le_premier_essai_est_assez_petit_pour_etre_montre(exercise):
    report = str(check(exercise.number, lambda *inputs: torch.tensor(0.123)))
    assert "tenseur de forme" not in report
    assert all(name in report for name in exercise.arguments)
