"""Chapitre 08 : bonnes réponses, et erreurs courantes avec leur nom."""

import math

import numpy as np
import torch
from torch.nn import functional as F


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


def par_groupes(x, choices, weights, W, remettre="place", poids="triés"):
    order = choices.argsort()
    sizes = choices.bincount(minlength=len(W)).tolist()
    parts = [g @ W[e] for e, g in enumerate(x[order].split(sizes))]
    kept = {"triés": weights[order], "du texte": weights, "oubliés": 1 + 0 * weights}
    answers = torch.cat(parts) * kept[poids][:, None]
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


def parts(p, experts):
    return F.one_hot(experts, p.shape[1]).float().mean(dim=(0, 1))


def equilibrage(p, experts, signe=1, facteur=True):
    E = p.shape[1]
    return signe * (E if facteur else 1) * parts(p, experts) @ p.mean(dim=0)


def equilibrage_en_boucles(p, experts):
    E, total = p.shape[1], 0.0
    for i in range(E):
        total += (experts == i).float().mean().item() * p[:, i].mean().item()
    return E * total


RIGHT = [
    ("08.2", porte),
    ("08.2", porte_en_boucles),
    ("08.2", lambda x, a, b, c: (F.silu(x @ a) * (x @ b)) @ c),
    ("08.4", par_groupes),
    ("08.4", un_par_un),
    ("08.6", equilibrage),
    ("08.6", equilibrage_en_boucles),
]

WRONG = [
    ("08.2", "porte échangée", lambda *a: porte(*a, sur="contenu")),
    ("08.2", "sigmoïde seule", lambda *a: porte(*a, phi=torch.sigmoid)),
    ("08.2", "GELU à la place de SiLU", lambda *a: porte(*a, phi=F.gelu)),
    ("08.2", "Mish à la place de SiLU", lambda *a: porte(*a, phi=F.mish)),
    ("08.2", "un x de trop", lambda *a: porte(*a, phi=lambda t: t * F.silu(t))),
    ("08.2", "activation oubliée", lambda *a: porte(*a, phi=lambda t: t)),
    ("08.4", "jamais remis en place", lambda *a: par_groupes(*a, remettre="jamais")),
    ("08.4", "tri appliqué deux fois", lambda *a: par_groupes(*a, remettre="encore")),
    ("08.4", "poids oubliés", lambda *a: par_groupes(*a, poids="oubliés")),
    ("08.4", "le premier expert pour tous", lambda x, c, w, W: x @ W[0] * w[:, None]),
    ("08.4", "matrices transposées", lambda x, c, w, W: un_par_un(x, c, w, W.mT)),
    ("08.6", "signe", lambda *a: equilibrage(*a, signe=-1)),
    ("08.6", "E oublié", lambda *a: equilibrage(*a, facteur=False)),
    ("08.6", "moyenne du produit",
     lambda p, e: p.shape[1] * (F.one_hot(e, p.shape[1]).float().mean(1) * p).sum(1)
     .mean()),
    ("08.6", "k oublié dans la part", lambda p, e: equilibrage(p, e) * e.shape[1]),
    ("08.6", "premiers choix seuls", lambda p, e: equilibrage(p, e[:, :1])),
    ("08.2", "ReLU à la place de SiLU", lambda *a: porte(*a, phi=F.relu)),
    ("08.2", "somme au lieu du produit",
     lambda x, a, b, c: (F.silu(x @ a) + x @ b) @ c),
    ("08.2", "activation après le produit",
     lambda x, a, b, c: F.silu((x @ a) * (x @ b)) @ c),
    ("08.2", "activation des deux côtés",
     lambda x, a, b, c: (F.silu(x @ a) * F.silu(x @ b)) @ c),
    ("08.2", "pas de retour", lambda x, a, b, c: F.silu(x @ a) * (x @ b)),
    ("08.2", "une seule branche", lambda x, a, b, c: F.silu(x @ b) @ c),
    ("08.4", "poids d'un autre", lambda *a: par_groupes(*a, poids="du texte")),
    ("08.4", "l'expert d'à côté",
     lambda x, c, w, W: par_groupes(x, (c + 1) % len(W), w, W)),
    ("08.4", "tous les experts à la fois",
     lambda x, c, w, W: torch.einsum("n,nd,edf->nf", w, x, W)),
    ("08.6", "probabilités deux fois",
     lambda p, e: p.shape[1] * p.mean(0) @ p.mean(0)),
    ("08.6", "parts deux fois", lambda p, e: p.shape[1] * parts(p, e) @ parts(p, e)),
    ("08.6", "comptes au lieu de parts", lambda p, e: equilibrage(p, e) * e.numel()),
    ("08.6", "forme KL",
     lambda p, e: math.log(p.shape[1]) - torch.special.entr(p.mean(0)).sum()),
    ("08.6", "écart à l'uniforme",
     lambda p, e: ((parts(p, e) - 1 / p.shape[1]) ** 2).sum()),
]  # fmt: skip
