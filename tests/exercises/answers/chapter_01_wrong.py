"""Chapitre 01 : les erreurs courantes, écrites comme un lecteur les écrirait."""

import math

import torch


def blocs(x, h, W_x, W_h, b):
    return torch.split(x @ W_x.mT + h @ W_h.mT + b, h.shape[1], dim=1)


def lstm(combine, order=(0, 1, 2, 3)):
    """Pas de LSTM écrit à la main : ``combine`` reçoit i, f, g, o activés, et c."""

    def answer(x, h, c, W_x, W_h, b):
        z = blocs(x, h, W_x, W_h, b)
        i, f, g, o = (z[k] for k in order)
        return combine(i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid(), c)

    return answer


def juste(i, f, g, o, c):
    c = f * c + i * g
    return o * torch.tanh(c), c


def sortie(o, c):
    return o * torch.tanh(c), c


def sigmoide_partout(x, h, c, W_x, W_h, b):
    i, f, g, o = (x @ W_x.T + h @ W_h.T + b).sigmoid().chunk(4, 1)
    return sortie(o, f * c + i * g)


def candidate_brute(x, h, c, W_x, W_h, b):
    i, f, g, o = blocs(x, h, W_x, W_h, b)
    return sortie(o.sigmoid(), f.sigmoid() * c + i.sigmoid() * g)


def sans_sigmoide(x, h, c, W_x, W_h, b):
    i, f, g, o = blocs(x, h, W_x, W_h, b)
    return sortie(o, f * c + i * g.tanh())


def tangentes_partout(x, h, c, W_x, W_h, b):
    i, f, g, o = (x @ W_x.T + h @ W_h.T + b).tanh().chunk(4, 1)
    return sortie(o, f * c + i * g)


def etat_ignore(x, h, c, W_x, W_h, b):
    i, f, g, o = (x @ W_x.T + b).chunk(4, 1)
    return juste(i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid(), c)


def biais_ignore(x, h, c, W_x, W_h, b):
    i, f, g, o = (x @ W_x.T + h @ W_h.T).chunk(4, 1)
    return juste(i.sigmoid(), f.sigmoid(), g.tanh(), o.sigmoid(), c)


def norme(gradients):
    return math.sqrt(sum(float((g * g).sum()) for g in gradients))


def coupe(norm_of):
    """Coupure par la norme que mesure ``norm_of``."""

    def answer(gradients, max_norm):
        norm = float(norm_of(gradients))
        if norm <= max_norm:
            return gradients
        return [max_norm * g / norm for g in gradients]

    return answer


def par_valeur(gradients, max_norm):
    return [torch.clamp(g, min=-max_norm, max=max_norm) for g in gradients]


def tenseur_par_tenseur(gradients, max_norm):
    out = []
    for g in gradients:
        norm = g.pow(2).sum().sqrt()
        out.append(g if norm <= max_norm else g / norm * max_norm)
    return out


def jette(gradients, max_norm):
    if norme(gradients) > max_norm:
        return [torch.zeros_like(g) for g in gradients]
    return gradients


def condition_inversee(gradients, max_norm):
    n = norme(gradients)
    return [g * max_norm / n for g in gradients] if n < max_norm else gradients


def sans_racine_dans_le_test(gradients, max_norm):
    squared = sum(g.pow(2).sum() for g in gradients)
    if squared > max_norm:
        return [g * max_norm / squared.sqrt() for g in gradients]
    return gradients


def facteur_renverse(gradients, max_norm):
    factor = max(1.0, norme(gradients) / max_norm)
    return [g * factor for g in gradients]


def vers_un(gradients, max_norm):
    n = norme(gradients)
    return [g / n if n > max_norm else g for g in gradients]


def sur_place(gradients, max_norm):
    n = norme(gradients)
    if n > max_norm:
        for g in gradients:
            g.mul_(max_norm / n)
    return gradients


def sur_place_sans_return(gradients, max_norm):
    sur_place(gradients, max_norm)


def moyenne_des_vrais(outputs, lengths):
    rows = [outputs[b, :n].mean(dim=0) for b, n in enumerate(lengths.tolist())]
    return torch.stack(rows)


def lit(step):
    """Boucle sur les phrases ; ``step(n, T)`` est le pas lu pour une longueur n."""

    def answer(outputs, lengths):
        T = outputs.shape[1]
        rows = [outputs[b, step(n, T)] for b, n in enumerate(lengths.tolist())]
        return torch.stack(rows)

    return answer


