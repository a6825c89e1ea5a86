"""Chapitre 06 : bonnes réponses, et erreurs courantes avec leur nom."""

import numpy as np
import torch


def horloges_en_boucles(T, d, base, paires=True):
    table = np.zeros((T, d))
    for p in range(T):
        for c in range(d):
            angle = p / base ** ((c - c % 2 if paires else c) / d)
            table[p, c] = np.cos(angle) if c % 2 else np.sin(angle)
    return table


def horloges(T, d, base, decalage=0, signe=-1, facteur=2, premier=torch.sin):
    angle = (torch.arange(T) + decalage)[:, None] * base ** (
        signe * facteur * torch.arange(d // 2) / d
    )
    second = torch.cos if premier is torch.sin else torch.sin
    table = torch.zeros(T, d)
    table[:, ::2], table[:, 1::2] = premier(angle), second(angle)
    return table


def alibi(T, n_heads, signe=-1, huit=8, premier=1, absolue=True):
    pas = torch.arange(T)
    distance = pas[None] - pas[:, None]
    distance = distance.abs() if absolue else distance
    heads = torch.arange(premier, n_heads + premier)
    slopes = 2.0 ** (-huit * heads / n_heads)
    return signe * slopes[:, None, None] * distance


def alibi_regulier(T, n_heads):
    pas, heads = torch.arange(T), torch.arange(1, n_heads + 1)
    return -heads.view(-1, 1, 1) / n_heads * (pas[:, None] - pas).abs()


def rope_complexe(x, positions, base):
    omega = float(base) ** (-torch.arange(0, x.shape[1], 2) / x.shape[1])
    turn = torch.polar(torch.ones(1), positions[:, None] * omega)
    z = torch.view_as_complex(x.reshape(len(x), -1, 2).contiguous())
    return torch.view_as_real(z * turn).flatten(1)


def tourner(a, b, cos, sin):
    return a * cos - b * sin, a * sin + b * cos


def rope(x, positions, base, sens=1, moities=False, exposant=-2, tourner=tourner):
    half = x.shape[1] // 2
    angle = positions[:, None] * base ** (exposant * torch.arange(half) / x.shape[1])
    first, second = (
        (slice(None, half), slice(half, None))
        if moities
        else (slice(0, None, 2), slice(1, None, 2))
    )
    a, b, y = x[:, first], x[:, second], torch.empty_like(x)
    cos, sin = angle.cos(), sens * angle.sin()
    y[:, first], y[:, second] = tourner(a, b, cos, sin)
    return y


def rope_melangee(x, positions, base):
    """Comme si l'on collait le cosinus d'un code dans la rotation d'un autre."""
    omega = base ** (-2 * torch.arange(x.shape[1] // 2) / x.shape[1])
    angle = (positions[:, None] * omega).repeat(1, 2)
    turned = torch.empty_like(x)
    turned[:, ::2], turned[:, 1::2] = -x[:, 1::2], x[:, ::2]
    return x * angle.cos() + turned * angle.sin()


def ranger(W, n_heads):
    D = len(W) // n_heads
    order = [
        h * D + c for h in range(n_heads) for c in [*range(0, D, 2), *range(1, D, 2)]
    ]
    return W[order]


RIGHT = [
    ("06.2", horloges_en_boucles),
    ("06.2", horloges),
    ("06.4", alibi),
    ("06.4", lambda T, H: alibi(T, H).tolist()),
    ("06.6", rope_complexe),
    ("06.6", rope),
    ("06.7", ranger),
]

WRONG = [
    ("06.2", "sinus et cosinus échangés", lambda *a: horloges(*a, premier=torch.cos)),
    ("06.2", "position décalée d'un", lambda *a: horloges(*a, decalage=1)),
    ("06.2", "angle divisé au lieu de multiplié", lambda *a: horloges(*a, signe=1)),
    ("06.2", "exposant deux fois trop petit", lambda *a: horloges(*a, facteur=1)),
    ("06.2", "table transposée", lambda *a: horloges_en_boucles(*a).T),
    ("06.4", "signe de la pente", lambda *a: alibi(*a, signe=1)),
    ("06.4", "huit oublié", lambda T, H: alibi(T, H, huit=H)),
    ("06.4", "têtes comptées à partir de zéro", lambda *a: alibi(*a, premier=0)),
    ("06.4", "distance signée", lambda *a: alibi(*a, absolue=False)),
    ("06.4", "exposant positif", lambda *a: alibi(*a, huit=-8)),
    ("06.6", "sens inverse", lambda *a: rope(*a, sens=-1)),
    ("06.6", "appariement par moitiés", lambda *a: rope(*a, moities=True)),
    ("06.6", "appariements mélangés", rope_melangee),
    ("06.6", "angle divisé au lieu de multiplié", lambda *a: rope(*a, exposant=2)),
    ("06.6", "position décalée d'un", lambda x, p, b: rope(x, p + 1, b)),
    ("06.7", "têtes confondues", lambda W, H: ranger(W, 1)),
    ("06.7", "rien n'a bougé", lambda W, H: W.clone()),
    ("06.7", "résultat transposé", lambda W, H: ranger(W, H).T),
    (
        "06.7",
        "impaires d'abord",
        lambda W, H: ranger(W.view(-1, 2, W.shape[1]).flip(1).flatten(0, 1), H),
    ),
    ("06.7", "sens inverse", lambda W, H: W[ranger(torch.arange(len(W)), H).argsort()]),
    ("06.2", "une fréquence par colonne", lambda *a: horloges_en_boucles(*a, False)),
    (
        "06.2",
        "sinus d'un côté, cosinus de l'autre",
        lambda *a: torch.cat([horloges(*a)[:, c::2] for c in (0, 1)], 1),
    ),
    (
        "06.2",
        "horloges à l'envers",
        lambda *a: horloges(*a).unflatten(1, (-1, 2)).flip(1).flatten(1),
    ),
    (
        "06.2",
        "cosinus oublié",
        lambda *a: horloges(*a)[:, ::2].repeat_interleave(2, dim=1),
    ),
    (
        "06.4",
        "même pente pour toutes les têtes",
        lambda T, H: alibi(T, H)[:1].repeat(H, 1, 1),
    ),
    (
        "06.4",
        "distance décalée d'un",  # une pente de plus partout
        lambda T, H: alibi(T, H) + alibi(2, H)[:, :1, 1:],
    ),
    ("06.4", "passé seul", lambda *a: alibi(*a).tril()),
    ("06.4", "pentes régulières", alibi_regulier),
    (
        "06.6",
        "sinus et cosinus échangés",
        lambda *a: rope(*a, tourner=lambda a, b, c, s: tourner(a, b, s, c)),
    ),
    (
        "06.6",
        "signe oublié",
        lambda *a: rope(*a, tourner=lambda a, b, c, s: (a * c + b * s, a * s + b * c)),
    ),
    ("06.6", "positions ignorées", lambda x, p, b: rope(x, torch.arange(len(p)), b)),
    ("06.6", "exposant deux fois trop petit", lambda *a: rope(*a, exposant=-1)),
    ("06.6", "une seule fréquence", lambda *a: rope(*a, exposant=0)),
    (
        "06.7",
        "têtes entrelacées",
        lambda W, H: torch.cat([W[h::H][c::2] for h in range(H) for c in (0, 1)]),
    ),
]
