"""Le lecteur d'une couche : causal, sensible à la place, mesuré au bon endroit."""

import pytest
import torch

from cours_transformers.data.tracking import UNKNOWN
from cours_transformers.layers.positional import POSITIONAL_NAMES
from cours_transformers.models.position_reader import PositionReader
from cours_transformers.training import extrapolation
from cours_transformers.training.extrapolation import accuracy_by_length, fit_reader


def lecteur(name: str) -> PositionReader:
    torch.manual_seed(0)
    return PositionReader((5, 3), 4, name, d_model=16, n_heads=2, max_length=12)


@pytest.mark.parametrize("name", POSITIONAL_NAMES)
def test_le_futur_ne_change_pas_le_passe(name):
    model = lecteur(name)
    seen, place = torch.randint(5, (2, 9)), torch.randint(3, (2, 9))
    changed = seen.clone()
    changed[:, 6:] = (changed[:, 6:] + 1) % 5
    before, after = model(seen, place), model(changed, place)
    torch.testing.assert_close(before[:, :6], after[:, :6])
    assert not torch.allclose(before[:, 6:], after[:, 6:])


@pytest.mark.parametrize("name", POSITIONAL_NAMES)
def test_seul_un_encodage_voit_l_ordre_des_mots_d_avant(name):
    model, order = lecteur(name), torch.tensor([2, 0, 1, 3])
    seen, place = torch.tensor([[0, 1, 2, 3]]), torch.tensor([[0, 1, 2, 0]])
    last = model(seen, place)[:, -1]
    mixed = model(seen[:, order], place[:, order])[:, -1]
    blind = torch.allclose(last, mixed, atol=1e-6)
    assert blind == (name == "none")


def test_l_exactitude_ne_porte_que_sur_la_fin_et_ignore_l_inconnu(monkeypatch):
    """Un oracle qui ne répond juste qu'aux derniers tokens obtient tout."""
    length = extrapolation.LENGTH

    def draw(n, T, generator):
        answers = torch.arange(T).expand(n, T) % 8
        answers = answers.masked_fill(torch.arange(T) % 5 == 0, UNKNOWN)
        return (answers,), answers

    def oracle(answers):
        guess = answers.clamp(min=0).clone()
        guess[:, :-length] = (guess[:, :-length] + 1) % 8
        return torch.nn.functional.one_hot(guess, 8).float()

    monkeypatch.setitem(extrapolation.TASKS, "dernier", ((8,), 8, draw))
    assert accuracy_by_length(oracle) == [1.0, 1.0, 1.0, 1.0]


def test_quelques_pas_apprennent_et_se_refont_a_l_identique():
    first, again = (fit_reader("rope", steps=60, task="decalage") for _ in range(2))
    a, b = (
        accuracy_by_length(m, task="decalage", factors=(1,)) for m in (first, again)
    )
    assert a == b and a[0] > 0.3
    assert len(fit_reader("learned", steps=1).position.table) == 256


@pytest.mark.sans_jaxtyping
def test_une_tache_inconnue_ou_un_attribut_de_trop_sont_refuses():
    with pytest.raises(ValueError, match="task parmi 'dernier', 'decalage'"):
        fit_reader("rope", steps=1, task="rien")
    with pytest.raises(ValueError, match="steps ≥ 1"):
        fit_reader("rope", steps=0)
    with pytest.raises(ValueError, match="il en faut 2 par token ; reçu 1"):
        lecteur("none")(torch.zeros(1, 3, dtype=torch.long))
    with pytest.raises(ValueError, match="sizes est vide"):
        PositionReader((), 4, "none")
