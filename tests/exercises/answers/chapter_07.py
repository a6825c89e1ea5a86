"""Chapitre 07 : bonnes réponses, et erreurs courantes avec leur nom."""

import numpy as np
import torch
from torch.nn import functional as F


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


def tour_lineaire(x, W):
    for matrice in W:
        x = x + x @ matrice
    return x


def bloc_sorties_normees(x, A, W):
    x = x + normer(A @ x)
    return x + normer(F.relu(x @ W))


def bloc_sans_norme(x, A, W):
    x = x + A @ x
    return x + F.relu(x @ W)


def bloc_sans_relu(x, A, W):
    x = x + A @ normer(x)
    return x + normer(x) @ W


def ecart_type(x, eps):
    centre = x - x.mean(1, keepdim=True)
    return (centre.pow(2).mean(1, keepdim=True) + eps).sqrt()


def bloc_a_l_envers(x, A, W):
    x = x + F.relu(normer(x) @ W)
    return x + A @ normer(x)


RIGHT = [
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

WRONG = [
    ("07.1", "résidu manquant", lambda *a: tour(*a, residu=False)),
    ("07.1", "résidu repris à l'entrée", lambda *a: tour(*a, entree=True)),
    ("07.1", "matrice transposée", lambda x, W: tour(x, W.transpose(1, 2))),
    ("07.1", "couches à l'envers", lambda x, W: tour(x, reversed(W))),
    ("07.1", "dernière couche oubliée", lambda x, W: tour(x, W[:-1])),
    ("07.1", "tangente oubliée", tour_lineaire),
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
    ("07.4", "sous-couches échangées", bloc_a_l_envers),
    ("07.7", "échelle oubliée", lambda x, b, k, p: x + b.masked_fill(~k, 0)),
    ("07.7", "flux touché", lambda x, b, k, p: (x + b).masked_fill(~k, 0) / (1 - p)),
    ("07.7", "masque inversé", lambda x, b, k, p: dropout(x, b, ~k, p)),
    ("07.7", "flux oublié", lambda x, b, k, p: dropout(0 * x, b, k, p)),
    ("07.7", "dropout sans effet", lambda x, b, k, p: torch.add(x, b)),
    ("07.1", "couches en parallèle", lambda x, W: x + torch.tanh(x @ W).sum(0)),
    (
        "07.1",
        "résidu dans la non-linéarité",
        lambda x, W: tour(x, W + torch.eye(x.shape[1]), residu=False),
    ),
    (
        "07.1",
        "résidu compté deux fois",
        lambda x, W: tour(x, W.repeat_interleave(2, dim=0)),
    ),
    ("07.3", "racine oubliée", lambda x, g, e: g * x / (x**2 + e).mean(1)[:, None]),
    (
        "07.3",
        "somme au lieu de moyenne",
        lambda x, g, e: g * x / ((x**2).sum(1) + e).sqrt()[:, None],
    ),
    ("07.3", "toute la phrase à la fois", lambda *a: rms(*a, axe=(0, 1))),
    (
        "07.3",
        "moyenne retirée de la taille seule",
        lambda x, g, e: g * x / ecart_type(x, e),
    ),
    ("07.3", "gain dans la taille", lambda x, g, e: rms(g * x, 1, e)),
    ("07.4", "norme sur la sortie", bloc_sorties_normees),
    (
        "07.4",
        "sous-couches en parallèle",
        lambda x, A, W: x + A @ normer(x) + F.relu(normer(x) @ W),
    ),
    ("07.4", "norme oubliée", bloc_sans_norme),
    ("07.4", "ReLU oubliée", bloc_sans_relu),
    ("07.7", "échelle de la part perdue", lambda x, b, k, p: dropout(x, b, k, 1 - p)),
    (
        "07.7",
        "multiplié au lieu de divisé",
        lambda x, b, k, p: x + (1 - p) * b.masked_fill(~k, 0),
    ),
    ("07.7", "flux agrandi", lambda x, b, k, p: (x + b.masked_fill(~k, 0)) / (1 - p)),
]
