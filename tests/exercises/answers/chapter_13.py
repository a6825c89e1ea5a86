"""Chapitre 13 : bonnes réponses, et erreurs courantes avec leur nom."""

import math

import numpy as np
import torch


def discretise(delta, a, b, gain=None):
    a_bar = math.exp(delta * a)
    if abs(a) < 1e-9:
        return a_bar, delta * b
    b_bar = (a_bar - 1) / a * b
    return a_bar, gain(b_bar, delta) if gain else b_bar


def discretise_en_torch(delta, a, b):
    """Une intégrale par la règle du milieu, sans jamais diviser."""
    middles = (torch.arange(2000, dtype=torch.float64) + 0.5) * delta / 2000
    return math.exp(delta * a), b * (middles * a).exp().mean() * delta


def discretise_naivement(delta, a, b):
    return math.exp(delta * a), (math.exp(delta * a) - 1) / a * b


def discretise_en_numpy(delta, a, b):
    a = np.float64(a)
    with np.errstate(all="ignore"):
        return np.exp(delta * a), b * np.expm1(delta * a) / a


def noyau_en_boucle(a_bar, b_bar, c, T, h=None, entrees=None, avant=False):
    """La récurrence, nourrie d'une impulsion."""
    h, kernel = torch.zeros_like(a_bar) if h is None else h, []
    for x in entrees(T) if entrees else [1] + [0] * (T - 1):
        before, h = h, a_bar * h + b_bar * x
        kernel.append((c * (before if avant else h)).sum())
    return torch.stack(kernel)


def noyau(a_bar, b_bar, c, T, depart=0):
    ages = torch.arange(depart, T + depart)
    return torch.einsum("n,n,nt->t", c, b_bar, a_bar[:, None].pow(ages))


def combine(premier, suivant, a=lambda a1, a2: a1 * a2, b=None):
    (a1, b1), (a2, b2) = premier, suivant
    return a(a1, a2), b(a1, b1, a2, b2) if b else b2 + b1 * a2


def combine_en_matrices(premier, suivant):
    """Le produit des matrices [[a, b], [0, 1]], la plus récente à gauche."""
    a1, b1, a2, b2 = (torch.as_tensor(z) for z in (*premier, *suivant))
    rows = [
        torch.stack([torch.stack([a, b], -1), torch.stack([0 * a, 0 * a + 1], -1)], -2)
        for a, b in ((a1, b1), (a2, b2))
    ]
    product = rows[1] @ rows[0]
    return [product[..., 0, 0], product[..., 0, 1]]


def balayage(x, delta, A, B, C, pas=None, lire=None):
    T, d = x.shape
    h, ys = torch.zeros(d, A.shape[1]), []
    for t in range(T):
        dt = delta[t].unsqueeze(-1)
        before = h
        if pas:
            h = pas(h, dt, A, x[t].unsqueeze(-1), B[t])
        else:
            h = torch.exp(dt * A) * h + dt * B[t] * x[t].unsqueeze(-1)
        ys.append(lire(before, h, C[t]) if lire else (h * C[t]).sum(-1))
    return torch.stack(ys)


def balayage_en_nombres(x, delta, A, B, C):
    """Trois boucles, des nombres, et le résultat en liste."""
    T, d = x.shape
    y = [[0.0] * d for _ in range(T)]
    for i in range(d):
        for n in range(A.shape[1]):
            h = 0.0
            for t in range(T):
                dt = delta[t, i].item()
                h = math.exp(dt * A[i, n].item()) * h
                h += dt * B[t, n].item() * x[t, i].item()
                y[t][i] += C[t, n].item() * h
    return y


def balayage_en_matrice(x, delta, A, B, C):
    """Sans récurrence : toutes les paires (t, s), à la manière d'une attention."""
    total = (delta[:, :, None] * A).cumsum(0)
    gap = total[:, None] - total[None, :]  # (t, s, d, N)
    late = torch.ones(len(x), len(x)).triu(1).bool()
    left = gap.masked_fill(late[:, :, None, None], -math.inf).exp()
    return torch.einsum("tn,tsdn,sn,sd->td", C, left, B, delta * x)


