"""Confusions de l'exercice 14.4 : ce que l'on corrige, ce que l'on divise, et quand."""

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_14.footprint import in_tiles
from cours_transformers.exercises.chapter_14.tiles_loop import loop, scaled
from cours_transformers.exercises.exercise import Misconception


def _sum(p: Tensor) -> Tensor:
    return p.sum(dim=-1, keepdim=True)


def _divided(total: Tensor, acc: Tensor, alpha: Tensor, p: Tensor, v: Tensor) -> tuple:
    """La sortie est divisée à chaque tour, sans redevenir une somme au suivant."""
    total = alpha * total + _sum(p)
    return total, (alpha * acc + p @ v) / total


def _separate(q: Tensor, k: Tensor, v: Tensor, block_k: int) -> Tensor:
    """Un softmax par tuile : une sortie par tuile."""
    blocks = zip(k.split(block_k), v.split(block_k), strict=True)
    return torch.stack([scaled(q, kb).softmax(dim=-1) @ vb for kb, vb in blocks])


def _late(total: Tensor, acc: Tensor, alpha: Tensor, p: Tensor, v: Tensor) -> tuple:
    """Le bloc présent est corrigé avec les anciens."""
    return alpha * (total + _sum(p)), alpha * (acc + p @ v)


def _zero_out(total: Tensor, acc: Tensor, alpha: Tensor, p: Tensor, v: Tensor) -> tuple:
    return _sum(p), p @ v


def _plain(q: Tensor, k: Tensor, v: Tensor, block_k: int) -> Tensor:
    return scaled(q, k).softmax(dim=-1) @ v


def _listed(q: Tensor, k: Tensor, v: Tensor, block_k: int) -> Tensor:
    """Toutes les tuiles sont gardées jusqu'à la fin."""
    tiles = [scaled(q, part) for part in k.split(block_k)]
    m = torch.stack([tile.amax(dim=-1) for tile in tiles]).amax(dim=0)[:, None]
    p = [(tile - m).exp() for tile in tiles]
    total = sum(_sum(part) for part in p)
    return sum(a @ b for a, b in zip(p, v.split(block_k), strict=True)) / total


def _own(m: Tensor, s: Tensor) -> Tensor:
    return s.amax(dim=-1, keepdim=True)


MISCONCEPTIONS = (
    Misconception(
        "accumulateur non corrigé",
        loop(step=lambda t, acc, alpha, p, v: (alpha * t + _sum(p), acc + p @ v)),
        "votre somme est corrigée, votre accumulateur non : ses anciens termes "
        "sont-ils mesurés depuis le même maximum que les nouveaux ?",
    ),
    Misconception(
        "somme non corrigée",
        loop(step=lambda t, acc, alpha, p, v: (t + _sum(p), alpha * acc + p @ v)),
        "votre accumulateur est corrigé, votre somme non : la sortie est-elle encore "
        "une moyenne des valeurs ?",
    ),
    Misconception(
        "rien n'est corrigé",
        loop(step=lambda t, acc, alpha, p, v: (t + _sum(p), acc + p @ v)),
        "les anciennes sommes passent telles quelles d'un bloc à l'autre : où est α ? "
        "Ou bien, le calculez-vous avant d'avoir effacé l'ancien maximum ?",
    ),
    Misconception(
        "division oubliée",
        loop(finish=lambda acc, total: acc),
        "vous rendez l'accumulateur : si toutes les valeurs étaient égales à 1, que "
        "devrait valoir la sortie ?",
    ),
    Misconception(
        "toutes les clés d'un coup",
        (in_tiles(_plain), in_tiles(_listed)),
        "vos petits essais sont justes, mais la matrice est encore là, ou l'une de ses "
        "lignes : combien de scores une requête peut-elle avoir à la fois ?",
    ),
    Misconception(
        "un softmax par tuile",
        (
            lambda *inputs: _separate(*inputs).mean(dim=0),
            lambda *inputs: _separate(*inputs).sum(dim=0),
        ),
        "chaque tuile se partage un poids total de 1, comme si elle était seule : une "
        "tuile sans intérêt doit-elle compter autant que les autres ?",
    ),
    Misconception(
        "division à chaque tour",
        (
            loop(step=_divided, finish=lambda acc, total: acc),
            loop(step=_divided),
        ),
        "vous divisez à chaque bloc, et l'accumulateur n'est plus une somme : que "
        "faudrait-il lui rendre avant d'y ajouter le bloc suivant ?",
    ),
    Misconception(
        "dernier bloc oublié",
        loop(complete=False),
        "vous ne lisez que des blocs entiers : que deviennent les dernières clés, si S "
        "n'est pas un multiple de `block_k` ?",
    ),
    Misconception(
        "échelle oubliée",
        (
            loop(scores=lambda q, k: q @ k.T),
            loop(scores=lambda q, k: q @ k.T / q.shape[1]),
        ),
        "vos scores ne sont pas ceux de l'énoncé : par quoi y sont-ils divisés ?",
    ),
    Misconception(
        "maximum du bloc seul",
        loop(raised=_own),
        "votre maximum redescend quand un bloc n'a que de petits scores, et α déborde "
        ": de l'ancien et du nouveau, lequel garder ?",
    ),
    Misconception(
        "un maximum pour toutes les requêtes",
        loop(raised=lambda m, s: torch.maximum(m, s.max())),
        "vos requêtes partagent un seul maximum : que reste-t-il des poids d'une "
        "requête dont tous les scores en sont très loin ?",
    ),
    Misconception(
        "maximum non soustrait",
        loop(raised=lambda m, s: torch.zeros_like(m), start=0.0),
        "vous prenez l'exponentielle des scores eux-mêmes : que vaut-elle, quand l'un "
        "d'eux dépasse 100 ?",
    ),
    Misconception(
        "maximum nul au départ",
        loop(start=0.0),
        "votre maximum part de zéro : que vaut ℓ pour une requête dont tous les scores "
        "sont à −200 ?",
    ),
    Misconception(
        "sens de la correction",
        (
            loop(factor=lambda m, new: (new - m).exp()),
            loop(factor=lambda m, new: (new - m).exp().nan_to_num(posinf=0.0)),
        ),
        "votre α dépasse 1 : vu d'un maximum plus haut, un ancien terme pèse-t-il "
        "plus, ou moins ?",
    ),
    Misconception(
        "bloc présent corrigé aussi",
        (loop(step=_late), loop(step=_late, start=-1e4)),
        "votre α frappe aussi les termes que vous venez d'ajouter : depuis quel "
        "maximum étaient-ils mesurés ?",
    ),
    Misconception(
        "état remis à zéro",
        loop(step=_zero_out),
        "votre sortie ne dépend que du dernier bloc : où sont passées les sommes des "
        "précédents ?",
    ),
)