def axes_inverses(outputs, lengths):
    rows = [outputs[n - 1, b] for b, n in enumerate(lengths.tolist())]
    return torch.stack(rows)


# (exercice, confusion attendue, code écrit comme un lecteur l'écrirait)
WRONG = [
    ("01.1", "tanh oubliée", lambda x, h, W, U, b: x @ W.mT + h @ U.mT + b),
    ("01.1", "biais oublié", lambda x, h, W, U, b: torch.tanh(x @ W.T + h @ U.T)),
    ("01.1", "état non porté", lambda x, h, W, U, b: torch.tanh(x @ W.T + b)),
    ("01.1", "entrée non lue", lambda x, h, W, U, b: torch.tanh(h @ U.T + b)),
    (
        "01.1",
        "autre activation",
        lambda x, h, W, U, b: torch.sigmoid(x @ W.T + h @ U.T + b),
    ),
    (
        "01.1",
        "autre activation",
        lambda x, h, W, U, b: torch.relu(x @ W.T + h @ U.T + b),
    ),
    (
        "01.1",
        "état ajouté après la tangente",
        lambda x, h, W, U, b: h @ U.T + torch.tanh(x @ W.T + b),
    ),
    (
        "01.1",
        "état ajouté après la tangente",
        lambda x, h, W, U, b: h + torch.tanh(x @ W.T + h @ U.T + b),
    ),
    (
        "01.1",
        "W_h appliquée après la tangente",
        lambda x, h, W, U, b: torch.tanh(x @ W.T + h + b) @ U.T,
    ),
    ("01.1", "W_h oubliée", lambda x, h, W, U, b: torch.tanh(x @ W.T + b + h)),
    (
        "01.1",
        "matrice transposée",
        lambda x, h, W, U, b: torch.tanh(x @ W.T + h @ U + b),
    ),
    (
        "01.1",
        "matrice transposée",
        lambda x, h, W, U, b: torch.tanh(x @ W + h @ U + b),
    ),
    (
        "01.1",
        "deux tangentes",
        lambda x, h, W, U, b: torch.tanh(x @ W.T + b) + torch.tanh(h @ U.T),
    ),
    (
        "01.1",
        "biais hors de la tangente",
        lambda x, h, W, U, b: b + torch.tanh(x @ W.T + h @ U.T),
    ),
    (
        "01.1",
        "biais compté deux fois",
        lambda x, h, W, U, b: torch.tanh((x @ W.T + b) + (h @ U.T + b)),
    ),
    (
        "01.1",
        "matrices interverties",
        lambda x, h, W, U, b: torch.tanh(x @ U.T + h @ W.T + b),
    ),
    (
        "01.1",
        "résultat transposé",
        lambda x, h, W, U, b: torch.tanh(W @ x.T + U @ h.T + b[:, None]),
    ),
    (
        "01.4",
        "portes d'entrée et d'oubli échangées",
        lstm(lambda i, f, g, o, c: sortie(o, i * c + f * g)),
    ),
    ("01.4", "portes d'entrée et d'oubli échangées", lstm(juste, (1, 0, 2, 3))),
    ("01.4", "blocs dans un autre ordre", lstm(juste, (0, 1, 3, 2))),
    ("01.4", "blocs dans un autre ordre", lstm(juste, (0, 2, 3, 1))),
    ("01.4", "sigmoïde sur la candidate", sigmoide_partout),
    ("01.4", "candidate sans tangente", candidate_brute),
    (
        "01.4",
        "tanh oubliée en sortie",
        lstm(lambda i, f, g, o, c: (o * (f * c + i * g), f * c + i * g)),
    ),
    ("01.4", "cellule non portée", lstm(lambda i, f, g, o, c: sortie(o, i * g))),
    (
        "01.4",
        "portes couplées",
        lstm(lambda i, f, g, o, c: sortie(o, f * c + (1 - f) * g)),
    ),
    (
        "01.4",
        "portes couplées",
        lstm(lambda i, f, g, o, c: sortie(o, torch.lerp(c, g, i))),
    ),
    ("01.4", "porte d'oubli oubliée", lstm(lambda i, f, g, o, c: sortie(o, c + i * g))),
    (
        "01.4",
        "porte d'entrée oubliée",
        lstm(lambda i, f, g, o, c: sortie(o, f * c + g)),
    ),
    (
        "01.4",
        "porte de sortie oubliée",
        lstm(lambda i, f, g, o, c: sortie(1, f * c + i * g)),
    ),
    (
        "01.4",
        "ancienne cellule montrée",
        lstm(lambda i, f, g, o, c: (o * c.tanh(), f * c + i * g)),
    ),
    (
        "01.4",
        "cellule remplacée par sa tangente",
        lstm(
            lambda i, f, g, o, c: (o * (f * c + i * g).tanh(), (f * c + i * g).tanh())
        ),
    ),
    ("01.4", "h et c échangés", lstm(lambda *gates: juste(*gates)[::-1])),
    ("01.4", "un seul état", lstm(lambda *gates: juste(*gates)[0])),
    ("01.4", "un seul état", lstm(lambda *gates: juste(*gates)[1])),
    ("01.4", "état caché non porté", etat_ignore),
    ("01.4", "biais oublié", biais_ignore),
    ("01.4", "portes sans sigmoïde", sans_sigmoide),
    ("01.4", "portes sans sigmoïde", tangentes_partout),
    ("01.5", "coupure par valeur", par_valeur),
    ("01.5", "une norme par tenseur", tenseur_par_tenseur),
    (
        "01.5",
        "remise à l'échelle systématique",
        lambda gradients, m: [g * m / norme(gradients) for g in gradients],
    ),
    ("01.5", "racine oubliée", coupe(lambda gradients: norme(gradients) ** 2)),
    ("01.5", "racine oubliée", sans_racine_dans_le_test),
    ("01.5", "norme 1", coupe(lambda gradients: sum(g.abs().sum() for g in gradients))),
    (
        "01.5",
        "plus grande composante",
        coupe(lambda gradients: max(g.abs().max() for g in gradients)),
    ),
    (
        "01.5",
        "normes additionnées",
        coupe(lambda gradients: sum(g.pow(2).sum().sqrt() for g in gradients)),
    ),
    (
        "01.5",
        "moyenne au lieu de somme",
        coupe(lambda gs: norme(gs) / math.sqrt(sum(g.numel() for g in gs))),
    ),
    ("01.5", "norme ramenée à 1", vers_un),
    ("01.5", "facteur inversé", facteur_renverse),
    ("01.5", "condition inversée", condition_inversee),
    ("01.5", "gradients jetés", jette),
    ("01.5", "rien n'est coupé", lambda gradients, max_norm: gradients),
    ("01.5", "norme au lieu des gradients", lambda gradients, m: norme(gradients)),
    ("01.5", "entrées modifiées sur place", sur_place),
    ("01.5", "résultat non renvoyé", sur_place_sans_return),
    ("01.7", "dernier pas du tableau", lambda outputs, lengths: outputs[:, -1, :]),
    ("01.7", "décalage d'un pas", lit(lambda n, T: n)),
    ("01.7", "décalage d'un pas", lit(lambda n, T: min(n, T - 1))),
    ("01.7", "décalage d'un pas", lit(lambda n, T: n - 2)),
    ("01.7", "premier pas", lit(lambda n, T: 0)),
    ("01.7", "moyenne de tous les pas", lambda outputs, lengths: outputs.mean(1)),
    (
        "01.7",
        "moyenne de tous les pas",
        lambda outputs, lengths: outputs.max(dim=1).values,
    ),
    ("01.7", "moyenne des vrais pas", moyenne_des_vrais),
    (
        "01.7",
        "une longueur pour tout le lot",
        lambda outputs, lengths: outputs[:, max(lengths) - 1],
    ),
    (
        "01.7",
        "une longueur pour tout le lot",
        lambda outputs, lengths: outputs[:, min(lengths) - 1],
    ),
    (
        "01.7",
        "tous les pas pour toutes les phrases",
        lambda outputs, lengths: outputs.index_select(1, lengths - 1),
    ),
    ("01.7", "axes échangés", axes_inverses),
    ("01.7", "axes échangés", lambda outputs, lengths: outputs[lengths - 1]),
    ("01.7", "remplissage à gauche", lit(lambda n, T: T - n)),
    (
        "01.7",
        "dimension de taille 1",
        lambda outputs, lengths: outputs.gather(
            1, (lengths - 1)[:, None, None].expand(-1, 1, outputs.shape[2])
        ),
    ),
]