def masque(log_a, dedans=lambda t, s: slice(s + 1, t + 1), strict=False):
    """Un produit par segment, en boucle."""
    T = len(log_a)
    L = torch.zeros(T, T)
    for t in range(T):
        for s in range(t if strict else t + 1):
            L[t, s] = log_a[dedans(t, s)].exp().prod()
    return L


def masque_par_differences(log_a, finir=None):
    total = torch.cumsum(log_a, -1)
    gap = total.unsqueeze(1) - total
    if finir:
        return finir(gap)
    future = torch.ones_like(gap).triu(1) > 0
    return gap.masked_fill(future, -math.inf).exp()


def masque_par_lignes(log_a):
    """Chaque ligne est la précédente, multipliée par a_t, et un 1 de plus."""
    rows, row = [], torch.zeros(len(log_a))
    for t, a in enumerate(log_a.exp()):
        row = row * a
        row[t] = 1
        rows.append(row.clone())
    return torch.stack(rows)


RIGHT = [
    ("13.2", discretise),
    ("13.2", discretise_en_torch),
    ("13.2", lambda d, a, b: (np.exp(d * a), np.expm1(d * a) / a * b if a else d * b)),
    ("13.3", noyau),
    ("13.3", noyau_en_boucle),
    ("13.3", lambda a, b, c, T: [float((c * a**k) @ b) for k in range(T)]),
    ("13.4", combine),
    ("13.4", combine_en_matrices),
    ("13.4", lambda p, s: (p[0] * s[0], s[0] * p[1] + s[1])),
    ("13.5", balayage),
    ("13.5", balayage_en_nombres),
    ("13.5", balayage_en_matrice),
    ("13.8", masque),
    ("13.8", masque_par_differences),
    ("13.8", masque_par_lignes),
    ("13.8", lambda log_a: masque_par_differences(log_a, lambda g: g.exp().tril())),
]

