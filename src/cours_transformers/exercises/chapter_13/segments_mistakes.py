"""Confusions de l'exercice 13.8 : bornes des segments, triangle, exponentielle."""

from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Misconception
from cours_transformers.layers.state_space.ssd import segment_sums


def _between(log_a: Tensor) -> Tensor:
    """Σ log a de s exclu à t compris ; le futur reçoit l'opposé de ces sommes."""
    total = log_a.cumsum(dim=0)
    return total[:, None] - total[None, :]


def _lower(sums: Callable[[Tensor], Tensor]) -> Callable:
    """L'exponentielle d'autres sommes, le futur mis à zéro."""
    return lambda log_a: sums(log_a).exp().tril()


def _filled(fill: float) -> Callable:
    """Les bonnes sommes, ``fill`` dans le futur."""
    return lambda log_a: segment_sums(log_a).masked_fill(_ages(log_a) < 0, fill)


def _both_in(log_a: Tensor) -> Tensor:
    return segment_sums(log_a) + log_a[None, :]


def _one_late(log_a: Tensor) -> Tensor:
    return segment_sums(log_a) - log_a[:, None] + log_a[None, :]


def _both_out(log_a: Tensor) -> Tensor:
    return (segment_sums(log_a) - log_a[:, None]).fill_diagonal_(0)


def _ages(log_a: Tensor) -> Tensor:
    t = torch.arange(len(log_a))
    return t[:, None] - t[None, :]


def _ratio(log_a: Tensor) -> Tensor:
    product = log_a.exp().cumprod(dim=0)
    return product[:, None] / product[None, :]


_right = _lower(segment_sums)

MISCONCEPTIONS = (
    Misconception(
        "diagonale à a_t",
        _lower(_both_in),
        "chez vous, un pas s'use avant même d'être lu : entre t et t, combien de pas "
        "l'état traverse-t-il ?",
    ),
    Misconception(
        "segments décalés",
        (_lower(_one_late), _lower(_both_out)),
        "votre diagonale est bonne, mais vos segments ne commencent ou ne finissent "
        "pas où il faut : pour aller de s à s + 1, est-ce a_s ou a_{s+1} qui use "
        "l'état ?",
    ),
    Misconception(
        "triangle supérieur",
        (lambda log_a: _right(log_a).T, lambda log_a: _between(log_a).exp().triu()),
        "chez vous, chaque pas lit ceux qui le suivent : t est-il le rang d'une ligne, "
        "ou d'une colonne ?",
    ),
    Misconception(
        "exponentielle oubliée",
        (_filled(0.0), _filled(-torch.inf)),
        "ce sont des sommes de logarithmes, toutes négatives : par quoi revient-on à "
        "un produit de a ?",
    ),
    Misconception(
        "zéros mis avant l'exponentielle",
        lambda log_a: _filled(0.0)(log_a).exp(),
        "votre futur vaut 1 : combien fait exp(0), et de quel nombre l'exponentielle "
        "est-elle nulle ?",
    ),
    Misconception(
        "masque oublié",
        (
            lambda log_a: _between(log_a).exp(),
            lambda log_a: (-_between(log_a).abs()).exp(),
        ),
        "un pas lit aussi ceux qui le suivent : dans la récurrence, l'état peut-il "
        "contenir ce qui n'est pas encore écrit ?",
    ),
    Misconception(
        "masque multiplié",
        lambda log_a: _between(log_a).exp() * torch.ones_like(_between(log_a)).tril(),
        "après un oubli de 150, l'exponentielle du futur déborde : que vaut l'infini, "
        "quand on le multiplie par zéro ?",
    ),
    Misconception(
        "rapport de produits",
        (
            lambda log_a: _ratio(log_a).tril(),
            lambda log_a: _ratio(log_a) * torch.ones_like(_ratio(log_a)).tril(),
        ),
        "vous divisez deux produits cumulés, et après un oubli de 150 ils sont nuls "
        "tous les deux : que vaut 0/0, et que ferait-on avec des sommes ?",
    ),
    Misconception(
        "oubli d'un seul pas",
        (
            _lower(lambda log_a: _ages(log_a) * log_a[:, None]),
            _lower(lambda log_a: _ages(log_a) * log_a[None, :]),
        ),
        "vous élevez un seul a à la puissance t − s, comme si tous les pas oubliaient "
        "autant : que devient alors la sélection ?",
    ),
    Misconception(
        "toujours depuis le début",
        (
            _lower(lambda log_a: log_a.cumsum(dim=0)[:, None] + 0 * _ages(log_a)),
            _lower(lambda log_a: log_a.cumsum(dim=0)[None, :] + 0 * _ages(log_a)),
        ),
        "vos sommes partent toutes du premier pas : l'entrée du pas s a-t-elle "
        "traversé ceux qui la précèdent ?",
    ),
    Misconception(
        "signe inversé",
        _lower(lambda log_a: -segment_sums(log_a)),
        "vos poids grandissent avec la distance : log a est négatif, et quel signe son "
        "opposé a-t-il ?",
    ),
    Misconception(
        "masque causal nu",
        lambda log_a: torch.ones(len(log_a), len(log_a)).tril(),
        "rien ne s'use : c'est le masque de l'attention linéaire. Où sont passés vos "
        "`log_a` ?",
    ),
    Misconception(
        "strictement causal",
        lambda log_a: _right(log_a).tril(-1),
        "aucun pas ne se lit lui-même : l'entrée présente est-elle déjà dans l'état "
        "quand on le lit ?",
    ),
)
