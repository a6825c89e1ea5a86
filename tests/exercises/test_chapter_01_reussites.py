"""Chapitre 01 : chaque exercice accepte la solution, et d'autres façons de l'écrire."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from cours_transformers.exercises import check, hint
from cours_transformers.exercises.chapter_01 import EXERCISES, ON_PAGE
from cours_transformers.exercises.hints import _given
from cours_transformers.exercises.registry import find
from cours_transformers.layers.recurrent import LSTM, RNN

# --- 01.1 -----------------------------------------------------------------


def pas_du_chapitre(x_t, h, W_x, W_h, b):
    return torch.tanh(x_t @ W_x.T + h @ W_h.T + b)


def pas_einsum(x_t, h, W_x, W_h, b):
    from_x = torch.einsum("bi,di->bd", x_t, W_x)
    return (from_x + torch.einsum("be,de->bd", h, W_h) + b).tanh()


def pas_concatene(x_t, h, W_x, W_h, b):
    return (torch.cat([x_t, h], 1) @ torch.cat([W_x, W_h], 1).T + b).tanh()


def pas_en_boucles(x_t, h, W_x, W_h, b):
    rows = []
    for x, state in zip(x_t.tolist(), h.tolist(), strict=True):
        row = []
        for k in range(len(b)):
            total = b[k].item()
            total += sum(w * v for w, v in zip(W_x[k].tolist(), x, strict=True))
            total += sum(w * v for w, v in zip(W_h[k].tolist(), state, strict=True))
            row.append(math.tanh(total))
        rows.append(row)
    return rows


def pas_par_sigmoide(x_t, h, W_x, W_h, b):
    return 2 * torch.sigmoid(2 * (x_t @ W_x.T + h @ W_h.T + b)) - 1


def pas_de_pytorch(x_t, h, W_x, W_h, b):
    return torch.rnn_tanh_cell(x_t, h, W_x, W_h, b, torch.zeros_like(b))


# --- 01.4 -----------------------------------------------------------------


def lstm_du_chapitre(x_t, h, c, W_x, W_h, b):
    i, f, g, o = (x_t @ W_x.T + h @ W_h.T + b).chunk(4, dim=-1)
    c = f.sigmoid() * c + i.sigmoid() * g.tanh()
    return o.sigmoid() * c.tanh(), c


def lstm_par_tranches(x_t, h, c, W_x, W_h, b):
    d = h.shape[1]
    z = nn.functional.linear(x_t, W_x, b) + nn.functional.linear(h, W_h)
    i, f, o = (1 / (1 + torch.exp(-z[:, k * d : (k + 1) * d])) for k in (0, 1, 3))
    c = torch.addcmul(f * c, i, z[:, 2 * d : 3 * d].tanh())
    return [o * c.tanh(), c]


def lstm_phrase_par_phrase(x_t, h, c, W_x, W_h, b):
    hs, cs = [], []
    for x, old_h, old_c in zip(x_t, h, c, strict=True):
        i, f, g, o = (W_x @ x + W_h @ old_h + b).view(4, -1)
        cs.append(torch.sigmoid(f) * old_c + torch.sigmoid(i) * torch.tanh(g))
        hs.append(torch.sigmoid(o) * torch.tanh(cs[-1]))
    return torch.stack(hs), torch.stack(cs)


def lstm_numpy(*inputs):
    h, c = lstm_du_chapitre(*inputs)
    return h.numpy(), c.numpy()


def lstm_de_pytorch(x_t, h, c, W_x, W_h, b):
    return torch.lstm_cell(x_t, (h, c), W_x, W_h, b, torch.zeros_like(b))


# --- 01.5 -----------------------------------------------------------------


def coupe_du_chapitre(gradients, max_norm):
    norm = sum((g**2).sum() for g in gradients).sqrt()
    factor = min(1.0, max_norm / norm)
    return [g * factor for g in gradients]


def coupe_en_boucles(gradients, max_norm):
    total = 0.0
    for g in gradients:
        for number in g.flatten().tolist():
            total += number * number
    if math.sqrt(total) <= max_norm:
        return gradients
    return [g / math.sqrt(total) * max_norm for g in gradients]


def coupe_en_norme_de_normes(gradients, max_norm):
    norm = torch.stack([g.norm() for g in gradients]).norm()
    return tuple(g * (max_norm / norm).clamp(max=1) for g in gradients)


def coupe_de_pytorch(gradients, max_norm):
    parameters = [nn.Parameter(g) for g in gradients]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient.clone()
    nn.utils.clip_grad_norm_(parameters, max_norm)
    return [p.grad for p in parameters]


# --- 01.7 -----------------------------------------------------------------


def dernier_du_chapitre(outputs, lengths):
    return outputs[torch.arange(len(lengths)), lengths - 1]


def dernier_en_boucle(outputs, lengths):
    return torch.stack([outputs[b, n - 1] for b, n in enumerate(lengths.tolist())])


def dernier_par_gather(outputs, lengths):
    index = (lengths - 1).view(-1, 1, 1).expand(-1, 1, outputs.shape[2])
    return outputs.gather(1, index).squeeze(1)


def dernier_einsum(outputs, lengths):
    steps = torch.arange(1, outputs.shape[1] + 1)
    return torch.einsum("bt,btd->bd", (steps == lengths[:, None]).float(), outputs)


def dernier_numpy(outputs, lengths):
    return np.array([row[n - 1] for row, n in zip(outputs, lengths, strict=True)])


BONNES = [
    ("01.1", pas_du_chapitre),
    ("01.1", pas_einsum),
    ("01.1", pas_concatene),
    ("01.1", pas_en_boucles),
    ("01.1", pas_par_sigmoide),
    ("01.1", pas_de_pytorch),
    ("01.4", lstm_du_chapitre),
    ("01.4", lstm_par_tranches),
    ("01.4", lstm_phrase_par_phrase),
    ("01.4", lstm_numpy),
    ("01.4", lstm_de_pytorch),
    ("01.5", coupe_du_chapitre),
    ("01.5", coupe_en_boucles),
    ("01.5", coupe_en_norme_de_normes),
    ("01.5", coupe_de_pytorch),
    ("01.7", dernier_du_chapitre),
    ("01.7", dernier_en_boucle),
    ("01.7", dernier_par_gather),
    ("01.7", dernier_einsum),
    ("01.7", dernier_numpy),
]


@pytest.mark.parametrize(("number", "answer"), BONNES)
def test_une_bonne_reponse_est_acceptee(number, answer):
    report = check(number, answer)
    assert report.passed, str(report)
    assert "réussi" in report.heading
    assert any(line.text == find(number).takeaway for line in report.lines)


# --- le paquet fait foi ---------------------------------------------------


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
        expected = torch.cat([g.flatten() for g in coupe_de_pytorch(before, max_norm)])
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


# --- textes, tolérance, réponses incomplètes ------------------------------


def test_les_numeros_se_suivent_avec_ceux_de_la_page():
    numbers = {e.number for e in EXERCISES} | set(ON_PAGE)
    assert numbers == {f"01.{rank}" for rank in range(1, 8)}
    assert "Ce qu'une porte d'oubli garde" in str(check("01.3", 1))


def test_les_indices_viennent_un_a_un():
    _given.clear()
    texts = {str(hint("01.4")) for _ in range(4)}
    assert len(texts) == 4


def presque(erreur):
    """Pas justes à une erreur relative près."""
    return lambda *inputs: pas_du_chapitre(*inputs) * (1 + erreur)


def test_la_tolerance_est_serree():
    assert check("01.1", presque(1e-5)).passed
    assert not check("01.1", presque(0.01)).passed


def test_un_seul_essai_faux_suffit_a_refuser():
    def jamais_trop_longue(gradients, max_norm):
        cut = coupe_du_chapitre(gradients, max_norm)
        return [g * 2 for g in cut] if max_norm == 0.5 else cut

    report = check("01.5", jamais_trop_longue)
    assert not report.passed
    assert "6 essais sur 7" in str(report)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.number)
def test_une_reponse_pas_encore_ecrite_est_accueillie_sans_reproche(exercise):
    arguments = ", ".join(exercise.arguments)
    scope = {}
    exec(f"def answer({arguments}):\n    ...", scope)  # noqa: S102 : notre propre code
    for answer in (..., scope["answer"]):
        report = check(exercise.number, answer)
        assert "à vous de jouer" in report.heading
        assert all(line.mark != "wrong" for line in report.lines)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.number)
def test_une_exception_est_montree_avec_sa_ligne(exercise):
    def answer(*inputs):
        return inputs[0].inconnu

    text = str(check(exercise.number, answer))
    assert "`return inputs[0].inconnu`" in text
    assert "n'a pas d'attribut `inconnu`" in text


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.number)
def test_le_premier_essai_est_assez_petit_pour_etre_montre(exercise):
    report = str(check(exercise.number, lambda *inputs: torch.tensor(0.123)))
    assert "tenseur de forme" not in report
    assert all(name in report for name in exercise.arguments)
