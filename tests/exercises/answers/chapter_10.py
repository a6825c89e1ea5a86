"""Chapitre 10 : bonnes réponses, et erreurs courantes avec leur nom."""

import difflib
import functools
import math

import numpy as np
import torch
from torch.nn import functional as F


def extraits(tokens, debuts, T):
    rows = torch.stack([tokens[i : i + T + 1] for i in debuts])
    return rows[:, :-1], rows[:, 1:]


def extraits_indexes(tokens, debuts, T, saut=1):
    ranks = debuts[:, None] + torch.arange(T)
    return tokens[ranks], tokens[ranks + saut]


def extraits_en_listes(tokens, debuts, T):
    text = tokens.tolist()
    inputs = [text[i : i + T] for i in debuts.tolist()]
    return inputs, [text[i + 1 : i + T + 1] for i in debuts.tolist()]


def decoupe(entrees, cibles, largeur=1):
    def wrong(tokens, debuts, T):
        rows = torch.stack([tokens[i : i + T + largeur] for i in debuts])
        return rows[:, entrees], rows[:, cibles]

    return wrong


def taux(pas, duree, montee, sommet, plancher, r=None, onde=None):
    if pas < montee:
        return sommet * pas / montee
    done = r(pas, duree) if r else (pas - montee) / (duree - montee)
    wave = onde(done) if onde else math.cos(math.pi * done / 2) ** 2
    return sommet * ((1 - plancher) * wave + plancher)


def taux_numpy(pas, duree, montee, sommet, plancher):
    up = np.linspace(sommet / montee, sommet, montee)
    angles = np.linspace(0, np.pi, duree - montee + 1)[1:]
    down = sommet * (plancher + (1 - plancher) * (1 + np.cos(angles)) / 2)
    return np.concatenate([up, down])[pas - 1]


def garder_en_boucle(p, seuil, avant=True, diviser=True, grands=True):
    kept, total = torch.zeros_like(p), 0.0
    for i in p.argsort(descending=grands).tolist():
        if total >= seuil if avant else total + p[i] > seuil:
            break
        kept[i], total = p[i], total + p[i].item()
    return kept / kept.sum() if diviser else kept


def garder_un_de_trop(p, seuil):
    ranked, order = p.sort(descending=True)
    order = order[: int((ranked.cumsum(0) < seuil).sum()) + 2]
    kept = torch.zeros_like(p)
    kept[order] = p[order] / p[order].sum()
    return kept


def garder_pour_le_premier(p, seuil):
    kept = garder_en_boucle(p, seuil, diviser=False)
    kept[p.argmax()] += 1 - kept.sum()
    return kept


def garder_par_la_fin(p, seuil):
    ranked, order = p.sort()
    keep = ranked.cumsum(0) > 1 - seuil + 1e-6
    kept = torch.zeros_like(p).scatter(0, order, ranked * keep)
    return F.normalize(kept, p=1, dim=0)


def cause(
    q, k, v, decalage=lambda T, S: S - T, echelle=math.sqrt, vide=-math.inf, axe=-1
):
    T, S = q.shape[-2], k.shape[-2]
    scores = torch.einsum("bhtd,bhsd->bhts", q, k) / echelle(q.shape[-1])
    mask = torch.arange(S) > torch.arange(T)[:, None] + decalage(T, S)
    return scores.masked_fill(mask, vide).softmax(axe) @ v


def cause_de_pytorch(q, k, v):
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).tril(S - T)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)


def cause_en_boucles(q, k, v):
    out, T, S = torch.zeros_like(q), q.shape[-2], k.shape[-2]
    for i in range(T):
        seen = i + S - T + 1
        scores = (q[..., i : i + 1, :] * k[..., :seen, :]).sum(-1) * q.shape[-1] ** -0.5
        out[..., i, :] = (scores.softmax(-1)[..., None] * v[..., :seen, :]).sum(-2)
    return out


def cause_inversee(q, k, v):
    T, S = q.shape[-2], k.shape[-2]
    mask = torch.ones(T, S, dtype=torch.bool).triu(S - T)
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask)


