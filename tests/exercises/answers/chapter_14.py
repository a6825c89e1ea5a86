"""Chapitre 14 : bonnes réponses, et erreurs courantes avec leur nom."""
# ruff: noqa: E741 : l est le ℓ du chapitre

import math

import numpy as np
import torch

from answers import chapter_14_kernels as kernels

INF = torch.inf


def en_ligne(blocs):
    m, somme = -INF, 0.0
    for bloc in blocs:
        m_avant, m = m, max(m, bloc.max().item())
        if m == -INF:
            continue
        somme = somme * math.exp(m_avant - m) + (bloc - m).exp().sum().item()
    return m, somme


def en_ligne_nombre_par_nombre(blocs):
    m, somme = torch.tensor(-INF), torch.tensor(0.0)
    for bloc in blocs:
        for score in bloc:
            if score > m:
                somme, m = somme * torch.exp(m - score) + 1, score
            elif m > -INF:
                somme = somme + torch.exp(score - m)
    return m, somme


def en_ligne_par_logaddexp(blocs):
    """Le logsumexp monte seul ; la somme s'en déduit à la fin."""
    m, lse = torch.tensor(-INF), torch.tensor(-INF)
    for bloc in blocs:
        m = torch.maximum(m, bloc.amax())
        lse = torch.logaddexp(lse, bloc.logsumexp(0))
    return (m, torch.zeros(())) if m == -INF else (m, (lse - m).exp())


def boucle(blocs, corrige=None, maximum=torch.maximum, depart=-INF, rendre=None):
    m, l = torch.tensor(depart), torch.tensor(0.0)
    for s in blocs:
        avant, m = m, maximum(m, s.max())
        o = torch.where(m == -INF, 0.0, m)
        l = (corrige or (lambda l, a, o, s: l * (a - o).exp() + (s - o).exp().sum()))(
            l, avant, o, s
        )
    return rendre(m, l) if rendre else (m, l)


def sans_origine(blocs):
    m, l = torch.tensor(-INF), torch.tensor(0.0)
    for s in blocs:
        nouveau = torch.maximum(m, s.max())
        l = l * torch.exp(m - nouveau) + torch.exp(s - nouveau).sum()
        m = nouveau
    return m, l


def deux_passages(blocs):
    m = max(bloc.max() for bloc in blocs)
    return m, sum((bloc - m).exp().nan_to_num(0).sum() for bloc in blocs)


def toutes_gardees(blocs):
    toutes = list(blocs)
    m = max(s.max() for s in toutes)
    return m, sum((s - m).exp().sum() for s in toutes)


def recolle(blocs):
    s = torch.cat(list(blocs))
    return s.max(), (s - torch.where(s.max() == -INF, 0, s.max())).exp().sum()


def maximum_oublie(blocs):
    m, l = torch.tensor(-INF), torch.tensor(0.0)
    for s in blocs:
        m, l = torch.maximum(m, s.max()), l + s.exp().sum()
    return m, l


def fusion(gauche, droite):
    (m1, l1, a1), (m2, l2, a2) = gauche, droite
    m = torch.maximum(m1, m2)
    c1 = torch.where(m1 == -INF, 0, torch.exp(m1 - m))
    c2 = torch.where(m2 == -INF, 0, torch.exp(m2 - m))
    return m, l1 * c1 + l2 * c2, a1 * c1 + a2 * c2


def fusion_en_numpy(gauche, droite):
    m1, l1, a1, m2, l2, a2 = (x.numpy() for x in (*gauche, *droite))
    m = np.maximum(m1, m2)
    o = np.where(np.isneginf(m), 0, m)
    return [m] + [
        x * np.exp(m1 - o) + y * np.exp(m2 - o) for x, y in ((l1, l2), (a1, a2))
    ]