WRONG = [
    ("13.2", "un Δ de trop", lambda d, a, b: (
        math.exp(d * a), (math.exp(d * a) - 1) / a * b * d if a else d * b)),
    ("13.2", "un Δ de trop", lambda *e: discretise(*e, gain=lambda g, d: g * d)),
    ("13.2", "un Δ de trop", lambda d, a, b: (
        math.exp(d * a), 1 / a * (math.exp(d * a) - 1) * b * d)),
    ("13.2", "division par zéro", discretise_naivement),
    ("13.2", "division par zéro", discretise_en_numpy),
    ("13.2", "soustraction qui efface tout", lambda d, a, b: (
        (1.0, d * b) if a == 0 else discretise_naivement(d, a, b))),
    ("13.2", "limite fausse en zéro", lambda d, a, b: (
        (1.0, 0.0) if a == 0 else discretise_naivement(d, a, b))),
    ("13.2", "limite fausse en zéro", lambda d, a, b: (
        (1, b) if a == 0 else discretise(d, a, b))),
    ("13.2", "règle de Mamba", lambda d, a, b: (math.exp(d * a), b * d)),
    ("13.2", "Euler", lambda d, a, b: (1 + a * d, b * d)),
    ("13.2", "Euler", lambda d, a, b: (1 + d * a, discretise(d, a, b)[1])),
    ("13.2", "Δ oublié", lambda *e: discretise(*e, gain=lambda g, d: g / d)),
    ("13.2", "Δ oublié", lambda d, a, b: (
        math.exp(d * a), (math.exp(d * a) - 1) / (d * a) * b if a else b)),
    ("13.2", "Δ jamais lu", lambda d, a, b: discretise(1.0, a, b)),
    ("13.2", "division oubliée", lambda d, a, b: (
        math.exp(d * a), b * (math.exp(d * a) - 1))),
    ("13.2", "signe de B̄", lambda *e: discretise(*e, gain=lambda g, d: -g)),
    ("13.2", "signe de l'exposant", lambda d, a, b: (
        math.exp(-d * a), (1 - math.exp(-d * a)) / a * b if a else d * b)),
    ("13.2", "b oublié", lambda d, a, b: (
        math.exp(d * a), (math.exp(d * a) - 1) / a if a else d)),
    ("13.2", "résultats échangés", lambda *e: discretise(*e)[::-1]),
    ("13.2", "un seul résultat", lambda *e: discretise(*e)[0]),
    ("13.3", "décalé d'un pas", lambda *e: noyau(*e, depart=1)),
    ("13.3", "décalé d'un pas", lambda a, b, c, T: noyau_en_boucle(
        a, b, c, T, h=b, entrees=lambda T: [0] * T)),
    ("13.3", "premier coefficient nul", lambda *e: noyau_en_boucle(*e, avant=True)),
    ("13.3", "B̄ oublié", lambda a, b, c, T: noyau(a, torch.ones_like(b), c, T)),
    ("13.3", "C oublié", lambda a, b, c, T: noyau(a, b, torch.ones_like(c), T)),
    ("13.3", "somme oubliée", lambda a, b, c, T: (
        c * a ** torch.arange(T)[:, None] * b)),
    ("13.3", "moyenne sur l'état", lambda a, b, c, T: noyau(a, b, c, T) / len(a)),
    ("13.3", "cumul au lieu de puissances", lambda a, b, c, T: torch.stack(
        [(c * a * k * b).sum() for k in range(T)])),
    ("13.3", "âges à l'envers", lambda *e: noyau(*e).flip(-1)),
    ("13.3", "réponse à un échelon", lambda *e: noyau_en_boucle(
        *e, entrees=lambda T: [1] * T)),
    ("13.3", "somme faite trop tôt", lambda a, b, c, T: (c @ b) * (
        a[:, None] ** torch.arange(T)).sum(0)),
    ("13.3", "une longueur voisine", lambda a, b, c, T: noyau(a, b, c, T + 1)),
    ("13.3", "Ā pris pour A", lambda a, b, c, T: noyau(a.exp(), b, c, T)),
    ("13.3", "B̄ dans la puissance", lambda a, b, c, T: noyau(
        a * b, torch.ones_like(b), c, T)),
    ("13.4", "ordre inversé", lambda p, s: combine(s, p)),
    ("13.4", "ordre inversé", lambda p, s: (p[0] * s[0], p[0] * s[1] + p[1])),
    ("13.4", "a du premier", lambda p, s: combine(
        p, s, b=lambda a1, b1, a2, b2: a1 * b1 + b2)),
    ("13.4", "second écrit usé", lambda p, s: (s[0] * p[0], p[1] + s[0] * s[1])),
    ("13.4", "produit des b", lambda p, s: (p[0] * s[0], p[1] * s[1])),
    ("13.4", "somme des b", lambda p, s: (p[0] * s[0], p[1] + s[1])),
    ("13.4", "somme des a", lambda p, s: combine(p, s, a=lambda a1, a2: a1 + a2)),
    ("13.4", "un seul a", lambda p, s: combine(p, s, a=lambda a1, a2: a2)),
    ("13.4", "tout terme à terme", lambda p, s: [p[i] + s[i] for i in (0, 1)]),
    ("13.4", "couple échangé", lambda p, s: combine(p, s)[::-1]),
    ("13.4", "un seul résultat", lambda p, s: combine(p, s)[1]),
    ("13.5", "lecture avant l'écriture", lambda *e: balayage(
        *e, lire=lambda avant, h, C: avant @ C)),
    ("13.5", "Δ oublié dans B̄", lambda *e: balayage(
        *e, pas=lambda h, dt, A, x, B: (dt * A).exp() * h + x * B)),
    ("13.5", "exponentielle oubliée", lambda *e: balayage(
        *e, pas=lambda h, dt, A, x, B: dt * A * h + dt * x * B)),
    ("13.5", "Δ absent de Ā", lambda *e: balayage(
        *e, pas=lambda h, dt, A, x, B: A.exp() * h + x * dt * B)),
    ("13.5", "état remis à zéro", lambda x, delta, A, B, C: (
        x * delta * (B * C).sum(-1, keepdim=True))),
    ("13.5", "A tiré de l'état", lambda *e: balayage(
        *e, pas=lambda h, dt, A, x, B: (dt * (A * h)).exp() * h + dt * x * B)),
    ("13.5", "oubli oublié", lambda x, delta, A, B, C: torch.einsum(
        "tdn,tn->td", ((delta * x)[..., None] * B[:, None]).cumsum(0), C)),
    ("13.5", "écrit, puis usé", lambda *e: balayage(
        *e, pas=lambda h, dt, A, x, B: (dt * A).exp() * (h + dt * x * B))),
    ("13.5", "bloqueur d'ordre zéro", lambda *e: balayage(
        *e, pas=lambda h, dt, A, x, B: (
            (dt * A).exp() * h + ((dt * A).exp() - 1) / A * x * B))),
    ("13.5", "Euler", lambda *e: balayage(
        *e, pas=lambda h, dt, A, x, B: h + dt * (A * h + x * B))),
    ("13.5", "signe de l'exposant", lambda x, delta, A, B, C: balayage(
        x, delta, -A, B, C)),
    ("13.5", "entrée oubliée", lambda x, *e: balayage(torch.ones_like(x), *e)),
    ("13.5", "réglages figés", lambda x, delta, A, B, C: balayage(
        x, delta, A, B[:1].repeat(len(x), 1), C[:1].repeat(len(x), 1))),
    ("13.5", "moyenne sur l'état", lambda x, delta, A, B, C: (
        balayage(x, delta, A, B, C) / len(A[0]))),
    ("13.5", "état rendu", lambda *e: balayage(*e, lire=lambda avant, h, C: h)),
    ("13.8", "diagonale à a_t", lambda log_a: masque(
        log_a, lambda t, s: slice(s, t + 1))),
    ("13.8", "segments décalés", lambda log_a: masque(
        log_a, lambda t, s: slice(s, t))),
    ("13.8", "segments décalés", lambda log_a: masque(
        log_a, lambda t, s: slice(s + 1, t))),
    ("13.8", "triangle supérieur", lambda log_a: masque(log_a).mT),
    ("13.8", "exponentielle oubliée", lambda log_a: masque_par_differences(
        log_a, torch.tril)),
    ("13.8", "zéros mis avant l'exponentielle", lambda log_a: masque_par_differences(
        log_a, lambda gap: gap.tril().exp())),
    ("13.8", "masque oublié", lambda log_a: masque_par_differences(log_a, torch.exp)),
    ("13.8", "masque multiplié", lambda log_a: masque_par_differences(
        log_a, lambda gap: gap.exp() * (gap.new_ones(gap.shape).tril()))),
    ("13.8", "rapport de produits", lambda log_a: torch.tril(
        log_a.exp().cumprod(0)[:, None] / log_a.exp().cumprod(0))),
    ("13.8", "oubli d'un seul pas", lambda log_a: torch.stack(
        [a.exp() ** (t - torch.arange(len(log_a))) for t, a in enumerate(log_a)]
    ).tril()),
    ("13.8", "toujours depuis le début", lambda log_a: (
        log_a.exp().cumprod(0)[:, None].repeat(1, len(log_a)).tril())),
    ("13.8", "signe inversé", lambda log_a: masque(-log_a)),
    ("13.8", "masque causal nu", lambda log_a: masque(0 * log_a)),
    ("13.8", "strictement causal", lambda log_a: masque(log_a, strict=True)),
]  # fmt: skip
