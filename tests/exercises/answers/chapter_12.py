"""Chapitre 12 : bonnes réponses, et erreurs courantes avec leur nom."""

import math

import numpy as np
import torch
from torch.nn import functional as F


def prix_detaille(T, d, flop=2, sortie=True, valeurs=True, bas=True, H=1):
    """Produit par produit, comme au tableau."""
    total = (3 + sortie) * flop * T * d * d
    total += (1 + valeurs) * H * flop * T * T * d
    return total + (1 + bas) * flop * T * d * 4 * d


def prix_par_tetes(T, d):
    H, d_head = 4, d // 4
    projections = sum(2 * T * d * d_head * 3 for _ in range(H)) + 2 * T * d * d
    pairs = sum(2 * T * d_head * T + 2 * T * T * d_head for _ in range(H))
    return projections + pairs + 2 * T * d * (4 * d) + 2 * T * (4 * d) * d


def pente(x, y):
    x, y = x - x.mean(), y - y.mean()
    return (x * y).sum() / x.square().sum()


def pente_aux_bouts(sizes, times):
    return math.log(times[-1] / times[0]) / math.log(sizes[-1] / sizes[0])


def pente_resolue(sizes, times):
    ones = torch.ones(len(sizes))
    system = torch.stack([sizes.log2(), ones], dim=1)
    return torch.linalg.lstsq(system, times.log2()[:, None]).solution[0]


def lineaire(phi_q, phi_k, v):
    ones = torch.ones(len(v), 1)
    read = phi_q @ (phi_k.T @ torch.cat([v, ones], dim=1))
    return read[:, :-1] / read[:, -1:]


def lineaire_einsum(phi_q, phi_k, v):
    state = torch.einsum("sf,sd->fd", phi_k, v)
    total = torch.einsum("tf,sf->t", phi_q, phi_k.sum(0, keepdim=True))
    return torch.einsum("tf,fd->td", phi_q, state) / total.unsqueeze(1)


def lineaire_en_boucles(phi_q, phi_k, v):
    state, total = torch.zeros(phi_k.shape[1], v.shape[1]), torch.zeros(phi_k.shape[1])
    for key, value in zip(phi_k, v, strict=True):
        state, total = state + torch.outer(key, value), total + key
    return torch.stack([query @ state / (query @ total) for query in phi_q])


def par_la_matrice(phi_q, phi_k, v):
    weights = phi_q @ phi_k.T
    return weights / weights.sum(dim=1, keepdim=True) @ v


def par_lignes(phi_q, phi_k, v):
    rows = [phi_k @ query for query in phi_q]
    return torch.stack([row @ v / row.sum() for row in rows])


def recurrente(phi_q, phi_k, v, avant=False, garde=1, garde_total=1):
    state, total = torch.zeros(phi_k.shape[1], v.shape[1]), torch.zeros(phi_k.shape[1])
    outputs = []
    for query, key, value in zip(phi_q, phi_k, v, strict=True):
        if avant:
            outputs.append(query @ state / (query @ total))
        state = garde * state + key[:, None] * value
        total = garde_total * total + key
        if not avant:
            outputs.append(query @ state / (query @ total))
    return torch.stack(outputs)


def recurrente_cumulee(phi_q, phi_k, v):
    states = torch.einsum("tf,td->tfd", phi_k, v).cumsum(dim=0)
    read = torch.einsum("tf,tfd->td", phi_q, states)
    return read / (phi_q * phi_k.cumsum(dim=0)).sum(dim=1, keepdim=True)


def recurrente_recollee(phi_q, phi_k, v):
    """Recoller les sorties à chaque pas les recopie : c'est permis."""
    state = torch.zeros(phi_k.shape[1], v.shape[1] + 1)
    outputs = torch.zeros(0, v.shape[1])
    for t in range(len(v)):
        state += torch.outer(phi_k[t], torch.cat([v[t], torch.ones(1)]))
        read = phi_q[t] @ state
        outputs = torch.cat([outputs, (read[:-1] / read[-1])[None]])
    return outputs


