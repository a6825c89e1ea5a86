"""Chapitre 04 : plusieurs façons justes de répondre à chaque exercice."""

import math

import numpy as np
import torch


def poids_du_chapitre(q, k):
    scores = q @ k.T / math.sqrt(q.shape[1])
    return scores.softmax(dim=1)


def poids_en_boucles(q, k):
    rows = []
    for query in q.tolist():
        scores = [
            sum(a * b for a, b in zip(query, key, strict=True)) for key in k.tolist()
        ]
        exps = [math.exp(s / len(query) ** 0.5) for s in scores]
        rows.append([e / sum(exps) for e in exps])
    return rows


def poids_en_numpy(q, k):
    scores = q.numpy() @ k.numpy().T / np.sqrt(k.shape[1])
    exps = np.exp(scores - scores.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)


def poids_einsum(q, k):
    return torch.einsum("td,sd->ts", q, k / k.shape[1] ** 0.5).double().softmax(-1)


def poids_avec_gradient(q, k):
    return poids_du_chapitre(q.requires_grad_(), k)


def loi_par_vecteurs_propres(P):
    eigenvalues, vectors = torch.linalg.eig(P.T)
    pi = vectors[:, eigenvalues.real.argmax()].real
    return pi / pi.sum()


def loi_complexe(P):
    eigenvalues, vectors = torch.linalg.eig(P.T)
    pi = vectors[:, eigenvalues.real.argmax()]
    return pi / pi.sum()


def loi_par_puissances(P):
    pi = torch.zeros(len(P))
    pi[0] = 1
    while not torch.allclose(pi @ P, pi, atol=1e-6):
        pi = pi @ P
    return pi


def loi_numpy(P):
    system = np.vstack([P.numpy().T - np.eye(len(P)), np.ones(len(P))])
    return np.linalg.lstsq(system, [0] * len(P) + [1], rcond=None)[0]


def loi_en_ligne(P):
    return torch.linalg.matrix_power(P, 300)[0].tolist()


def additif_du_chapitre(q, k, W_q, W_k, v):
    pairs = (q @ W_q)[:, None, :] + (k @ W_k)[None, :, :]
    return pairs.tanh() @ v


def additif_en_boucles(q, k, W_q, W_k, v):
    scores = torch.zeros(len(q), len(k))
    for i in range(len(q)):
        for j in range(len(k)):
            scores[i, j] = v @ torch.tanh(q[i] @ W_q + k[j] @ W_k)
    return scores


def additif_einsum(q, k, W_q, W_k, v):
    pairs = (k @ W_k).unsqueeze(0) + (q @ W_q).unsqueeze(1)
    return torch.einsum("tsa,a->ts", torch.tanh(pairs), v)


def masque_du_chapitre(lengths, T):
    place = torch.arange(T)
    past = place[None, :] <= place[:, None]
    word = place[None, :] < torch.tensor(lengths)[:, None]
    return past[None] & word[:, None, :]


def masque_en_boucles(lengths, T):
    return [[[j <= i and j < n for j in range(T)] for i in range(T)] for n in lengths]


def masque_numpy(lengths, T):
    keys = np.arange(T) < np.array(lengths)[:, None, None]
    return np.tril(np.ones((T, T), dtype=bool)) & keys


def masque_double_negation(lengths, T):
    future = torch.ones(T, T, dtype=torch.bool).triu(1)
    padding = torch.stack([torch.arange(T) >= n for n in lengths])
    return ~(future | padding[:, None])


def croisee_du_chapitre(x, y, W_q, W_k, W_v):
    scores = (x @ W_q) @ (y @ W_k).T / math.sqrt(W_q.shape[1])
    return scores.softmax(dim=1) @ (y @ W_v)


def croisee_sdpa(x, y, W_q, W_k, W_v):
    attention = torch.nn.functional.scaled_dot_product_attention
    return attention((x @ W_q)[None], (y @ W_k)[None], (y @ W_v)[None])[0]


def croisee_mot_a_mot(x, y, W_q, W_k, W_v):
    keys, values, rows = y @ W_k, y @ W_v, []
    for query in x @ W_q:
        weights = (keys @ query / len(query) ** 0.5).exp()
        rows.append((weights[:, None] * values).sum(0) / weights.sum())
    return rows


RIGHT = [
    ("04.1", 0.665),
    ("04.1", math.exp(2) / (math.exp(2) + math.e + 1)),
    ("04.1", "0,665"),
    ("04.1", np.float32(0.6652)),
    ("04.1", torch.tensor([0.66524])),
    ("04.2", poids_du_chapitre),
    ("04.2", poids_en_boucles),
    ("04.2", poids_en_numpy),
    ("04.2", poids_einsum),
    ("04.2", poids_avec_gradient),
    ("04.3", loi_par_vecteurs_propres),
    ("04.3", loi_complexe),
    ("04.3", loi_par_puissances),
    ("04.3", loi_numpy),
    ("04.3", loi_en_ligne),
    ("04.4", lambda d_k, sigma_q, sigma_k: math.sqrt(d_k) * sigma_q * sigma_k),
    ("04.4", lambda d, s, t: (d * s**2 * t**2) ** 0.5),
    ("04.4", lambda d, s, t: np.sqrt(d) * s * t),
    ("04.4", lambda d, s, t: torch.tensor([float(d)]).sqrt() * s * t),
    ("04.5", additif_du_chapitre),
    ("04.5", additif_en_boucles),
    ("04.5", additif_einsum),
    ("04.7", masque_du_chapitre),
    ("04.7", masque_en_boucles),
    ("04.7", masque_numpy),
    ("04.7", masque_double_negation),
    ("04.8", croisee_du_chapitre),
    ("04.8", croisee_sdpa),
    ("04.8", croisee_mot_a_mot),
]
