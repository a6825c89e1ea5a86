"""Chapitre 00 : plusieurs façons justes de répondre à chaque exercice."""

import itertools
import math
from collections import Counter

import numpy as np
import torch

from cours_transformers.models.perceptron import Perceptron
from cours_transformers.training.autograd import Scalar


def softmax_du_chapitre(scores, temperature):
    scaled = scores / temperature
    raised = (scaled - scaled.amax(dim=-1, keepdim=True)).exp()
    return raised / raised.sum(dim=-1, keepdim=True)


def softmax_en_boucles(scores, temperature):
    rows = []
    for row in scores.tolist():
        top = max(row)
        raised = [math.exp((s - top) / temperature) for s in row]
        rows.append([r / sum(raised) for r in raised])
    return rows


def softmax_numpy(scores, temperature):
    s = scores.numpy() / temperature
    raised = np.exp(s - s.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def softmax_par_logarithme(scores, temperature):
    s = scores / temperature
    return (s - s.logsumexp(dim=1, keepdim=True)).exp()


def gradient_du_chapitre(w, b, x, y):
    a = torch.tanh(w @ x + b)
    return 2 * (a - y) * (1 - a**2) * x


def gradient_par_pytorch(w, b, x, y):
    w = w.clone().requires_grad_()
    ((w @ x + b).tanh() - y).square().backward()
    return w.grad


def gradient_par_notre_machine(w, b, x, y):
    weights = [Scalar(v) for v in w.tolist()]
    z = sum((u * v for u, v in zip(weights, x.tolist(), strict=True)), Scalar(b))
    ((z.tanh() - y) ** 2).backward()
    return [u.grad for u in weights]


def gradient_par_cosinus_hyperbolique(w, b, x, y):
    z = (w * x).sum() + b
    return 2 * (z.tanh() - y) / z.cosh() ** 2 * x


def gradient_par_differences(w, b, x, y):
    def loss(v):
        return ((v @ x.double() + b).tanh() - y) ** 2

    steps = 1e-5 * torch.eye(len(w)).double()
    return [(loss(w.double() + s) - loss(w.double() - s)) / 2e-5 for s in steps]


def passe_du_chapitre(x, y, w, b):
    for x_i, y_i in zip(x, y, strict=True):
        error = float(y_i) - float(w @ x_i + b >= 0)
        w, b = w + error * x_i, b + error
    return torch.cat([w, torch.tensor([b])])


def passe_par_le_paquet(x, y, w, b):
    perceptron = Perceptron(len(w))
    perceptron.weights, perceptron.bias = w, torch.tensor(float(b))
    perceptron.fit(x, y, epochs=1)
    return [*perceptron.weights.tolist(), perceptron.bias.item()]


def passe_avec_une_entree_de_plus(x, y, w, b):
    inputs = torch.cat([x, torch.ones(len(x), 1)], dim=1)
    weights = torch.cat([w, torch.tensor([b])])
    for row, answer in zip(inputs, y, strict=True):
        fired = int(row @ weights >= 0)
        if fired and not answer:
            weights = weights - row
        elif answer and not fired:
            weights = weights + row
    return weights


def bigramme_du_chapitre(ids, V):
    counts = torch.ones(V, V)
    for a, b in itertools.pairwise(ids):
        counts[a, b] += 1
    return counts / counts.sum(dim=1, keepdim=True)


def bigramme_par_bincount(ids, V):
    n = torch.bincount(ids[:-1] * V + ids[1:], minlength=V * V).reshape(V, V)
    return (n + 1) / (n.sum(1, keepdim=True) + V)


def bigramme_par_dictionnaire(ids, V):
    letters = ids.tolist()
    pairs = Counter(itertools.pairwise(letters))
    before = Counter(letters[:-1])
    return [[(pairs[a, b] + 1) / (before[a] + V) for b in range(V)] for a in range(V)]


def bigramme_par_index_put(ids, V):
    counts = torch.zeros(V, V)
    pair = (ids[:-1], ids[1:])
    counts.index_put_(pair, torch.ones(len(ids) - 1), accumulate=True)
    return ((counts + 1).T / (counts + 1).sum(1)).T


RIGHT = [
    ("00.1", softmax_du_chapitre),
    ("00.1", softmax_en_boucles),
    ("00.1", softmax_numpy),
    ("00.1", softmax_par_logarithme),
    ("00.1", lambda scores, temperature: torch.softmax(scores / temperature, dim=1)),
    ("00.4", gradient_du_chapitre),
    ("00.4", gradient_par_pytorch),
    ("00.4", gradient_par_notre_machine),
    ("00.4", gradient_par_cosinus_hyperbolique),
    ("00.4", gradient_par_differences),
    ("00.6", passe_du_chapitre),
    ("00.6", passe_par_le_paquet),
    ("00.6", passe_avec_une_entree_de_plus),
    ("00.7", bigramme_du_chapitre),
    ("00.7", bigramme_par_bincount),
    ("00.7", bigramme_par_dictionnaire),
    ("00.7", bigramme_par_index_put),
]
