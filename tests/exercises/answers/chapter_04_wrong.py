"""Chapitre 04 : les erreurs courantes, écrites comme un lecteur les écrirait."""

import math

import numpy as np
import torch


def paires(q, k, W_q, W_k):
    return (q @ W_q).unsqueeze(1) + (k @ W_k).unsqueeze(0)


def croisee(demande, cles, valeurs, W_q, W_k, W_v, scale=None, dim=-1):
    q, k = demande @ W_q, cles @ W_k
    scores = torch.einsum("td,sd->ts", q, k) / (scale or math.sqrt(k.shape[-1]))
    return torch.softmax(scores, dim) @ (valeurs @ W_v)


def triangle(T, diagonal=0):
    return torch.tril(torch.ones(T, T), diagonal).bool()


def reelles(lengths, T):
    return torch.tensor([[j < n for j in range(T)] for n in lengths])


def puissances_terme_a_terme(P):
    for _ in range(3):
        P = P * P
    return P[0]


def dix_pas(P):
    pi = torch.full((len(P),), 1 / len(P))
    for _ in range(10):
        pi = pi @ P
    return pi


def vecteur_propre_brut(P):
    values, vectors = np.linalg.eig(P.numpy().T)
    return vectors[:, values.real.argmax()].real


def poids_sans_exponentielle(q, k):
    scores = q @ k.T / k.shape[1] ** 0.5
    return scores / scores.sum(1, keepdim=True)


def softmax_du_tableau(q, k):
    raised = (q @ k.T / k.shape[1] ** 0.5).exp()
    return raised / raised.sum()


def colonnes_divisees(P):
    pi, M = torch.full((len(P),), 1 / len(P)), P / P.sum(0)
    for _ in range(500):
        pi = M @ pi
    return pi


def reelles_a_droite(lengths, T):
    return torch.tensor([[j >= T - n for j in range(T)] for n in lengths])


