"""Chapitre 07 : la solution passe, ses variantes aussi, chaque erreur a son nom."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from cours_transformers.exercises import check
from cours_transformers.exercises.chapter_07 import EXERCISES
from cours_transformers.exercises.recognition import outcome_of
from cours_transformers.exercises.trial import agree, hidden_inputs


def tour_recursive(x, W):
    if not len(W):
        return x
    return tour_recursive(x + torch.tanh(torch.einsum("td,de->te", x, W[0])), W[1:])


def tour(x, W, residu=True, entree=False):
    depart = x.clone()
    for matrice in W:
        nouveau = torch.tanh(x @ matrice)
        ancien = depart if entree else x
        x = ancien + nouveau if residu else nouveau
    return x


def rms_numpy(x, gain, eps):
    x, gain = x.numpy().astype(float), gain.numpy()
    rows = [gain * row / np.sqrt(np.sum(row**2) / len(row) + eps) for row in x]
    return np.stack(rows)


def rms(x, gain, eps, axe=-1, dedans=True):
    taille = (x**2).mean(axe, keepdim=True)
    taille = torch.sqrt(taille + eps) if dedans else torch.sqrt(taille) + eps
    return gain * (x / taille)


def rms_des_notes(x, gain, eps):
    """La formule lue dans une source : 1/√N fois la somme des carrés."""
    return gain * x / ((x**2).sum(-1, keepdim=True) / x.shape[-1] ** 0.5)


def normer(x):
    return F.rms_norm(x, x.shape[-1:], eps=1e-6)


def bloc(x, A, W, avant=True, residus=(1, 1)):
    for residu, f in zip(
        residus, (lambda y: A @ y, lambda y: F.relu(y @ W)), strict=True
    ):
        x = x * residu + f(normer(x)) if avant else normer(x * residu + f(x))
    return x


def bloc_nomme(x, A, W):
    lu = normer(x)
    x = torch.add(x, torch.matmul(A, lu))
    return x + torch.clamp(torch.matmul(normer(x), W), min=0)


def bloc_flux_norme(x, A, W):
    x = normer(x)
    x = x + A @ x
    x = normer(x)
    return x + F.relu(x @ W)


def dropout(x, branche, gardes, p):
    return x + torch.where(gardes, branche / (1 - p), 0.0)


JUSTES = [
    ("07.1", tour_recursive),
    ("07.1", tour),
    ("07.3", rms_numpy),
    ("07.3", rms),
    ("07.3", lambda x, g, eps: g * x * torch.rsqrt(x.pow(2).mean(-1)[:, None] + eps)),
    ("07.4", bloc),
    ("07.4", bloc_nomme),
    ("07.7", dropout),
    ("07.7", lambda x, b, k, p: (x + b.masked_fill(~k, 0) / (1 - p)).tolist()),
]
ERREURS = [
    ("07.1", "résidu manquant", lambda *a: tour(*a, residu=False)),
    ("07.1", "résidu repris à l'entrée", lambda *a: tour(*a, entree=True)),
    ("07.1", "matrice transposée", lambda x, W: tour(x, W.transpose(1, 2))),
    ("07.1", "couches à l'envers", lambda x, W: tour(x, reversed(W))),
    ("07.3", "ε hors de la racine", lambda *a: rms(*a, dedans=False)),
    ("07.3", "mauvais axe", lambda *a: rms(*a, axe=0)),
    ("07.3", "somme divisée par √d", rms_des_notes),
    ("07.3", "ε oublié", lambda x, g, eps: rms(x, g, 0)),
    ("07.3", "LayerNorm", lambda x, g, e: F.layer_norm(x, x.shape[1:], g, None, e)),
    ("07.3", "gain oublié", lambda x, g, e: rms(x, 1, e)),
    ("07.4", "post-norme", lambda *a: bloc(*a, avant=False)),
    ("07.4", "flux normé", bloc_flux_norme),
    ("07.4", "résidu manquant", lambda *a: bloc(*a, residus=(0, 0))),
    ("07.4", "résidu manquant", lambda *a: bloc(*a, residus=(1, 0))),
    ("07.4", "norme finale dans le bloc", lambda *a: normer(bloc(*a))),
    ("07.7", "échelle oubliée", lambda x, b, k, p: x + b.masked_fill(~k, 0)),
    ("07.7", "flux touché", lambda x, b, k, p: (x + b).masked_fill(~k, 0) / (1 - p)),
    ("07.7", "masque inversé", lambda x, b, k, p: dropout(x, b, ~k, p)),
]


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
