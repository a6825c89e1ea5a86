"""Chapitre 05 : bonnes réponses, et erreurs courantes avec leur nom."""

import torch


def separer(y, n_heads):
    B, T, d = y.shape
    return y.view(B, T, n_heads, d // n_heads).transpose(1, 2)


def separer_en_tranches(y, n_heads):
    return torch.stack(y.chunk(n_heads, dim=-1), dim=1)


def lire(x, W_q, W_k, W_v, n_heads, axe=-1):
    T, d = x.shape
    q, k, v = ((x @ W).view(T, n_heads, -1).transpose(0, 1) for W in (W_q, W_k, W_v))
    return (q @ k.mT / (d // n_heads) ** 0.5).softmax(axe) @ v


def multi_tetes(x, W_q, W_k, W_v, W_o, n_heads, axe=-1):
    read = lire(x, W_q, W_k, W_v, n_heads, axe)
    return read.transpose(0, 1).reshape(x.shape) @ W_o


def multi_tetes_en_somme(x, W_q, W_k, W_v, W_o, n_heads):
    """Chaque tête, puis son bloc de lignes de W^O : la somme est la même."""
    d = x.shape[1] // n_heads
    total = torch.zeros_like(x)
    for h in range(n_heads):
        part = slice(h * d, (h + 1) * d)
        q, k, v = x @ W_q[:, part], x @ W_k[:, part], x @ W_v[:, part]
        total += (q @ k.T / d**0.5).softmax(-1) @ v @ W_o[part]
    return total


def eteindre(heads, off):
    kept = heads.clone()
    kept[:, off] = 0
    return kept


def multi_tetes_sans_wo(x, W_q, W_k, W_v, W_o, n_heads):
    return multi_tetes(x, W_q, W_k, W_v, torch.eye(len(W_o)), n_heads)


def sans_transposition(x, W_q, W_k, W_v, W_o, n_heads):
    T, d = x.shape
    q, k, v = ((x @ W).view(n_heads, T, -1) for W in (W_q, W_k, W_v))
    weights = (q @ k.mT / (d // n_heads) ** 0.5).softmax(-1)
    return (weights @ v).transpose(0, 1).reshape(T, d) @ W_o


def multi_tetes_sans_echelle(x, W_q, W_k, W_v, W_o, n_heads):
    scale = (x.shape[1] // n_heads) ** 0.5
    return multi_tetes(x, W_q * scale, W_k, W_v, W_o, n_heads)


def entrelacees(y, n_heads):
    return torch.stack([y[..., h::n_heads] for h in range(n_heads)], dim=1)


def retirer(heads, off):
    return heads[:, [h for h in range(heads.shape[1]) if h not in off]]


def facteur_sur_les_mots(heads, off):
    factor = torch.ones(heads.shape[1])
    factor[off] = 0
    return heads * factor[:, None]


def moyennes_a_la_place(heads, off):
    kept = eteindre(torch.ones_like(heads), off) > 0
    return torch.where(kept, heads, heads.mean(1, keepdim=True))


def phrases_eteintes(heads, off):
    kept = heads.clone()
    kept[[b for b in off if b < len(heads)]] = 0
    return kept


RIGHT = [
    ("05.2", separer),
    ("05.2", separer_en_tranches),
    ("05.3", multi_tetes),
    ("05.3", multi_tetes_en_somme),
    ("05.5", lambda k, H: k.repeat_interleave(H // k.shape[1], dim=1)),
    ("05.5", lambda k, H: k[:, torch.arange(H) * k.shape[1] // H]),
    ("05.6", eteindre),
]

WRONG = [
    (
        "05.2",
        "têtes séparées sans transposition",
        lambda y, H: y.view(len(y), H, y.shape[1], -1),
    ),
    ("05.2", "transposition oubliée", lambda y, H: y.view(*y.shape[:2], H, -1)),
    ("05.2", "têtes entrelacées", entrelacees),
    ("05.2", "mots et dimensions échangés", lambda y, H: separer(y, H).mT),
    (
        "05.2",
        "têtes et dimensions échangées",
        lambda y, H: separer(y, y.shape[-1] // H),
    ),
    ("05.3", "W^O oubliée", multi_tetes_sans_wo),
    ("05.3", "une seule tête", lambda x, q, k, v, o, H: multi_tetes(x, q, k, v, o, 1)),
    ("05.3", "têtes séparées sans transposition", sans_transposition),
    (
        "05.3",
        "W^O transposée",
        lambda x, q, k, v, o, H: multi_tetes(x, q, k, v, o.T, H),
    ),
    ("05.3", "échelle oubliée", multi_tetes_sans_echelle),
    (
        "05.5",
        "groupes en alternance",
        lambda k, H: torch.cat([k] * (H // k.shape[1]), 1),
    ),
    ("05.5", "clés non répétées", lambda k, H: k.clone()),
    ("05.5", "première clé pour toutes", lambda k, H: torch.stack([k[:, 0]] * H, 1)),
    (
        "05.5",
        "groupes retournés",
        lambda k, H: k.flip(1).repeat_interleave(H // k.shape[1], 1),
    ),
    (
        "05.5",
        "moyenne des groupes",
        lambda k, H: k.mean(1, keepdim=True).repeat(1, H, 1, 1),
    ),
    ("05.6", "masque au mauvais axe", facteur_sur_les_mots),
    ("05.6", "têtes retirées", retirer),
    ("05.6", "masque inversé", lambda x, off: x - eteindre(x, off)),
    (
        "05.6",
        "tête divisée au lieu d'éteinte",
        lambda x, off: (x + eteindre(x, off)) / 2,
    ),
    ("05.6", "phrases éteintes", phrases_eteintes),
    ("05.2", "têtes empilées dans le lot", lambda y, H: separer(y, H).flatten(0, 1)),
    (
        "05.3",
        "échelle √d_model",
        lambda x, q, k, v, o, H: multi_tetes(x, q / H**0.5, k, v, o, H),
    ),
    (
        "05.3",
        "softmax sur les têtes",
        lambda x, q, k, v, o, H: multi_tetes(x, q, k, v, o, H, axe=0),
    ),
    (
        "05.3",
        "têtes additionnées",
        lambda x, q, k, v, o, H: torch.cat([lire(x, q, k, v, H).sum(0)] * H, 1) @ o,
    ),
    (
        "05.3",
        "réunion sans transposition",
        lambda x, q, k, v, o, H: lire(x, q, k, v, H).view(x.shape) @ o,
    ),
    (
        "05.5",
        "répétition sur les positions",
        lambda k, H: k.repeat_interleave(H // k.shape[1], 2),
    ),
    ("05.6", "moyenne des têtes", moyennes_a_la_place),
]