# (exercice, confusion attendue, code écrit comme un lecteur l'écrirait)
WRONG = [
    ("04.1", "échelle oubliée", 0.867),
    ("04.1", "division par d_k", 0.506),
    ("04.1", "exponentielle oubliée", 0.667),
    ("04.1", "arrondi trop court", 0.67),
    ("04.1", "poids d'une autre clé", 0.245),
    ("04.1", "poids d'une autre clé", 0.09),
    ("04.1", "pourcentage", 66.5),
    ("04.1", "somme non divisée", 7.389),
    ("04.2", "échelle oubliée", lambda q, k: torch.softmax(q @ k.mT, -1)),
    ("04.2", "division par d_k", lambda q, k: (q @ k.T / k.shape[-1]).softmax(1)),
    (
        "04.2",
        "échelle de la longueur",
        lambda q, k: (q @ k.T / len(q) ** 0.5).softmax(1),
    ),
    (
        "04.2",
        "softmax sur les requêtes",
        lambda q, k: torch.softmax(q @ k.T / q.shape[1] ** 0.5, dim=0),
    ),
    ("04.2", "softmax oublié", lambda q, k: q @ k.T / q.shape[1] ** 0.5),
    ("04.2", "exponentielle oubliée", poids_sans_exponentielle),
    ("04.2", "normalisation oubliée", lambda q, k: (q @ k.T / q.shape[1] ** 0.5).exp()),
    ("04.2", "rôles échangés", lambda q, k: (k @ q.T / q.shape[1] ** 0.5).softmax(1)),
    (
        "04.2",
        "résultat transposé",
        lambda q, k: (q @ k.T / q.shape[1] ** 0.5).softmax(1).T,
    ),
    ("04.2", "clés oubliées", lambda q, k: (q @ q.T / q.shape[1] ** 0.5).softmax(1)),
    ("04.3", "vecteur propre à droite", lambda P: torch.ones(len(P)) / len(P)),
    ("04.3", "un seul pas", lambda P: P.sum(0) / len(P)),
    ("04.3", "trop peu de pas", dix_pas),
    ("04.3", "norme au lieu de somme", vecteur_propre_brut),
    ("04.3", "somme des colonnes", lambda P: P.sum(0)),
    ("04.3", "puissance terme à terme", puissances_terme_a_terme),
    (
        "04.3",
        "matrice au lieu d'un vecteur",
        lambda P: torch.linalg.matrix_power(P, 100),
    ),
    ("04.3", "diagonale", lambda P: P.diag() / P.trace()),
    ("04.4", "écarts-types oubliés", lambda d, s, t: d**0.5),
    ("04.4", "racine oubliée", lambda d, s, t: d * s * t),
    ("04.4", "variance au lieu d'écart-type", lambda d, s, t: d * (s * t) ** 2),
    ("04.4", "σ au carré", lambda d, s, t: d**0.5 * (s * t) ** 2),
    ("04.4", "racine de trop", lambda d, s, t: d**0.5 * (s * t) ** 0.5),
    ("04.4", "dimension oubliée", lambda d, s, t: s * t),
    ("04.4", "inverse", lambda d, s, t: (d * s * s * t * t) ** -0.5),
    ("04.4", "écarts-types ajoutés", lambda d, s, t: (s + t) * d**0.5),
    ("04.5", "tanh oubliée", lambda q, k, A, B, v: paires(q, k, A, B) @ v),
    ("04.5", "tanh après v", lambda q, k, A, B, v: torch.tanh(paires(q, k, A, B) @ v)),
    (
        "04.5",
        "couples i = j seulement",
        lambda q, k, A, B, v: (q @ A + k @ B).tanh() @ v,
    ),
    (
        "04.5",
        "produit au lieu de somme",
        lambda q, k, A, B, v: ((q @ A)[:, None] * (k @ B)[None]).tanh() @ v,
    ),
    (
        "04.5",
        "requêtes et clés transposées",
        lambda q, k, A, B, v: ((q @ A)[None] + (k @ B)[:, None]).tanh() @ v,
    ),
    (
        "04.5",
        "softmax de trop",
        lambda q, k, A, B, v: (paires(q, k, A, B).tanh() @ v).softmax(1),
    ),
    ("04.5", "v oublié", lambda q, k, A, B, v: paires(q, k, A, B).tanh().sum(2)),
    ("04.5", "produit scalaire", lambda q, k, A, B, v: q @ A @ (k @ B).T),
    (
        "04.5",
        "matrices interverties",
        lambda q, k, A, B, v: paires(q, k, B, A).tanh() @ v,
    ),
    (
        "04.7",
        "masque inversé",
        lambda lengths, T: ~(triangle(T) & reelles(lengths, T)[:, None]),
    ),
    (
        "04.7",
        "diagonale exclue",
        lambda lengths, T: triangle(T, -1) & reelles(lengths, T)[:, None],
    ),
    (
        "04.7",
        "futur au lieu du passé",
        lambda lengths, T: triangle(T).T & reelles(lengths, T)[:, None],
    ),
    (
        "04.7",
        "remplissage oublié",
        lambda lengths, T: triangle(T).repeat(len(lengths), 1, 1),
    ),
    (
        "04.7",
        "causalité oubliée",
        lambda lengths, T: reelles(lengths, T)[:, None].repeat(1, T, 1),
    ),
    (
        "04.7",
        "requêtes masquées",
        lambda lengths, T: triangle(T) & reelles(lengths, T)[:, :, None],
    ),
    (
        "04.7",
        "ou au lieu de et",
        lambda lengths, T: triangle(T) | reelles(lengths, T)[:, None],
    ),
    (
        "04.7",
        "longueur décalée d'un",
        lambda lengths, T: triangle(T) & reelles([n + 1 for n in lengths], T)[:, None],
    ),
    (
        "04.7",
        "masque additif",
        lambda lengths, T: torch.where(
            triangle(T) & reelles(lengths, T)[:, None], 0.0, float("-inf")
        ),
    ),
    (
        "04.7",
        "type des éléments",
        lambda lengths, T: (triangle(T) & reelles(lengths, T)[:, None]).float(),
    ),
    ("04.8", "rôles échangés", lambda x, y, A, B, C: croisee(y, x, x, A, B, C)),
    ("04.8", "auto-attention de x", lambda x, y, A, B, C: croisee(x, x, x, A, B, C)),
    ("04.8", "requêtes tirées de y", lambda x, y, A, B, C: croisee(y, y, y, A, B, C)),
    ("04.8", "valeurs tirées de x", lambda x, y, A, B, C: croisee(x, y, x, A, B, C)),
    ("04.8", "clés tirées de x", lambda x, y, A, B, C: croisee(x, x, y, A, B, C)),
    ("04.8", "échelle oubliée", lambda x, y, A, B, C: croisee(x, y, y, A, B, C, 1)),
    (
        "04.8",
        "échelle √d",
        lambda x, y, A, B, C: croisee(x, y, y, A, B, C, x.shape[1] ** 0.5),
    ),
    (
        "04.8",
        "softmax sur les requêtes",
        lambda x, y, A, B, C: croisee(x, y, y, A, B, C, dim=0),
    ),
    (
        "04.8",
        "projection des valeurs oubliée",
        lambda x, y, A, B, C: ((x @ A) @ (y @ B).T / A.shape[1] ** 0.5).softmax(1) @ y,
    ),
    ("04.8", "matrices interverties", lambda x, y, A, B, C: croisee(x, y, y, B, A, C)),
    (
        "04.2",
        "multiplication par √d_k",
        lambda q, k: (q @ k.T * k.shape[1] ** 0.5).softmax(1),
    ),
    ("04.2", "softmax sur tout le tableau", softmax_du_tableau),
    (
        "04.2",
        "logarithme du softmax",
        lambda q, k: torch.log_softmax(q @ k.T / q.shape[1] ** 0.5, dim=1),
    ),
    ("04.3", "colonnes renormalisées", colonnes_divisees),
    ("04.4", "d_k seul", lambda d, s, t: float(d)),
    (
        "04.5",
        "tanh de chaque côté",
        lambda q, k, A, B, v: ((q @ A).tanh()[:, None] + (k @ B).tanh()[None]) @ v,
    ),
    (
        "04.5",
        "échelle de trop",
        lambda q, k, A, B, v: paires(q, k, A, B).tanh() @ v / v.shape[0] ** 0.5,
    ),
    ("04.5", "autre activation", lambda q, k, A, B, v: paires(q, k, A, B).relu() @ v),
    (
        "04.7",
        "remplissage à gauche",
        lambda lengths, T: triangle(T) & reelles_a_droite(lengths, T)[:, None],
    ),
    (
        "04.8",
        "division par d_k",
        lambda x, y, A, B, C: croisee(x, y, y, A, B, C, B.shape[1]),
    ),
    ("04.8", "softmax oublié", lambda x, y, A, B, C: x @ A @ (y @ B).T @ y @ C),
    (
        "04.8",
        "poids au lieu de la sortie",
        lambda x, y, A, B, C: ((x @ A) @ (y @ B).T / A.shape[1] ** 0.5).softmax(-1),
    ),
]
