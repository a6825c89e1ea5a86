"""Chapitre 09 : la solution passe, ses variantes aussi, chaque erreur a son nom."""

import math

import pytest
import torch
from torch.nn import functional as F

from cours_transformers.exercises import check
from cours_transformers.exercises.chapter_09 import EXERCISES
from cours_transformers.exercises.recognition import outcome_of
from cours_transformers.exercises.trial import agree, hidden_inputs


def decaler(target, start):
    shifted = torch.empty_like(target)
    shifted[:, 0], shifted[:, 1:] = start, target[:, :-1]
    return shifted


def lisser(targets, V, epsilon):
    rows = torch.full((len(targets), V), epsilon / V)
    rows[torch.arange(len(targets)), targets] += 1 - epsilon
    return rows


def taux(step, d_model, warmup):
    if step <= warmup:
        return step / (warmup * math.sqrt(d_model * warmup))
    return 1 / math.sqrt(d_model * step)


def noter(log_p, lengths, alpha):
    scores = []
    for row, n in zip(log_p, lengths.tolist(), strict=True):
        scores.append(float(row[:n].sum()) / ((5 + n) / 6) ** alpha)
    return torch.tensor(scores)


def noter_faux(total=None, divide=True, penalty=None):
    def wrong(log_p, lengths, alpha):
        real = torch.arange(log_p.shape[1])[None] < lengths[:, None]
        kept = log_p if total == "toute la ligne" else torch.where(real, log_p, 0.0)
        p = (penalty or (lambda n, a: ((5 + n) / 6) ** a))(lengths, alpha)
        return kept.sum(1) / p if divide else kept.sum(1) * p

    return wrong


JUSTES = [
    ("09.2", decaler),
    ("09.2", lambda y, s: torch.cat([torch.full((len(y), 1), s), y[:, :-1]], dim=1)),
    ("09.3", lisser),
    ("09.3", lambda y, V, e: torch.lerp(F.one_hot(y, V) * 1.0, torch.ones(V) / V, e)),
    ("09.5", taux),
    ("09.5", lambda s, d, w: torch.tensor(d**-0.5 * min(s**-0.5, s * w**-1.5))),
    ("09.7", noter),
]
ERREURS = [
    ("09.2", "pas de décalage", lambda y, s: y.clone()),
    ("09.2", "début ajouté, rien retiré", lambda y, s: F.pad(y, (1, 0), value=s)),
    ("09.2", "un tour de manège", lambda y, s: torch.cat([y[:, -1:], y[:, :-1]], 1)),
    ("09.3", "aucun lissage", lambda y, V, e: torch.eye(V)[y]),
    (
        "09.3",
        "bonne réponse oubliée du partage",
        lambda y, V, e: torch.where(F.one_hot(y, V).bool(), 1 - e, e / V),
    ),
    (
        "09.3",
        "ε donné aux autres seulement",
        lambda y, V, e: torch.where(F.one_hot(y, V).bool(), 1 - e, e / (V - 1)),
    ),
    ("09.5", "dimension oubliée", lambda s, d, w: min(1 / s**0.5, s / w**1.5)),
    ("09.5", "max au lieu de min", lambda s, d, w: max(s**-0.5, s / w**1.5) / d**0.5),
    ("09.5", "un pas trop tôt", lambda s, d, w: taux(s + 1, d, w)),
    ("09.7", "score non normalisé", noter_faux(penalty=lambda n, a: 1.0)),
    ("09.7", "remplissage compté", noter_faux(total="toute la ligne")),
    ("09.7", "pénalité multipliée", noter_faux(divide=False)),
    ("09.7", "longueur nue", noter_faux(penalty=lambda n, a: n**a)),
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
