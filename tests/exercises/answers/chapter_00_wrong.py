"""Chapitre 00 : les erreurs courantes, écrites comme un lecteur les écrirait."""

import math

import torch


def softmax_qui_deborde(scores, temperature):
    raised = torch.exp(scores / temperature)
    return raised / torch.sum(raised, dim=1, keepdim=True)


def neurone(w, b, x):
    return torch.tanh((w * x).sum() + b)


def passe(corriger, decider=lambda z: float(z >= 0)):
    """Une boucle de perceptron, où l'on choisit la correction et la décision."""

    def answer(x, y, w, b):
        for row, target in zip(x, y, strict=True):
            w, b = corriger(row, float(target), decider(float(row @ w) + b), w, b)
        return torch.cat([w, torch.tensor([float(b)])])

    return answer


def bien(row, y, said, w, b):
    return w + (y - said) * row, b + (y - said)


def d_un_coup(x, y, w, b):
    error = y.float() - (x @ w + b >= 0).float()
    return torch.cat([w + x.T @ error, (b + error.sum()).reshape(1)])


def premiere_erreur(x, y, w, b):
    for row, target in zip(x, y, strict=True):
        said = int(row @ w + b >= 0)
        if said != target:
            w, b = w + (target - said) * row, b + int(target - said)
            break
    return torch.cat([w, torch.tensor([float(b)])])


def comptes(ids, V, pas=1):
    n = torch.zeros(V, V)
    for a, b in zip(ids[:-pas].tolist(), ids[pas:].tolist(), strict=True):
        n[a, b] += 1
    return n


def comptes_ecrases(ids, V):
    n = torch.ones(V, V)
    n[ids[:-1], ids[1:]] += 1
    return n / n.sum(1, keepdim=True)


# (exercice, confusion attendue, code écrit comme un lecteur l'écrirait)
WRONG = [
    ("00.1", "débordement", softmax_qui_deborde),
    ("00.1", "température oubliée", lambda s, t: torch.softmax(s, 1)),
    (
        "00.1",
        "multiplication par la température",
        lambda s, t: torch.softmax(t * s, 1),
    ),
    ("00.1", "température après le softmax", lambda s, t: torch.softmax(s, 1) / t),
    ("00.1", "softmax par colonne", lambda s, t: torch.softmax(s / t, 0)),
    (
        "00.1",
        "softmax sur tout le tableau",
        lambda s, t: (s / t - (s / t).logsumexp((0, 1))).exp(),
    ),
    ("00.1", "exponentielle oubliée", lambda s, t: (s.T / s.sum(1)).T),
    ("00.1", "normalisation oubliée", lambda s, t: torch.exp(s / t)),
    ("00.1", "logarithme du softmax", lambda s, t: torch.log_softmax(s / t, 1)),
    (
        "00.4",
        "dérivée de la tanh oubliée",
        lambda w, b, x, y: 2 * (neurone(w, b, x) - y) * x,
    ),
    (
        "00.4",
        "facteur 2 oublié",
        lambda w, b, x, y: (neurone(w, b, x) - y) * (1 - neurone(w, b, x).square()) * x,
    ),
    (
        "00.4",
        "signe opposé",
        lambda w, b, x, y: (
            2 * (y - neurone(w, b, x)) * (1 - neurone(w, b, x).square()) * x
        ),
    ),
    (
        "00.4",
        "tanh et son carré",
        lambda w, b, x, y: 2 * (neurone(w, b, x) - y) * (1 - neurone(w, b, x)) * x,
    ),
    (
        "00.4",
        "dérivée prise au mauvais endroit",
        lambda w, b, x, y: 2 * (neurone(w, b, x) - y) * (1 - (w.dot(x) + b) ** 2) * x,
    ),
    (
        "00.4",
        "biais oublié",
        lambda w, b, x, y: (
            2 * (neurone(w, 0, x) - y) * (1 - neurone(w, 0, x).square()) * x
        ),
    ),
    (
        "00.4",
        "gradient de l'entrée",
        lambda w, b, x, y: (
            2 * (neurone(w, b, x) - y) * (1 - neurone(w, b, x).square()) * w
        ),
    ),
    (
        "00.4",
        "gradient du biais",
        lambda w, b, x, y: 2 * (neurone(w, b, x) - y) * (1 - neurone(w, b, x).square()),
    ),
    (
        "00.4",
        "entrée oubliée",
        lambda w, b, x, y: [
            2 * (neurone(w, b, x) - y) * (1 - neurone(w, b, x) ** 2) for _ in w
        ],
    ),
    (
        "00.4",
        "perte au lieu du gradient",
        lambda w, b, x, y: (neurone(w, b, x) - y) ** 2,
    ),
    ("00.6", "poids d'avant la passe", d_un_coup),
    (
        "00.6",
        "correction sans erreur",
        passe(lambda row, y, said, w, b: (w + (2 * y - 1) * row, b + 2 * y - 1)),
    ),
    (
        "00.6",
        "signe inversé",
        passe(lambda row, y, said, w, b: (w - (y - said) * row, b - (y - said))),
    ),
    ("00.6", "biais oublié", passe(lambda r, y, said, w, b: (w + (y - said) * r, b))),
    ("00.6", "réponses −1 et 1", passe(bien, lambda z: math.copysign(1, z))),
    ("00.6", "une seule correction", premiere_erreur),
    ("00.6", "seuil strict", passe(bien, lambda z: float(z > 0))),
    (
        "00.6",
        "sigmoïde au lieu du seuil",
        passe(bien, lambda z: 1 / (1 + math.exp(-z))),
    ),
    (
        "00.6",
        "correction sans l'entrée",
        passe(lambda row, y, said, w, b: (w + (y - said), b + (y - said))),
    ),
    ("00.6", "poids sans le biais", lambda x, y, w, b: passe(bien)(x, y, w, b)[:-1]),
    ("00.7", "doublons écrasés", comptes_ecrases),
    (
        "00.7",
        "lissage oublié",
        lambda ids, V: comptes(ids, V) / comptes(ids, V).sum(1)[:, None],
    ),
    (
        "00.7",
        "lissage du numérateur seul",
        lambda ids, V: (comptes(ids, V) + 1) / (comptes(ids, V).sum(1)[:, None] + 1),
    ),
    (
        "00.7",
        "colonnes normalisées",
        lambda ids, V: (comptes(ids, V) + 1) / (comptes(ids, V) + 1).sum(0),
    ),
    (
        "00.7",
        "sens inversé",
        lambda ids, V: (
            (comptes(ids.flip(0), V) + 1)
            / (comptes(ids.flip(0), V).sum(1)[:, None] + V)
        ),
    ),
    (
        "00.7",
        "probabilité du couple",
        lambda ids, V: (comptes(ids, V) + 1) / (len(ids) - 1 + V * V),
    ),
    ("00.7", "comptes non normalisés", lambda ids, V: comptes(ids, V) + 1),
    (
        "00.7",
        "dernier symbole compté",
        lambda ids, V: [
            [(n + 1) / (int((ids == a).sum()) + V) for n in row]
            for a, row in enumerate(comptes(ids, V).tolist())
        ],
    ),
    (
        "00.7",
        "unigramme",
        lambda ids, V: (
            [[(int((ids == b).sum()) + 1) / (len(ids) + V) for b in range(V)]] * V
        ),
    ),
    (
        "00.7",
        "une lettre sautée",
        lambda ids, V: (
            (comptes(ids, V, 2) + 1) / (comptes(ids, V, 2) + 1).sum(1)[:, None]
        ),
    ),
]