def fusion_par_cas(gauche, droite):
    """Celui qui a le plus grand maximum ne change pas : un seul facteur à la fois."""
    (m1, l1, a1), (m2, l2, a2) = gauche, droite
    if len(m1) > 1:
        lignes = [
            fusion_par_cas(
                tuple(x[i : i + 1] for x in gauche),
                tuple(x[i : i + 1] for x in droite),
            )
            for i in range(len(m1))
        ]
        return tuple(torch.cat(parts) for parts in zip(*lignes, strict=True))
    if m1 < m2:
        return fusion_par_cas(droite, gauche)
    c = 0 if m2 == -INF else (m2 - m1).exp()
    return m1, l1 + c * l2, a1 + c * a2


def fusion_fausse(facteurs=None, maximum=torch.maximum, rendre=None, deux=None):
    def fusionner(gauche, droite):
        (m1, l1, a1), (m2, l2, a2) = gauche, droite
        m = maximum(m1, m2)
        o = torch.where(m.isinf(), 0.0, m)
        c1, c2 = facteurs(m1, m2, o) if facteurs else ((m1 - o).exp(), (m2 - o).exp())
        d1, d2 = deux(c1, c2) if deux else (c1, c2)
        l, a = c1 * l1 + c2 * l2, d1 * a1 + d2 * a2
        return rendre(m, l, a) if rendre else (m, l, a)

    return fusionner


def moyenne_ponderee(gauche, droite):
    (m1, l1, a1), (m2, l2, a2) = gauche, droite
    return torch.max(m1, m2), l1 + l2, (l1 * a1 + l2 * a2) / (l1 + l2)


def tuiles(q, k, v, block_k):
    T, D = q.shape
    m = torch.full((T,), -INF)
    l, a = torch.zeros(T), torch.zeros(T, v.shape[1])
    for debut in range(0, k.shape[0], block_k):
        s = torch.einsum("td,sd->ts", q, k[debut : debut + block_k]) * D**-0.5
        nouveau = torch.maximum(m, s.max(dim=1).values)
        p = torch.exp(s - nouveau[:, None])
        alpha = torch.exp(m - nouveau)
        l = l * alpha + p.sum(1)
        a = a * alpha[:, None] + p @ v[debut : debut + block_k]
        m = nouveau
    return a / l[:, None]


def tuiles_et_colonne_de_1(q, k, v, block_k):
    """Le dénominateur est une colonne de plus : une valeur toujours égale à 1."""
    v = torch.cat([v, torch.ones_like(v[:, :1])], dim=1)
    m, a = torch.full((len(q), 1), -1e30), torch.zeros(len(q), v.shape[1])
    for kb, vb in zip(k.split(block_k), v.split(block_k), strict=True):
        s = (q / math.sqrt(q.shape[1])) @ kb.mT
        m, avant = torch.max(m, s.amax(1, True)), m
        a = a * (avant - m).exp() + (s - m).exp() @ vb
    return a[:, :-1] / a[:, -1:]


def tuiles_divisees(q, k, v, block_k):
    """La sortie est une moyenne à chaque tour : FlashAttention, première version."""
    lse, o = torch.full((len(q), 1), -INF), torch.zeros(len(q), v.shape[1])
    for kb, vb in zip(k.split(block_k), v.split(block_k), strict=True):
        s = q @ kb.T / q.shape[1] ** 0.5
        bloc = s.logsumexp(1, keepdim=True)
        avant, lse = lse, torch.logaddexp(lse, bloc)
        o = (avant - lse).exp() * o + (s - lse).exp() @ vb
    return o


def tuiles_requete_par_requete(q, k, v, block_k):
    lignes = []
    for requete in q:
        m, l, a = -INF, 0.0, torch.zeros(v.shape[1])
        for debut in range(0, len(k), block_k):
            s = k[debut : debut + block_k] @ requete / math.sqrt(len(requete))
            m, avant = max(m, s.max().item()), m
            p, alpha = (s - m).exp(), math.exp(avant - m)
            l, a = alpha * l + p.sum(), alpha * a + p @ v[debut : debut + block_k]
        lignes.append(a / l)
    return torch.stack(lignes)


