"""Ce que les autres chapitres demanderont : une classe, des listes de chaînes."""

import pytest
import torch
from torch import nn

from cours_transformers.exercises.diagnosis import diagnose
from cours_transformers.exercises.exercise import Exercise, Fact, Misconception, draw

CLASSE = Exercise(
    number="99.1",
    title="Une couche qui double",
    arguments=("x",),
    kind="class",
    reference=lambda x: 2 * x,
    cases=lambda generator: [(draw(generator, 2, 3),), (draw(generator, 4, 1),)],
    use=lambda answer, x: answer(factor=2)(x),
    facts=(Fact("même signe que x", lambda y, x: bool((y * x >= 0).all())),),
    misconceptions=(
        Misconception("facteur ignoré", lambda x: x, "à quoi sert `factor` ?"),
    ),
    hints=("multipliez",),
    takeaway="une couche garde ses réglages",
)
CHAINES = Exercise(
    number="99.2",
    title="Découper en mots",
    arguments=("texte",),
    exact=True,
    reference=str.split,
    cases=lambda generator: [("le chat dort",), ("a  b",)],
    misconceptions=(
        Misconception(
            "une seule espace",
            lambda texte: texte.split(" "),
            "deux espaces de suite, que donnent-elles ?",
        ),
    ),
    hints=("relisez la documentation de `split`",),
    takeaway="`split` sans argument réunit les espaces",
)


class Double(nn.Module):
    """Bonne réponse."""

    def __init__(self, factor):
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(float(factor)))

    def forward(self, x):  # noqa: D102
        return self.factor * x


class Identite(Double):
    """Oublie son facteur."""

    def forward(self, x):  # noqa: D102
        return x


class EnPanne(Double):
    """Lève une exception."""

    def forward(self, x):  # noqa: D102
        return x.inconnu


def test_une_classe_est_construite_puis_essayee():
    assert diagnose(CLASSE, Double, 2.0).passed
    assert diagnose(CLASSE, Identite, 2.0).misconception == "facteur ignoré"
    assert "`return x.inconnu`" in str(diagnose(CLASSE, EnPanne, 2.0))


@pytest.mark.parametrize("answer", [Double(2), lambda x: 2 * x])
def test_une_fonction_ou_un_objet_donnes_pour_une_classe_sont_refuses(answer):
    report = diagnose(CLASSE, answer, 2.0)
    assert "l'exercice attend une classe ; vous donnez une fonction" in str(report)


def test_des_listes_de_chaines_se_comparent_par_egalite():
    assert diagnose(CHAINES, lambda t: t.split(), 2.0).passed
    assert diagnose(CHAINES, lambda t: tuple(t.split()), 2.0).passed
    assert diagnose(CHAINES, lambda t: t.split(" "), 2.0).misconception
    report = diagnose(CHAINES, lambda t: t.split()[:1], 2.0)
    assert not report.passed
    assert "['le', 'chat', 'dort']" in str(report)
