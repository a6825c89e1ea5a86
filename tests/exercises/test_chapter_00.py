"""Chapitre 00 : ce que ses exercices ont de particulier."""

import pytest
from answers import chapter_00_right as right
from answers import chapter_00_wrong as wrong

from cours_transformers.exercises import check


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        ("00.1", lambda s, t: right.softmax_du_chapitre(s, t) * 1.01),
        ("00.4", lambda w, b, x, y: right.gradient_du_chapitre(w, b, x, y) * 1.01),
        ("00.6", lambda x, y, w, b: right.passe_du_chapitre(x, y, w, b) + 0.01),
        ("00.7", lambda ids, V: right.bigramme_du_chapitre(ids, V) * 1.01),
    ],
)
def test_la_tolerance_est_serree(number, answer):
    assert not check(number, answer).passed


def test_le_debordement_n_est_pas_un_simple_nan():
    report = check("00.1", wrong.softmax_qui_deborde)
    assert "exponentielle d'un grand score" in str(report)
