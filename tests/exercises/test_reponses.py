"""Une bonne réponse passe, une erreur courante reçoit son nom et son message."""

import pytest
from answers import RIGHT, WRONG
from inventory import EXERCISES, skip_if_untried

from cours_transformers.exercises import check
from cours_transformers.exercises.registry import find


def numbers(answers) -> set[str]:
    """Exercices auxquels répondent ces réponses."""
    return {number for number, *_ in answers}


def test_chaque_exercice_a_des_reponses_justes_et_fausses():
    expected = {exercise.number for exercise in EXERCISES}
    assert numbers(RIGHT) == numbers(WRONG) == expected
    for number in expected:
        assert len({name for n, name, _ in WRONG if n == number}) >= 5, number


@pytest.mark.parametrize(("number", "answer"), RIGHT)
def test_une_bonne_reponse_est_acceptee(number, answer):
    skip_if_untried(find(number))
    report = check(number, answer)
    assert report.passed, str(report)
    assert "réussi" in report.heading
    assert any(line.text == find(number).takeaway for line in report.lines)


@pytest.mark.parametrize(("number", "name", "answer"), WRONG)
def test_une_erreur_courante_recoit_son_nom(number, name, answer):
    skip_if_untried(find(number))
    report = check(number, answer)
    assert not report.passed
    assert report.misconception == name, str(report)
    assert name[1:] in str(report)  # la première lettre devient une majuscule


@pytest.mark.parametrize("number", sorted(numbers(WRONG)))
def test_les_messages_d_un_exercice_sont_tous_differents(number):
    skip_if_untried(find(number))
    leads = {
        name: next(x.text for x in check(number, answer).lines if x.mark == "lead")
        for n, name, answer in WRONG
        if n == number
    }
    assert len(set(leads.values())) == len(leads)
