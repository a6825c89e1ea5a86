"""Apprendre les nombres : l'ordre des réponses, l'épreuve, la moyenne des états."""

import pytest
import torch

from cours_transformers.data.number_task import NumberTask, is_held_out
from cours_transformers.training import numbers
from cours_transformers.training.decoding import greedy
from cours_transformers.training.numbers import (
    answers,
    exam,
    exam_by_digits,
    number_accuracy,
    number_model,
    number_trainer,
    train_numbers,
)

TASK = NumberTask()


def test_les_reponses_sont_dans_l_ordre_des_questions():
    """Rangées par longueur pour le calcul, puis remises en place."""
    model, asked = number_model(TASK).eval(), [381_291, 7, 97_071, 80]
    given = answers(model, TASK, asked)
    for n, row in zip(asked, given, strict=True):
        longest = TASK.batch(asked).target.shape[1] + 2
        alone = greedy(model, TASK.batch([n]).source, max_length=longest)
        assert row == TASK.read(alone[0])


def test_l_exactitude_compte_les_nombres_entiers(monkeypatch):
    said = {21: ["2", "1"], 80: ["8"], 305: ["3", "0", "5"], 7: ["7", "7"]}
    monkeypatch.setattr(
        numbers, "answers", lambda model, task, asked, beam: [said[n] for n in asked]
    )
    assert number_accuracy(number_model(TASK), TASK, [21, 80, 305, 7]) == 0.5


def test_l_epreuve_est_fixe_et_reservee():
    assert exam(50) == exam(50) and all(map(is_held_out, exam(50)))
    assert exam(50, uniform=True) != exam(50)
    by_digits = exam_by_digits(30)
    assert {k: len(some) for k, some in by_digits.items()} == {
        1: 10, 2: 90, 3: 30, 4: 30, 5: 30, 6: 30,
    }  # fmt: skip
    for digits, some in by_digits.items():
        assert all(len(str(n)) == digits for n in some)


def test_le_modele_appris_est_la_moyenne_des_cinq_derniers_etats(monkeypatch):
    monkeypatch.setattr(numbers, "BETWEEN", 2)
    monkeypatch.setattr(numbers, "BATCH_SIZE", 8)
    found = train_numbers(TASK, steps=12, seed=3)
    trainer, states = number_trainer(TASK, seed=3), []
    trainer.run(2)
    for _ in range(5):
        trainer.run(2)
        states.append([p.detach().clone() for p in trainer.model.parameters()])
    means = [torch.stack(group).mean(0) for group in zip(*states, strict=True)]
    for parameter, mean in zip(found.parameters(), means, strict=True):
        torch.testing.assert_close(parameter, mean)


@pytest.mark.sans_jaxtyping
def test_trop_peu_de_pas_est_refuse():
    with pytest.raises(ValueError, match="steps doit dépasser 150 ; reçu 150"):
        train_numbers(TASK, steps=150)
