"""Chapitre 08 : la solution passe, ses variantes aussi, chaque erreur a son nom."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from cours_transformers.exercises import check
from cours_transformers.exercises.chapter_08 import EXERCISES
from cours_transformers.exercises.recognition import outcome_of
from cours_transformers.exercises.trial import agree, hidden_inputs


def porte(x, W_gate, W_up, W_down, phi=lambda a: a / (1 + (-a).exp()), sur="porte"):
    gate, up = x @ W_gate, x @ W_up
    hidden = phi(gate) * up if sur == "porte" else gate * phi(up)
    return hidden @ W_down


def porte_en_boucles(x, W_gate, W_up, W_down):
    x, W_gate, W_up, W_down = (a.numpy() for a in (x, W_gate, W_up, W_down))
    rows = []
    for token in x:
        gate = token @ W_gate
        rows.append((gate / (1 + np.exp(-gate)) * (token @ W_up)) @ W_down)
    return np.array(rows)


def par_groupes(x, choices, weights, W, remettre="place", poids=True):
    order = choices.argsort()
    sizes = choices.bincount(minlength=len(W)).tolist()
    parts = [g @ W[e] for e, g in enumerate(x[order].split(sizes))]
    answers = torch.cat(parts)
    answers = answers * weights[order][:, None] if poids else answers
    if remettre == "jamais":
        return answers
    if remettre == "encore":
        return answers[order]
    y = torch.empty_like(x)
    y[order] = answers
    return y


def un_par_un(x, choices, weights, W):
    return [
        (w * (t @ W[c])).tolist() for t, c, w in zip(x, choices, weights, strict=True)
    ]


def equilibrage(p, experts, signe=1, facteur=True):
    E = p.shape[1]
    f = F.one_hot(experts, E).float().mean(dim=(0, 1))
    return signe * (E if facteur else 1) * f @ p.mean(dim=0)


def equilibrage_en_boucles(p, experts):
    E, total = p.shape[1], 0.0
    for i in range(E):
        total += (experts == i).float().mean().item() * p[:, i].mean().item()
    return E * total


JUSTES = [
    ("08.2", porte),
    ("08.2", porte_en_boucles),
    ("08.2", lambda x, a, b, c: (F.silu(x @ a) * (x @ b)) @ c),
    ("08.4", par_groupes),
    ("08.4", un_par_un),
    ("08.6", equilibrage),
    ("08.6", equilibrage_en_boucles),
]
ERREURS = [
    ("08.2", "porte échangée", lambda *a: porte(*a, sur="contenu")),
    ("08.2", "sigmoïde seule", lambda *a: porte(*a, phi=torch.sigmoid)),
    ("08.2", "GELU à la place de SiLU", lambda *a: porte(*a, phi=F.gelu)),
    ("08.2", "Mish à la place de SiLU", lambda *a: porte(*a, phi=F.mish)),
    ("08.2", "un x de trop", lambda *a: porte(*a, phi=lambda t: t * F.silu(t))),
    ("08.2", "activation oubliée", lambda *a: porte(*a, phi=lambda t: t)),
    ("08.4", "jamais remis en place", lambda *a: par_groupes(*a, remettre="jamais")),
    ("08.4", "tri appliqué deux fois", lambda *a: par_groupes(*a, remettre="encore")),
    ("08.4", "poids oubliés", lambda *a: par_groupes(*a, poids=False)),
    ("08.6", "signe", lambda *a: equilibrage(*a, signe=-1)),
    ("08.6", "E oublié", lambda *a: equilibrage(*a, facteur=False)),
    ("08.6", "moyenne du produit",
     lambda p, e: p.shape[1] * (F.one_hot(e, p.shape[1]).float().mean(1) * p).sum(1)
     .mean()),
]  # fmt: skip


@pytest.mark.parametrize(("number", "answer"), JUSTES)
def test_une_bonne_reponse_passe(number, answer):
    report = check(number, answer)
    assert report.passed, str(report)


@pytest.mark.parametrize(("number", "name", "answer"), ERREURS)
def test_une_erreur_courante_recoit_son_nom(number, name, answer):
    report = check(number, answer)
    assert not report.passed
    assert report.misconception == name, str(report)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.number)
def test_chaque_confusion_est_fausse_et_reconnue_sous_son_nom(exercise):
    for misconception in exercise.misconceptions:
        for wrong in misconception.variants:
            report = check(exercise.number, wrong)
            assert not report.passed
            assert report.misconception == misconception.name


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.number)
def test_deux_confusions_ne_se_ressemblent_jamais(exercise):
    inputs = hidden_inputs(exercise)
    seen = [
        (m.name, [outcome_of(exercise, wrong, x) for x in inputs])
        for m in exercise.misconceptions
        for wrong in m.variants
    ]
    for i, (name, outcomes) in enumerate(seen):
        for other, others in seen[:i]:
            pairs = zip(outcomes, others, strict=True)
            alike = all(agree(exercise, a, b) for a, b in pairs)
            assert name == other or not alike, (name, other)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: e.number)
def test_les_textes_sont_complets_et_distincts(exercise):
    messages = [m.message for m in exercise.misconceptions]
    assert len(messages) >= 5 and len(set(messages)) == len(messages)
    assert all(len(m) > 40 and "?" in m for m in messages)
    assert len(exercise.hints) >= 2 and exercise.takeaway


def test_une_reponse_a_ecrire_recoit_une_phrase_aimable():
    for exercise in EXERCISES:
        report = check(exercise.number, lambda *a: ...)
        assert not report.passed and not report.misconception