def masque_tardif(q, k, v):
    T, S = q.shape[-2], k.shape[-2]
    weights = (q @ k.mT / q.shape[-1] ** 0.5).softmax(-1)
    return weights.tril(S - T) @ v


def copie_en_table(texte, source):
    best, row = 0, [0] * (len(source) + 1)
    for a in texte:
        row = [0, *(row[j] + 1 if a == b else 0 for j, b in enumerate(source))]
        best = max(best, *row)
    return best


def copie(texte, source, debuts=None, fin=1):
    n, best = len(texte), 0
    for i in range(n if debuts is None else debuts):
        for j in range(i + 1, n + fin):
            if texte[i:j] in source:
                best = max(best, j - i)
    return best


def copie_difflib(texte, source):
    matcher = difflib.SequenceMatcher(None, texte, source, autojunk=False)
    return matcher.find_longest_match().size


@functools.cache
def copie_trouee(texte, source):
    if not (texte and source):
        return 0
    if texte[0] == source[0]:
        return 1 + copie_trouee(texte[1:], source[1:])
    return max(copie_trouee(texte[1:], source), copie_trouee(texte, source[1:]))


def premiere_copie(texte, source):
    for i, letter in enumerate(texte):
        if letter in source:
            return copie(texte[i:], source, debuts=1)
    return 0


def copie_par_mots(texte, source, mesure=lambda mots: len(" ".join(mots))):
    words, known = texte.split(), source.split()
    spans = [words[i:j] for j in range(len(words) + 1) for i in range(j)]
    found = [s for s in spans for k in range(len(known)) if known[k:][: len(s)] == s]
    return max(map(mesure, found), default=0)


def copie_gloutonne(texte, source):
    best = start = 0
    for end in range(1, len(texte) + 1):
        if texte[start:end] in source:
            best = max(best, end - start)
        else:
            start = end - 1 if texte[end - 1] in source else end
    return best


RIGHT = [
    ("10.1", extraits),
    ("10.1", extraits_indexes),
    ("10.1", extraits_en_listes),
    ("10.2", lambda nats, n: nats.sum() / math.log(2) / n),
    ("10.2", lambda nats, n: sum(nats.tolist()) * math.log2(math.e) / n),
    ("10.2", lambda nats, n: nats.mean() / math.log(2) * (len(nats) / n)),
    ("10.3", taux),
    ("10.3", taux_numpy),
    ("10.7", garder_en_boucle),
    ("10.7", garder_par_la_fin),
    ("10.9", cause),
    ("10.9", cause_de_pytorch),
    ("10.9", cause_en_boucles),
    ("10.6", lambda p, tau: p.pow(1 / tau) / p.pow(1 / tau).sum()),
    ("10.6", lambda p, tau: (p.log() / tau).softmax(dim=0)),
    ("10.8", copie),
    ("10.8", copie_en_table),
    ("10.8", copie_difflib),
]