def deux_passages_par_tuiles(q, k, v, block_k):
    """D'abord le logsumexp, puis la sortie : les clés sont lues deux fois."""
    blocs = list(zip(k.split(block_k), v.split(block_k), strict=True))
    lse = torch.full((len(q), 1), -INF)
    for kb, _ in blocs:
        s = q @ kb.T / math.sqrt(q.shape[1])
        lse = torch.logaddexp(lse, s.logsumexp(1, keepdim=True))
    return sum(((q @ kb.T / q.shape[1] ** 0.5) - lse).exp() @ vb for kb, vb in blocs)


def fausse(tour=None, score=None, monte=None, fin=None, entiers=False, depart=-INF):
    """Une boucle à la main, dont on change une ligne."""

    def attention(q, k, v, block_k):
        m = torch.ones(len(q), 1) * depart
        l, a = torch.zeros(len(q), 1), torch.zeros(len(q), v.shape[-1])
        n = len(k) // block_k if entiers else math.ceil(len(k) / block_k)
        for j in range(n):
            kb, vb = (x[j * block_k :][:block_k] for x in (k, v))
            s = score(q, kb) if score else q @ kb.T / q.shape[-1] ** 0.5
            nm = monte(m, s) if monte else torch.maximum(m, s.amax(-1, keepdim=True))
            if tour:
                l, a = tour(l, a, m, nm, s, vb)
            else:
                c, p = (m - nm).exp(), (s - nm).exp()
                l, a = c * l + p.sum(-1, keepdim=True), c * a + p @ vb
            m = nm
        return fin(l, a) if fin else a / l

    return attention


def poids(s, m):
    p = torch.exp(s - m)
    return p, p.sum(1, keepdim=True)


def tour_sans(acc=False, somme=False):
    def tour(l, a, m, nm, s, vb):
        p, total = poids(s, nm)
        c = torch.exp(m - nm)
        return (l if somme else c * l) + total, (a if acc else c * a) + p @ vb

    return tour


def efface_trop_tot(q, k, v, block_k):
    m = torch.full((len(q), 1), -INF)
    l, a = torch.zeros_like(m), torch.zeros(len(q), v.shape[1])
    for kb, vb in zip(k.split(block_k), v.split(block_k), strict=True):
        s = q @ kb.T / math.sqrt(q.shape[1])
        m = torch.maximum(m, s.amax(1, keepdim=True))
        alpha = torch.exp(m - m)
        p = torch.exp(s - m)
        l, a = alpha * l + p.sum(1, keepdim=True), alpha * a + p @ vb
    return a / l


def ligne_par_ligne(q, k, v, block_k):
    rows = [(query @ k.T / len(query) ** 0.5).softmax(0) @ v for query in q]
    return torch.stack(rows)


def recolle_les_scores(q, k, v, block_k):
    s = torch.cat([q @ kb.T for kb in k.split(block_k)], 1) / q.shape[1] ** 0.5
    return s.softmax(-1) @ v


def moyenne_de_softmax(q, k, v, block_k):
    parts = [
        (q @ kb.T / q.shape[1] ** 0.5).softmax(-1) @ vb
        for kb, vb in zip(k.split(block_k), v.split(block_k), strict=True)
    ]
    return torch.stack(parts).mean(0)


def somme_de_softmax(q, k, v, block_k):
    n = math.ceil(len(k) / block_k)
    return n * moyenne_de_softmax(q, k, v, block_k)


def utiles(i, block_q, block_k, T, S):
    """En regardant chaque requête et chaque clé, comme le dit l'énoncé."""
    rows = range(i * block_q, min((i + 1) * block_q, T))
    n = math.ceil(S / block_k)
    vues = [
        [[j <= t + S - T and j < S for j in range(c * block_k, (c + 1) * block_k)]
         for t in rows]
        for c in range(n)
    ]  # fmt: skip
    pleines = [c for c in range(n) if all(all(row) for row in vues[c])]
    lues = [c for c in range(n) if any(any(row) for row in vues[c])]
    return len(pleines), len(lues)


