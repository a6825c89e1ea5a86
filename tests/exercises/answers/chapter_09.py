"""Chapitre 09 : bonnes réponses, et erreurs courantes avec leur nom."""

import math

import torch
from torch.nn import functional as F


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


def decaler_a_gauche(target, start):
    return torch.cat([target[:, 1:], torch.full((len(target), 1), start)], dim=1)


RIGHT = [
    ("09.2", decaler),
    ("09.2", lambda y, s: torch.cat([torch.full((len(y), 1), s), y[:, :-1]], dim=1)),
    ("09.3", lisser),
    ("09.3", lambda y, V, e: torch.lerp(F.one_hot(y, V) * 1.0, torch.ones(V) / V, e)),
    ("09.5", taux),
    ("09.5", lambda s, d, w: torch.tensor(d**-0.5 * min(s**-0.5, s * w**-1.5))),
    ("09.7", noter),
]

WRONG = [
    ("09.2", "pas de décalage", lambda y, s: y.clone()),
    ("09.2", "début ajouté, rien retiré", lambda y, s: F.pad(y, (1, 0), value=s)),
    ("09.2", "un tour de manège", lambda y, s: torch.cat([y[:, -1:], y[:, :-1]], 1)),
    ("09.2", "décalage dans l'autre sens", decaler_a_gauche),
    ("09.2", "zéro au lieu du début", lambda y, s: decaler(y, 0)),
    ("09.3", "aucun lissage", lambda y, V, e: torch.eye(V)[y]),
    ("09.3", "rôles échangés", lambda y, V, e: lisser(y, V, 1 - e)),
    (
        "09.3",
        "colonnes et lignes échangées",
        lambda y, V, e: lisser(y, V, e).T.contiguous(),
    ),
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
    ("09.5", "échauffement seul", lambda s, d, w: taux(min(s, w), d, w)),
    ("09.5", "sommet à un", lambda s, d, w: taux(s, d, w) / taux(w, d, w)),
    ("09.7", "score non normalisé", noter_faux(penalty=lambda n, a: 1.0)),
    ("09.7", "remplissage compté", noter_faux(total="toute la ligne")),
    ("09.7", "pénalité multipliée", noter_faux(divide=False)),
    ("09.7", "longueur nue", noter_faux(penalty=lambda n, a: n**a)),
    ("09.7", "moyenne par token", noter_faux(penalty=lambda n, a: n)),
    (
        "09.2",
        "premier token écrasé",
        lambda y, s: torch.cat([torch.full((len(y), 1), s), y[:, 1:]], dim=1),
    ),
    ("09.2", "lignes décalées", lambda y, s: decaler(y.T, s).T),
    (
        "09.3",
        "ε non partagé",
        lambda y, V, e: torch.where(F.one_hot(y, V).bool(), 1 - e, e),
    ),
    (
        "09.3",
        "rien n'est retiré à la bonne réponse",
        lambda y, V, e: F.one_hot(y, V) + e / V,
    ),
    ("09.5", "pas compté à partir de zéro", lambda s, d, w: taux(s - 1, d, w)),
    (
        "09.5",
        "descente en 1/s",
        lambda s, d, w: taux(s, d, w) if s <= w else (w / d) ** 0.5 / s,
    ),
    (
        "09.7",
        "probabilités multipliées",
        lambda p, n, a: noter(p, n, 0).exp() / ((5 + n) / 6) ** a,
    ),
    ("09.7", "six oublié", noter_faux(penalty=lambda n, a: (5 + n) ** a)),
]