WRONG = [
    ("10.1", "pas de décalage", lambda t, d, T: (extraits(t, d, T)[0],) * 2),
    ("10.1", "un token de trop peu", decoupe(slice(None, -1), slice(1, None), 0)),
    ("10.1", "entrée trop longue", decoupe(slice(None), slice(1, None))),
    ("10.1", "cible trop courte", lambda t, d, T: (
        extraits(t, d, T)[0], torch.stack([t[i + 1 : i + T] for i in d]))),
    ("10.1", "dernier token seul", lambda t, d, T: (extraits(t, d, T)[0], t[d + T])),
    ("10.1", "décalage dans l'autre sens", lambda *a: extraits(*a)[::-1]),
    ("10.1", "décalage dans l'autre sens", lambda *a: extraits_indexes(*a, saut=-1)),
    ("10.1", "décalage de deux", lambda *a: extraits_indexes(*a, saut=2)),
    ("10.1", "bloc suivant", lambda t, d, T: (
        extraits(t, d, T)[0], torch.stack([t[i + T : i + 2 * T] for i in d]))),
    ("10.1", "un tour de manège", lambda t, d, T: (
        extraits(t, d, T)[0], extraits(t, d, T)[0].roll(-1, 1))),
    ("10.1", "débuts ignorés", lambda t, d, T: extraits(
        t, range(0, len(d) * T, T), T)),
    ("10.2", "moyenne par token", lambda nats, n: nats.mean() / math.log(2)),
    ("10.2", "restés en nats", lambda nats, n: nats.sum().item() / n),
    ("10.2", "multiplié par ln 2", lambda nats, n: nats.sum() * 0.6931472 / n),
    ("10.2", "moyenne par token, en nats", lambda nats, n: nats.mean()),
    ("10.2", "divisé deux fois", lambda nats, n: nats.mean() / math.log(2) / n),
    ("10.2", "moyenne multipliée", lambda nats, n: n * nats.mean() / math.log(2)),
    ("10.2", "total du texte", lambda nats, n: (nats / math.log(2)).sum()),
    ("10.2", "perplexité", lambda nats, n: nats.mean().exp()),
    ("10.3", "cosinus sur toute la durée", lambda *a: taux(*a, r=lambda s, n: s / n)),
    ("10.3", "descente droite", lambda *a: taux(*a, onde=lambda r: 1 - r)),
    ("10.3", "pas de plancher", lambda s, n, w, m, f: taux(s, n, w, m, 0.0)),
    ("10.3", "plancher absolu", lambda s, n, w, m, f: (
        m * s / w if s < w else taux(s, n, w, m, f / m))),
    ("10.3", "sommet oublié", lambda s, n, w, m, f: taux(s, n, w, 1, f)),
    ("10.3", "période entière", lambda *a: taux(
        *a, onde=lambda r: math.cos(math.pi * r) ** 2)),
    ("10.3", "montée à partir de zéro", lambda s, n, w, m, f: (
        (s - 1) / w * m if s <= w else taux(s, n, w, m, f))),
    ("10.3", "plancher qui coupe", lambda s, n, w, m, f: (
        m * s / w if s <= w else max(f * m, taux(s, n, w, m, 0)))),
    ("10.7", "token du seuil exclu", lambda *a: garder_en_boucle(*a, avant=False)),
    ("10.7", "pas de renormalisation", lambda *a: garder_en_boucle(*a, diviser=False)),
    ("10.7", "tri à l'envers", lambda *a: garder_en_boucle(*a, grands=False)),
    ("10.7", "ordre du tri", lambda p, s: garder_en_boucle(
        p.sort(descending=True)[0], s)),
    ("10.7", "seuil pour chacun", lambda p, s: p.where(p >= s, 0.0)),
    ("10.7", "toujours un seul token", lambda p, s: F.one_hot(p.argmax(), len(p))),
    ("10.7", "min-p", lambda p, s: F.normalize(
        p.where(p / p.amax() >= s, 0.0), p=1, dim=0)),
    ("10.7", "softmax d'une loi", lambda p, s: garder_en_boucle(p, s).where(
        garder_en_boucle(p, s) == 0, p).masked_fill(
        garder_en_boucle(p, s) == 0, -math.inf).softmax(-1)),
    ("10.9", "masque en haut à gauche", lambda *a: cause(*a, decalage=lambda *_: 0)),
    ("10.9", "masque en haut à gauche", lambda q, k, v:
        F.scaled_dot_product_attention(q, k, v, is_causal=True)),
    ("10.9", "pas de masque", lambda *a: cause(*a, decalage=lambda T, S: S)),
    ("10.9", "strictement causal", lambda *a: cause(
        *a, decalage=lambda T, S: S - T - 1)),
    ("10.9", "échelle oubliée", lambda *a: cause(*a, echelle=lambda D: 1)),
    ("10.9", "divisé par D", lambda *a: cause(*a, echelle=lambda D: D)),
    ("10.9", "scores mis à zéro", lambda *a: cause(*a, vide=0.0)),
    ("10.9", "masque après le softmax", masque_tardif),
    ("10.6", "puissance à l'envers", lambda p, t: (p.log() * t).softmax(0)),
    ("10.6", "loi divisée par τ", lambda p, t: p.div(t)),
    ("10.6", "température sans effet", lambda p, t: p / t / (p / t).sum()),
    ("10.6", "softmax d'une loi", lambda p, t: F.softmax(p / t, dim=-1)),
    ("10.6", "pas de renormalisation", lambda p, t: (p.log() / t).exp()),
    ("10.6", "toujours le plus probable", lambda p, t: F.one_hot(p.argmax(), len(p))),
    ("10.8", "début du texte seulement", lambda t, s: copie(t, s, debuts=1)),
    ("10.8", "fin jamais atteinte", lambda t, s: copie(t, s, fin=0)),
    ("10.8", "décalage d'un", lambda t, s: copie(t, s) + 1),
    ("10.8", "majuscules confondues", lambda t, s: copie(t.lower(), s.lower())),
    ("10.8", "caractères communs", lambda t, s: len({*t} & {*s})),
    ("10.8", "morceaux bout à bout", copie_gloutonne),
    ("10.8", "tout ou rien", lambda t, s: len(t) if t in s else 0),
    ("10.1", "extrait non coupé", lambda t, d, T: torch.stack(
        [t[i : i + T + 1] for i in d])),
    ("10.1", "débuts comptés en extraits", lambda t, d, T: extraits(t, d * T, T)),
    ("10.2", "rapport à l'envers", lambda nats, n: (
        nats.mean() / math.log(2) * (n / len(nats)))),
    ("10.2", "logarithme décimal", lambda nats, n: nats.sum() / math.log10(2) / n),
    ("10.3", "descente inachevée", lambda s, n, w, m, f: (
        m * s / w if s <= w else taux(s - w, n, 0, m, f))),
    ("10.3", "plancher ajouté", lambda s, n, w, m, f: (
        m * s / w if s <= w else taux(s, n, w, m, 0) + m * f)),
    ("10.3", "montée oubliée", lambda s, n, w, m, f: taux(s, n, 0, m, f)),
    ("10.3", "quart de période", lambda *a: taux(
        *a, onde=lambda r: math.cos(math.pi * r / 2))),
    ("10.3", "sinus", lambda s, n, w, m, f: m * s / w if s <= w else taux(
        s, n, w, m, f, onde=lambda r: math.sin(math.pi * r / 2))),
    ("10.3", "cosinus nu", lambda *a: taux(*a, onde=lambda r: math.cos(math.pi * r))),
    ("10.6", "rapporté au maximum", lambda p, t: (p / p.amax()).pow(1 / t)),
    ("10.6", "logarithme rendu", lambda p, t: p.log().div(t)),
    ("10.7", "un token de trop", garder_un_de_trop),
    ("10.7", "tri oublié", lambda p, s: F.normalize(
        p * (p.cumsum(0) - p < s), p=1, dim=0)),
    ("10.7", "part rendue au premier", garder_pour_le_premier),
    ("10.8", "lettres éparses", copie_trouee),
    ("10.8", "fin du texte seulement", lambda t, s: copie(t[::-1], s[::-1], debuts=1)),
    ("10.8", "première copie trouvée", premiere_copie),
    ("10.8", "mots entiers", copie_par_mots),
    ("10.8", "mots comptés", lambda t, s: copie_par_mots(t, s, len)),
    ("10.8", "mêmes rangs", lambda t, s: sum(map(str.__eq__, t, s))),
    ("10.9", "masque inversé", cause_inversee),
    ("10.9", "décalage à contresens", lambda *a: cause(
        *a, decalage=lambda T, S: T - S)),
    ("10.9", "échelle d'un autre axe", lambda q, k, v: cause(
        q * (q.shape[-1] / k.shape[-2]) ** 0.5, k, v)),
    ("10.9", "multiplié par la racine", lambda *a: cause(
        *a, echelle=lambda D: D**-0.5)),
    ("10.9", "softmax sur le mauvais axe", lambda *a: cause(*a, axe=-2)),
    ("10.9", "poids rendus", lambda q, k, v: cause(q, k, torch.eye(k.shape[-2]))),
    ("10.9", "clés à la place des valeurs", lambda q, k, v: cause(q, k, k)),
]  # fmt: skip