def utiles_en_entiers(i, block_q, block_k, T, S):
    a = i * block_q + 1 + S - T
    b = min(i * block_q + block_q, T) + S - T
    return max(0, a // block_k), max(0, -(-b // block_k))


def utiles_faux(a=0, b=0, decale=None, pleines=None, fin=None, borne=True, zero=True):
    def tuiles_utiles(i, block_q, block_k, T, S):
        d = decale(T, S) if decale else S - T
        x = i * block_q + 1 + d + a
        y = i * block_q + block_q
        y = (min(y, T) if borne else y) + d + b
        if zero:
            x, y = max(x, 0), max(y, 0)
        n = pleines(x, y, block_k) if pleines else x // block_k
        return n, fin(x, y, block_k, S) if fin else math.ceil(y / block_k)

    return tuiles_utiles


def acces(T, d, block_q):
    total = 0
    for debut in range(0, T, block_q):
        lignes = min(block_q, T - debut)
        total += 2 * lignes * d  # les requêtes, puis la sortie
        total += 2 * T * d
    return total


def gradient(p, v, do):
    """Le jacobien du softmax, requête par requête."""
    rows = []
    for poids_t, do_t in zip(p, do, strict=True):
        jacobien = torch.diag(poids_t) - torch.outer(poids_t, poids_t)
        rows.append(jacobien @ (v @ do_t))
    return torch.stack(rows)


def gradient_par_moyenne(p, v, do, delta=None):
    dp = do @ v.mT
    d = delta(p, dp, p @ v, do) if delta else (p * dp).sum(-1, keepdim=True)
    return p * (dp - d)


RIGHT = [
    ("14.2", en_ligne),
    ("14.2", en_ligne_nombre_par_nombre),
    ("14.2", en_ligne_par_logaddexp),
    ("14.2", boucle),
    ("14.3", fusion),
    ("14.3", fusion_en_numpy),
    ("14.3", fusion_par_cas),
    ("14.4", tuiles),
    ("14.4", tuiles_et_colonne_de_1),
    ("14.4", tuiles_divisees),
    ("14.4", tuiles_requete_par_requete),
    ("14.4", deux_passages_par_tuiles),
    ("14.4", fausse()),
    ("14.5", utiles),
    ("14.5", utiles_en_entiers),
    ("14.5", utiles_faux()),
    ("14.7", acces),
    ("14.7", lambda T, d, b: 2 * T * d * (1 + (T + b - 1) // b)),
    ("14.8", gradient),
    ("14.8", gradient_par_moyenne),
    ("14.8", lambda p, v, do: p * (do @ v.T - torch.linalg.vecdot(do, p @ v)[:, None])),
    ("14.9", kernels.juste),
    ("14.9", kernels.juste_en_boucle),
    ("14.9", kernels.juste_en_base_deux),
    ("14.9", kernels.juste_par_where),
]

WRONG = [
    ("14.2", "correction oubliée", lambda b: boucle(
        b, lambda l, a, o, s: l + (s - o).exp().sum())),
    ("14.2", "−∞ moins −∞", sans_origine),
    ("14.2", "deux lectures", recolle),
    ("14.2", "deux lectures", deux_passages),
    ("14.2", "deux lectures", toutes_gardees),
    ("14.2", "sens de la correction", lambda b: boucle(
        b, lambda l, a, o, s: l * (o - a).exp() + (s - o).exp().sum())),
    ("14.2", "maximum du dernier bloc", lambda b: boucle(b, maximum=lambda m, s: s)),
    ("14.2", "maximum non soustrait", maximum_oublie),
    ("14.2", "bloc mesuré trop tôt", lambda b: boucle(
        b, lambda l, a, o, s: l * (a - o).exp()
        + (s - a.masked_fill(a == -INF, 0)).exp().sum())),
    ("14.2", "maximum nul au départ", lambda b: boucle(b, depart=0.0)),
    ("14.2", "−∞ remplacé par un nombre", lambda b: boucle(b, depart=-1e30)),
    ("14.2", "premier maximum gardé", lambda b: boucle(
        b, maximum=lambda m, s: s if m == -INF else m)),
    ("14.2", "nouveau bloc corrigé aussi", lambda b: boucle(
        b, lambda l, a, o, s: (a - o).exp() * (l + (s - o).exp().sum()))),
    ("14.2", "logarithme rendu", lambda b: boucle(
        b, rendre=lambda m, l: (m, m + l.log()))),
    ("14.2", "couple échangé", lambda b: en_ligne(b)[::-1]),
    ("14.2", "un seul résultat", lambda b: en_ligne(b)[1]),
    ("14.3", "correction oubliée", fusion_fausse(lambda a, b, o: (1, 1))),
    ("14.3", "correction oubliée", fusion_fausse(deux=lambda a, b: (1, 1))),
    ("14.3", "−∞ moins −∞", lambda g, d: (
        m := torch.maximum(g[0], d[0]),
        *((g[0] - m).exp() * x + (d[0] - m).exp() * y
          for x, y in zip(g[1:], d[1:], strict=True)))),
    ("14.3", "un seul côté corrigé", fusion_fausse(
        lambda a, b, o: ((a - o).exp(), 1))),
    ("14.3", "facteurs échangés", fusion_fausse(
        lambda a, b, o: ((b - o).exp(), (a - o).exp()))),
    ("14.3", "sens de l'exponentielle", fusion_fausse(
        lambda a, b, o: ((torch.max(a, b) - a).exp(), (torch.max(a, b) - b).exp()))),
    ("14.3", "facteur entre les deux maximums", fusion_fausse(
        lambda a, b, o: ((a - b).exp(), 1))),
    ("14.3", "accumulateur déjà divisé", fusion_fausse(
        rendre=lambda m, l, a: (m, l, torch.where(l > 0, a / l, 0)))),
    ("14.3", "accumulateur déjà divisé", moyenne_ponderee),
    ("14.3", "ℓ compté deux fois", lambda g, d: fusion(
        (g[0], g[1], g[1] * g[2]), (d[0], d[1], d[1] * d[2]))),
    ("14.3", "maximum d'un seul côté", fusion_fausse(maximum=lambda a, b: a)),
    ("14.3", "un maximum pour toutes les requêtes", fusion_fausse(
        maximum=lambda a, b: torch.cat([a, b]).max() + 0 * a.nan_to_num())),
    ("14.3", "moyenne des deux", fusion_fausse(
        rendre=lambda m, l, a: (m, l / 2, a / 2))),
    ("14.3", "accumulateurs oubliés", lambda g, d: fusion(g, d)[2]),
    ("14.4", "accumulateur non corrigé", fausse(tour_sans(acc=True))),
    ("14.4", "somme non corrigée", fausse(tour_sans(somme=True))),
    ("14.4", "rien n'est corrigé", fausse(tour_sans(acc=True, somme=True))),
    ("14.4", "rien n'est corrigé", efface_trop_tot),
    ("14.4", "division oubliée", fausse(fin=lambda l, a: a)),
    ("14.4", "toutes les clés d'un coup", lambda q, k, v, b: (
        (q @ k.T / q.shape[1] ** 0.5).softmax(-1) @ v)),
    ("14.4", "toutes les clés d'un coup", ligne_par_ligne),
    ("14.4", "toutes les clés d'un coup", recolle_les_scores),
    ("14.4", "un softmax par tuile", moyenne_de_softmax),
    ("14.4", "un softmax par tuile", somme_de_softmax),
    ("14.4", "division à chaque tour", fausse(lambda l, a, m, nm, s, vb: (
        (n := (m - nm).exp() * l + poids(s, nm)[1]),
        ((m - nm).exp() * a + poids(s, nm)[0] @ vb) / n), fin=lambda l, a: a)),
    ("14.4", "dernier bloc oublié", fausse(entiers=True)),
    ("14.4", "échelle oubliée", fausse(score=lambda q, kb: q @ kb.T)),
    ("14.4", "maximum du bloc seul", fausse(
        monte=lambda m, s: s.max(-1, keepdim=True).values)),
    ("14.4", "un maximum pour toutes les requêtes", fausse(
        monte=lambda m, s: torch.full_like(m, max(m.max(), s.max())))),
    ("14.4", "maximum non soustrait", fausse(lambda l, a, m, nm, s, vb: (
        l + s.exp().sum(1, keepdim=True), a + s.exp() @ vb))),
    ("14.4", "maximum nul au départ", fausse(depart=0.0)),
    ("14.4", "sens de la correction", fausse(lambda l, a, m, nm, s, vb: (
        (nm - m).exp() * l + poids(s, nm)[1],
        (nm - m).exp() * a + poids(s, nm)[0] @ vb))),
    ("14.4", "bloc présent corrigé aussi", fausse(lambda l, a, m, nm, s, vb: (
        (m - nm).exp() * (l + poids(s, nm)[1]),
        (m - nm).exp() * (a + poids(s, nm)[0] @ vb)))),
    ("14.4", "état remis à zéro", fausse(lambda l, a, m, nm, s, vb: (
        poids(s, nm)[1], poids(s, nm)[0] @ vb))),
    ("14.5", "aligné en haut à gauche", utiles_faux(decale=lambda T, S: 0)),
    ("14.5", "alignement inversé", utiles_faux(decale=lambda T, S: T - S)),
    ("14.5", "rien n'est sauté", utiles_faux(fin=lambda x, y, b, S: -(-S // b))),
    ("14.5", "position prise pour un compte", utiles_faux(a=-1, b=-1)),
    ("14.5", "position prise pour un compte", utiles_faux(a=-1)),
    ("14.5", "une tuile de trop", utiles_faux(fin=lambda x, y, b, S: y // b + 1)),
    ("14.5", "dernière tuile perdue", utiles_faux(fin=lambda x, y, b, S: y // b)),
    ("14.5", "tuile pleine trop tôt", utiles_faux(
        pleines=lambda x, y, b: math.ceil(x / b))),
    ("14.5", "dernière requête pour toutes", utiles_faux(
        pleines=lambda x, y, b: y // b)),
    ("14.5", "première requête pour toutes", utiles_faux(
        fin=lambda x, y, b, S: math.ceil(x / b))),
    ("14.5", "bloc qui dépasse T", utiles_faux(borne=False)),
    ("14.5", "tuiles négatives", utiles_faux(zero=False)),
    ("14.5", "tuiles négatives", lambda i, q, k, T, S: (
        (i * q + S - T) // k, (i * q + q - 1 + S - T) // k + 1)),
    ("14.5", "couple échangé", lambda *e: utiles(*e)[::-1]),
    ("14.5", "nombre de tuiles masquées", lambda *e: (
        utiles(*e)[0], utiles(*e)[1] - utiles(*e)[0])),
    ("14.5", "clés au lieu de tuiles", lambda i, q, k, T, S: (
        max(i * q + 1 + S - T, 0), max(min(i * q + q, T) + S - T, 0))),
    ("14.5", "tailles de bloc échangées", lambda i, q, k, T, S: utiles(i, k, q, T, S)
     if i * k < T else utiles_en_entiers(i, k, q, T, S)),
    ("14.5", "une seule tuile de bord", lambda *e: (
        max(utiles(*e)[1] - 1, 0), utiles(*e)[1])),
    ("14.5", "diagonale de tuiles", lambda i, q, k, T, S: (i, i + 1)),
    ("14.7", "chaque matrice une seule fois", lambda T, d, b: 4 * T * d),
    ("14.7", "dernier bloc oublié", lambda T, d, b: 2 * T * d * (1 + T // b)),
    ("14.7", "fraction de bloc", lambda T, d, b: 2 * T * d + 2 * T**2 * d / b),
    ("14.7", "un bloc de trop", lambda T, d, b: 2 * T * d * (2 + T // b)),
    ("14.7", "clés ou valeurs oubliées", lambda T, d, b: (
        2 * T * d + T * d * math.ceil(T / b))),
    ("14.7", "requêtes ou sortie oubliées", lambda T, d, b: (
        T * d * (1 + 2 * math.ceil(T / b)))),
    ("14.7", "boucles échangées", lambda T, d, b: 4 * T * d * math.ceil(T / b)),
    ("14.7", "une requête à la fois", lambda T, d, b: 2 * T * d + 2 * T * T * d),
    ("14.7", "scores écrits", lambda T, d, b: acces(T, d, b) + T * T),
    ("14.7", "octets", lambda T, d, b: 2 * acces(T, d, b)),
    ("14.7", "dimension oubliée", lambda T, d, b: acces(T, 1, b)),
    ("14.7", "un accès par bloc", lambda T, d, b: math.ceil(T / b) * 4 * d),
    ("14.7", "blocs remplis", lambda T, d, b: math.ceil(T / b) * 2 * d * (b + T)),
    ("14.8", "terme δ oublié", lambda p, v, do: p * (do @ v.T)),
    ("14.8", "dérivée d'une sigmoïde", lambda p, v, do: (p - p**2) * (do @ v.T)),
    ("14.8", "gradient des poids", lambda p, v, do: torch.einsum("td,sd->ts", do, v)),
    ("14.8", "facteur P oublié", lambda p, v, do: (
        do @ v.T - (do * (p @ v)).sum(1, keepdim=True))),
    ("14.8", "moyenne sans les poids", lambda *e: gradient_par_moyenne(
        *e, delta=lambda p, dp, o, do: dp.mean(1, keepdim=True))),
    ("14.8", "terme δ sans produit", lambda *e: gradient_par_moyenne(
        *e, delta=lambda p, dp, o, do: do.sum(1, keepdim=True))),
    ("14.8", "requêtes mêlées", lambda *e: gradient_par_moyenne(
        *e, delta=lambda p, dp, o, do: (p * dp).sum(0, keepdim=True))),
    ("14.8", "somme divisée", lambda *e: gradient_par_moyenne(
        *e, delta=lambda p, dp, o, do: (o * do).mean(1, keepdim=True))),
    ("14.8", "terme δ retranché trop tard", lambda p, v, do: (
        p * (do @ v.T) - (do * (p @ v)).sum(-1, keepdim=True))),
    ("14.8", "signe", lambda p, v, do: -gradient(p, v, do)),
    ("14.8", "échelle ajoutée", lambda p, v, do: (
        gradient(p, v, do) / v.shape[1] ** 0.5)),
    ("14.9", "masque oublié", kernels.sans_masque),
    ("14.9", "masque oublié", kernels.ni_masque_ni_maximum),
    ("14.9", "valeur de remplissage", kernels.sans_remplissage),
    ("14.9", "valeur de remplissage", kernels.ni_remplissage_ni_maximum),
    ("14.9", "valeur de remplissage", kernels.remplissage_nul),
    ("14.9", "maximum non soustrait", kernels.sans_maximum),
    ("14.9", "maximum non rendu", kernels.maximum_non_rendu),
    ("14.9", "logarithme en base 2", kernels.log2),
    ("14.9", "logarithme en base 2", kernels.tout_en_base_deux),
    ("14.9", "toujours la ligne 0", kernels.lit_la_ligne_0),
    ("14.9", "toujours la ligne 0", kernels.ecrit_a_la_place_0),
    ("14.9", "toujours la ligne 0", kernels.sans_programme),
    ("14.9", "pas entre les lignes", kernels.pas_de_colonnes),
    ("14.9", "pas entre les lignes", kernels.pas_de_un),
    ("14.9", "masque d'une colonne de trop", kernels.colonne_de_trop),
    ("14.9", "sortie rangée comme l'entrée", kernels.sortie_espacee),
    ("14.9", "logarithme oublié", kernels.sans_log),
    ("14.9", "logarithme oublié", kernels.sans_log_rendu),
    ("14.9", "maximum seul", kernels.maximum_seul),
    ("14.9", "rien n'est écrit", kernels.rien_d_ecrit),
]  # fmt: skip