def recurrente_numpy(phi_q, phi_k, v):
    q, k, v = phi_q.numpy(), phi_k.numpy(), v.numpy()
    states = np.cumsum(k[:, :, None] * v[:, None, :], axis=0)
    total = np.cumsum(k, axis=0)
    return np.einsum("tf,tfd->td", q, states) / (q * total).sum(1, keepdims=True)


def causale_par_la_matrice(phi_q, phi_k, v):
    weights = (phi_q @ phi_k.T).tril()
    return weights @ v / weights.sum(dim=1, keepdim=True)


def etats(phi_k, v):
    """L'état après chaque token, sans son dénominateur."""
    state = torch.zeros(phi_k.shape[1], v.shape[1])
    for key, value in zip(phi_k, v, strict=True):
        state = state + torch.outer(key, value)
        yield state


def sorties_accumulees(phi_q, phi_k, v):
    above, below, outputs = torch.zeros(v.shape[1]), torch.zeros(()), []
    for query, key, value in zip(phi_q, phi_k, v, strict=True):
        above, below = above + query @ key * value, below + query @ key
        outputs.append(above / below)
    return torch.stack(outputs)


def passe_relu(phi_q, phi_k, v):
    outputs = []
    for t in range(len(v)):
        state, total = phi_k[: t + 1].T @ v[: t + 1], phi_k[: t + 1].sum(dim=0)
        outputs.append(phi_q[t] @ state / (phi_q[t] @ total))
    return torch.stack(outputs)


def fenetre(T, w):
    i = torch.arange(T)
    return (i[:, None] - i).abs() < w


def fenetre_en_boucles(T, w):
    mask = torch.zeros(T, T, dtype=torch.bool)
    for i in range(T):
        mask[i, max(0, i - w + 1) : i + w] = True
    return mask


def fenetre_en_triangles(T, w, haut=-1, bas=-1):
    full = torch.ones(T, T, dtype=torch.bool)
    return full.triu(-(w + bas)) & full.tril(w + haut)


def fenetre_bornee(T, w, gauche, droite):
    mask = torch.zeros(T, T, dtype=torch.bool)
    for i in range(T):
        mask[i, max(0, i + gauche(w)) : i + droite(w)] = True
    return mask


def positives(x, w, demi=0.5, racine=math.sqrt, signe=-1):
    norm = (x**2).sum(dim=1, keepdim=True)
    return torch.exp(x @ w.T + signe * demi * norm) / racine(len(w))


def positives_en_boucles(x, w):
    rows = [[math.exp(a @ b - a @ a / 2) for b in w] for a in x]
    return torch.tensor(rows) / len(w) ** 0.5


def positives_logarithme(x, w):
    norm = torch.linalg.vector_norm(x, dim=-1).square()[:, None]
    return (torch.einsum("td,md->tm", x, w) - norm / 2 - math.log(len(w)) / 2).exp()


RIGHT = [
    ("12.2", lambda T, d: 24 * T * d**2 + 4 * T**2 * d),
    ("12.2", prix_detaille),
    ("12.2", prix_par_tetes),
    ("12.3", lambda n, t: pente(n.log(), t.log())),
    ("12.3", lambda n, t: np.polyfit(np.log10(n.numpy()), np.log10(t.numpy()), 1)[0]),
    ("12.3", pente_resolue),
    ("12.4", lineaire),
    ("12.4", lineaire_einsum),
    ("12.4", lineaire_en_boucles),
    ("12.5", recurrente),
    ("12.5", recurrente_cumulee),
    ("12.5", recurrente_recollee),
    ("12.5", recurrente_numpy),
    ("12.7", fenetre),
    ("12.7", fenetre_en_boucles),
    ("12.7", fenetre_en_triangles),
    ("12.9", positives),
    ("12.9", positives_en_boucles),
    ("12.9", positives_logarithme),
]

