"""Chapitre 01 : ce que ses exercices ont de particulier."""

import pytest
import torch
from answers import chapter_01_right as right
from answers import chapter_01_wrong as wrong
from torch import nn

from cours_transformers.exercises import check, hint
from cours_transformers.exercises.hints import _given
from cours_transformers.exercises.registry import find
from cours_transformers.layers.recurrent import LSTM, RNN


def poids(layer):
    return layer.x_proj.weight, layer.h_proj.weight, layer.x_proj.bias


@torch.no_grad()
def test_la_reference_du_rnn_est_celle_du_paquet_et_de_pytorch():
    layer, theirs = RNN(3, 4), nn.RNN(3, 4, batch_first=True)
    layer.copy_from_torch(theirs)
    x, h = torch.randn(2, 5, 3), torch.zeros(2, 4)
    for t in range(5):
        h = find("01.1").reference(x[:, t], h, *poids(layer))
        torch.testing.assert_close(h, layer(x[:, : t + 1])[1])
    torch.testing.assert_close(h, theirs(x)[1][0])


@torch.no_grad()
def test_la_reference_de_la_lstm_est_celle_du_paquet_et_de_pytorch():
    layer, theirs = LSTM(3, 4), nn.LSTM(3, 4, batch_first=True)
    layer.copy_from_torch(theirs)
    x, h, c = torch.randn(2, 5, 3), torch.zeros(2, 4), torch.zeros(2, 4)
    for t in range(5):
        h, c = find("01.4").reference(x[:, t], h, c, *poids(layer))
        torch.testing.assert_close((h, c), layer(x[:, : t + 1])[1])
    torch.testing.assert_close((h, c), tuple(s[0] for s in theirs(x)[1]))


def test_la_reference_de_la_coupure_est_celle_de_pytorch():
    for max_norm in (0.5, 3.0, 100.0):
        gradients = [torch.randn(4, 3), torch.randn(5)]
        before = [g.clone() for g in gradients]
        cut = find("01.5").reference(gradients, max_norm)
        expected = torch.cat(
            [g.flatten() for g in right.coupe_de_pytorch(before, max_norm)]
        )
        torch.testing.assert_close(cut, expected, rtol=1e-5, atol=1e-6)
        torch.testing.assert_close(gradients, before)


@torch.no_grad()
def test_le_dernier_etat_est_celui_de_chaque_phrase_lue_seule():
    layer, lengths = LSTM(3, 4), torch.tensor([4, 1, 6, 3])
    x = torch.randn(4, 7, 3)
    last = find("01.7").reference(layer(x)[0], lengths)
    for b, n in enumerate(lengths):
        alone, _ = layer(x[b : b + 1, :n])
        torch.testing.assert_close(last[b], alone[0, -1])


def test_les_indices_viennent_un_a_un():
    _given.clear()
    texts = {str(hint("01.4")) for _ in range(4)}
    assert len(texts) == 4


def presque(erreur):
    """Pas justes à une erreur relative près."""
    return lambda *inputs: right.pas_du_chapitre(*inputs) * (1 + erreur)


def test_la_tolerance_est_serree():
    assert check("01.1", presque(1e-5)).passed
    assert not check("01.1", presque(0.01)).passed


def test_un_seul_essai_faux_suffit_a_refuser():
    def jamais_trop_longue(gradients, max_norm):
        cut = right.coupe_du_chapitre(gradients, max_norm)
        return [g * 2 for g in cut] if max_norm == 0.5 else cut

    report = check("01.5", jamais_trop_longue)
    assert not report.passed
    assert "6 essais sur 7" in str(report)


def dit(number, answer):
    return {line.text: line.mark for line in check(number, answer).lines}


def test_une_coupure_par_valeur_devie_et_une_trop_faible_depasse():
    lines = dit("01.5", wrong.par_valeur)
    assert lines["la direction est gardée"] == "wrong"
    assert lines["rien ne change quand la norme est déjà sous la limite"] == "right"
    lines = dit("01.5", lambda gradients, max_norm: gradients)
    assert lines["la direction est gardée"] == "right"
    assert lines["la norme globale ne dépasse pas max_norm"] == "wrong"
    lines = dit("01.5", lambda gs, m: [g * m / wrong.norme(gs) for g in gs])
    assert lines["rien ne change quand la norme est déjà sous la limite"] == "wrong"


def test_une_sortie_de_remplissage_est_denoncee():
    lines = dit("01.7", lambda outputs, lengths: outputs[:, -1])
    assert lines["chaque ligne est une sortie de sa propre phrase"] == "right"
    assert lines["aucune ligne ne vient du remplissage"] == "wrong"
    lines = dit("01.7", lambda outputs, lengths: outputs.mean(1))
    assert lines["chaque ligne est une sortie de sa propre phrase"] == "wrong"


def test_les_proprietes_de_l_etat_sont_dites():
    lines = dit("01.1", lambda x, h, W, U, b: x @ W.T + h @ U.T + b)
    assert lines["chaque composante de l'état est entre −1 et 1"] == "wrong"
    lines = dit("01.4", wrong.lstm(lambda *gates: wrong.juste(*gates)[::-1]))
    assert lines["chaque composante de h est entre −1 et 1"] == "wrong"
    assert lines["h et c sont partout de même signe"] == "right"
    lines = dit("01.4", wrong.lstm(lambda i, f, g, o, c: (o * c.tanh(), f * c + i * g)))
    assert lines["h et c sont partout de même signe"] == "wrong"
    lines = dit("01.4", wrong.sans_sigmoide)
    assert lines["aucune composante de c ne grandit de plus de 1 en un pas"] == "wrong"


@pytest.mark.parametrize(
    ("number", "answer", "said"),
    [
        ("01.4", lambda x, h, c, W, U, b: (h, (h, c)), "(1, 1) et autre chose"),
        ("01.4", lambda x, h, c, W, U, b: (h, c, c), "`return h, c`"),
        ("01.4", lambda x, h, c, W, U, b: (h, None), "et autre chose"),
        ("01.4", lambda x, h, c, W, U, b: (h, c[0]), "(1, 1) et un tenseur (1,)"),
        ("01.5", lambda gradients, m: gradients[0], "une liste est attendue"),
        ("01.5", lambda gs, m: torch.cat([g.flatten() for g in gs]), "un tenseur (3,)"),
        ("01.5", lambda gradients, m: gradients[:1], "autant de tenseurs"),
        ("01.5", lambda gradients, m: [], "une liste vide"),
        ("01.5", lambda gs, m: [g.norm() for g in gs], "de mêmes formes"),
        ("01.5", lambda gs, m: (g for g in gs), "`generator`"),
    ],
)
def test_un_resultat_d_une_autre_sorte_est_decrit(number, answer, said):
    report = check(number, answer)
    assert not report.passed
    assert said in str(report), str(report)


def test_le_premier_essai_rate_montre_de_petits_nombres():
    text = str(check("01.5", lambda gradients, max_norm: gradients))
    assert "max_norm = 2,6" in text
    text = str(check("01.7", lambda outputs, lengths: outputs[:, -1]))
    assert "[2  3]" in text
    assert "outputs, forme (2, 4, 2) =" in text