WRONG = [
    ("12.2", "une multiplication-addition pour un FLOP",
        lambda T, d: prix_detaille(T, d, flop=1)),
    ("12.2", "projection de sortie oubliée",
        lambda T, d: prix_detaille(T, d, sortie=False)),
    ("12.2", "projection de sortie oubliée",
        lambda T, d: prix_detaille(T, d, flop=1, sortie=False)),
    ("12.2", "un seul produit en T²", lambda T, d: prix_detaille(T, d, valeurs=False)),
    ("12.2", "8 T d² de moins", lambda T, d: prix_detaille(T, d, bas=False)),
    ("12.2", "8 T d² de moins", lambda T, d: 4 * T * T * d + 16 * T * d * d),
    ("12.2", "têtes comptées", lambda T, d: prix_detaille(T, d, H=8)),
    ("12.2", "couples oubliés", lambda T, d: 2 * T * 12 * d**2),
    ("12.2", "feed-forward oublié", lambda T, d: 8 * T * d * d + 4 * T * T * d),
    ("12.2", "passe arrière comptée", lambda T, d: 3 * prix_detaille(T, d)),
    ("12.2", "un FLOP par score", lambda T, d: 24 * T * d * d + 4 * T * T),
    ("12.2", "feed-forward sans élargissement", lambda T, d: (
        4 * 2 * T * d * d + 2 * 2 * T * T * d + 2 * 2 * T * d * d)),
    ("12.2", "couples seuls", lambda T, d: 2 * (2 * T * T * d)),
    ("12.2", "positions oubliées", lambda T, d: 2 * (4 * d * d + 2 * d * 4 * d)),
    ("12.2", "positions oubliées", lambda T, d: 12 * d**2),
    ("12.2", "dimension au carré partout", lambda T, d: (
        24 * T * d**2 + 4 * (T * d) ** 2)),
    ("12.3", "logarithmes oubliés", pente),
    ("12.3", "deux points seulement", pente_aux_bouts),
    ("12.3", "axes échangés", lambda n, t: pente(t.log(), n.log())),
    ("12.3", "axes échangés", lambda n, t: np.polyfit(*np.log([t, n]), 1)[0]),
    ("12.3", "logarithme d'un seul côté", lambda n, t: pente(n, t.log())),
    ("12.3", "logarithme d'un seul côté", lambda n, t: pente(n.log(), t)),
    ("12.3", "droite forcée par l'origine",
        lambda n, t: (n.log() * t.log()).sum() / n.log().square().sum()),
    ("12.3", "ordonnée à l'origine",
        lambda n, t: np.polyfit(*np.log([n, t]), 1)[1]),
    ("12.3", "deux bases mêlées", lambda n, t: pente(n.log2(), t.log())),
    ("12.3", "pentes locales réunies",
        lambda n, t: (t.log().diff() / n.log().diff()).mean()),
    ("12.3", "corrélation", lambda n, t: np.corrcoef(n.log(), t.log())[0, 1]),
    ("12.3", "n d'un côté, n − 1 de l'autre", lambda n, t: torch.cov(
        torch.stack([n.log(), t.log()]))[0, 1] / n.log().var(correction=0)),
    ("12.3", "n d'un côté, n − 1 de l'autre", lambda n, t: (
        (n.log() - n.log().mean()) * (t.log() - t.log().mean())
    ).mean() / n.log().var()),
    ("12.3", "moyennes oubliées", lambda n, t: (
        n.log() * t.log()).mean() / n.log().var()),
    ("12.4", "normalisation oubliée", lambda q, k, v: q @ (k.T @ v)),
    ("12.4", "normalisation oubliée", lambda q, k, v: q @ k.T @ v),
    ("12.4", "le carré est revenu", par_la_matrice),
    ("12.4", "le carré est revenu", par_lignes),
    ("12.4", "divisé par la longueur", lambda q, k, v: q @ (k.T @ v) / len(k)),
    ("12.4", "divisé par la longueur", lambda q, k, v: q @ (k.T @ v) / len(q)),
    ("12.4", "somme sur les requêtes", lambda q, k, v: F.normalize(
        q @ k.T, p=1, dim=0) @ v),
    ("12.4", "requête absente du dénominateur", lambda q, k, v: q @ (
        k.T @ v) / k.sum()),
    ("12.4", "sortie normalisée", lambda q, k, v: q @ (k.T @ v) / (
        q @ (k.T @ v)).sum(dim=1)[:, None]),
    ("12.4", "softmax de trop", lambda q, k, v: (q @ k.T).softmax(1) @ v),
    ("12.4", "φ appliquée deux fois", lambda q, k, v: lineaire(
        F.elu(q) + 1, F.elu(k) + 1, v)),
    ("12.4", "clé absente du dénominateur", lambda q, k, v: q @ (
        k.T @ v) / q.sum(dim=-1, keepdim=True)),
    ("12.4", "normalisées à part", lambda q, k, v: F.normalize(q, p=1, dim=1) @ (
        F.normalize(k, p=1, dim=0).T @ v)),
    ("12.4", "moyenne au dénominateur", lambda q, k, v: q @ (k.T @ v) / (
        q @ k.mean(0))[:, None]),
    ("12.4", "résumé transposé", lambda q, k, v: q @ (v.T @ k)),
    ("12.5", "lu avant d'être écrit", lambda *a: recurrente(*a, avant=True)),
    ("12.5", "lu avant d'être écrit", lambda *a: recurrente(
        *a, avant=True).nan_to_num()),
    ("12.5", "dénominateur non accumulé", lambda *a: recurrente(*a, garde_total=0)),
    ("12.5", "non causale", lineaire),
    ("12.5", "état remplacé", lambda *a: recurrente(*a, garde=0)),
    ("12.5", "état remplacé", lambda *a: recurrente(*a, garde=0, garde_total=0)),
    ("12.5", "le carré est revenu", causale_par_la_matrice),
    ("12.5", "le carré est revenu", passe_relu),
    ("12.5", "normalisation oubliée", lambda q, k, v: torch.einsum(
        "tf,tfd->td", q, (k[..., None] * v[:, None]).cumsum(0))),
    ("12.5", "dénominateur de toute la phrase", lambda q, k, v: recurrente(
        q, k, v) * (q * k.cumsum(0)).sum(1, keepdim=True) / (q @ k.sum(0))[:, None]),
    ("12.5", "à rebours", lambda *a: recurrente(*(x.flip(0) for x in a)).flip(0)),
    ("12.5", "dernière sortie seule", lambda *a: recurrente(*a)[-1]),
    ("12.5", "divisé par le nombre de tokens", lambda q, k, v: torch.stack([
        q[t] @ s for t, s in enumerate(etats(k, v))]) / len(v)),
    ("12.5", "divisé par le nombre de tokens", lambda q, k, v: torch.stack([
        q[t] @ s / (t + 1) for t, s in enumerate(etats(k, v))])),
    ("12.5", "numérateur de toute la phrase", lambda q, k, v: q @ (
        k.T @ v) / (q * k.cumsum(0)).sum(1, keepdim=True)),
    ("12.5", "requête absente du dénominateur", lambda q, k, v: torch.stack([
        q[t] @ s for t, s in enumerate(etats(k, v))]) / k.cumsum(0).sum(1)[:, None]),
    ("12.5", "sorties accumulées", sorties_accumulees),
    ("12.5", "softmax de trop", lambda q, k, v: (q @ k.T).masked_fill(
        torch.ones(len(q), len(k)).triu(1) > 0, -math.inf).softmax(1) @ v),
    ("12.7", "une clé de trop", lambda T, w: fenetre(T, w + 1)),
    ("12.7", "une clé de trop peu", lambda T, w: fenetre(T, w - 1)),
    ("12.7", "un seul côté", lambda T, w: fenetre(T, w).tril()),
    ("12.7", "un seul côté", lambda T, w: fenetre(T, w + 1).tril()),
    ("12.7", "un seul côté", lambda T, w: fenetre(T, w).triu()),
    ("12.7", "valeur absolue oubliée", lambda T, w: (
        torch.arange(T)[:, None] - torch.arange(T) < w)),
    ("12.7", "côtés dépareillés", lambda T, w: fenetre_bornee(
        T, w, lambda w: -w, lambda w: w)),
    ("12.7", "diagonale absente", lambda T, w: fenetre(T, w).fill_diagonal_(False)),
    ("12.7", "w pour toute la fenêtre", lambda T, w: fenetre_bornee(
        T, w, lambda w: -(w // 2), lambda w: w // 2 + 1)),
    ("12.7", "blocs", lambda T, w: torch.block_diag(
        *[torch.ones(w, w)] * T).bool()[:T, :T]),
    ("12.7", "masque inversé", lambda T, w: ~fenetre(T, w)),
    ("12.7", "masque additif", lambda T, w: torch.where(
        fenetre(T, w), 0.0, -math.inf)),
    ("12.7", "fenêtre qui fait le tour", lambda T, w: sum(
        torch.eye(T).roll(g, 1) for g in range(1 - w, w)) > 0),
    ("12.7", "une clé sur w", lambda T, w: (
        torch.arange(T)[:, None] % w == torch.arange(T) % w)),
    ("12.9", "signe de la norme", lambda x, w: positives(x, w, signe=1)),
    ("12.9", "norme oubliée", lambda x, w: positives(x, w, signe=0)),
    ("12.9", "1/√m oublié", lambda x, w: positives(x, w, racine=lambda m: 1)),
    ("12.9", "½ oublié", lambda x, w: positives(x, w, demi=1)),
    ("12.9", "divisé par m", lambda x, w: positives(x, w, racine=lambda m: m)),
    ("12.9", "divisé par m", lambda x, w: positives(x, w, racine=int)),
    ("12.9", "norme sans le carré", lambda x, w: (
        x @ w.T - x.norm(dim=1)[:, None] / 2).exp() / len(w) ** 0.5),
    ("12.9", "racine d'une autre dimension", lambda x, w: positives(
        x, w, racine=lambda m: math.sqrt(x.shape[1]))),
    ("12.9", "échelle comptée deux fois", lambda x, w: positives(
        x / x.shape[1] ** 0.25, w)),
    ("12.9", "norme hors de l'exponentielle", lambda x, w: (
        torch.exp(x @ w.T) - (x * x).sum(1, keepdim=True) / 2) / len(w) ** 0.5),
    ("12.9", "multiplié par √m", lambda x, w: positives(x, w) * len(w)),
    ("12.9", "√m dans l'exposant", lambda x, w: positives(
        x, w, racine=lambda m: 1) ** (1 / len(w) ** 0.5)),
    ("12.9", "norme de tout le tableau", lambda x, w: torch.exp(
        x @ w.T - x.norm() ** 2 / 2) / len(w) ** 0.5),
    ("12.9", "norme de tout le tableau", lambda x, w: torch.exp(
        x @ w.T - (x * x).sum(1) / 2) / len(w) ** 0.5),
    ("12.9", "norme de w", lambda x, w: positives(w, x).T * (len(x) / len(w)) ** 0.5),
    ("12.9", "exponentielle oubliée", lambda x, w: (
        x @ w.T - 0.5 * (x * x).sum(1)[:, None]) / math.sqrt(len(w))),
    ("12.9", "cosinus", lambda x, w: torch.cos(x @ w.T) * torch.exp(
        (x * x).sum(1, keepdim=True) / 2) / math.sqrt(len(w))),
    ("12.9", "softmax", lambda x, w: F.softmax(x @ w.T, dim=1)),
]  # fmt: skip
