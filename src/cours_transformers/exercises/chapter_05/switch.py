"""05.6 : éteindre des têtes, avant W^O."""

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception, draw


def _cases(generator: torch.Generator) -> list[tuple]:
    shapes = (
        ((1, 3, 3, 2), [1]),
        ((2, 4, 4, 3), [0, 3]),
        ((2, 3, 3, 4), []),
        ((3, 5, 5, 2), [4]),
    )
    return [(draw(generator, *shape), off) for shape, off in shapes]


def _mask(heads: Tensor, off: list[int], dim: int = 1, kept: float = 0.0) -> Tensor:
    """Multiplie par ``kept`` les tranches ``off`` de l'axe ``dim``."""
    factor = torch.ones(heads.shape[dim])
    factor[off] = kept
    shape = [1] * heads.ndim
    shape[dim] = -1
    return heads * factor.view(shape)


def _others(heads: Tensor, off: list[int]) -> Tensor:
    return _mask(heads, [h for h in range(heads.shape[1]) if h not in off])


def _removed(heads: Tensor, off: list[int]) -> Tensor:
    return heads[:, [h for h in range(heads.shape[1]) if h not in off]]


def _averaged(heads: Tensor, off: list[int]) -> Tensor:
    kept = heads.clone()
    kept[:, off] = heads.mean(dim=1, keepdim=True)
    return kept


SWITCH = Exercise(
    number="05.6",
    title="Éteindre des têtes",
    arguments=("heads", "off"),
    reference=_mask,
    cases=_cases,
    facts=(
        Fact(
            "les têtes éteintes sont nulles",
            lambda kept, heads, off: not kept[:, off].any(),
        ),
    ),
    misconceptions=(
        Misconception(
            "masque au mauvais axe",
            lambda heads, off: _mask(heads, off, dim=2),
            "vous éteignez des mots, et non des têtes : que compte l'axe 1, et que "
            "compte l'axe 2 ?",
        ),
        Misconception(
            "phrases éteintes",
            lambda heads, off: _mask(heads, [b for b in off if b < len(heads)], dim=0),
            "vous éteignez des phrases du lot : quel axe compte les têtes ?",
        ),
        Misconception(
            "masque inversé",
            _others,
            "vous n'avez gardé que les têtes à éteindre : que veut dire `off` ?",
        ),
        Misconception(
            "têtes retirées",
            _removed,
            "vous avez supprimé les têtes : W^O attend toujours H · d_head nombres ; "
            "combien lui en donnez-vous ?",
        ),
        Misconception(
            "tête divisée au lieu d'éteinte",
            lambda heads, off: _mask(heads, off, kept=0.5),
            "vos têtes parlent deux fois moins fort : une tête éteinte dit-elle encore "
            "quelque chose ?",
        ),
        Misconception(
            "moyenne des têtes",
            _averaged,
            "vous remplacez une tête par la moyenne des autres : c'est une autre "
            "expérience. Que doit-elle apporter à la somme que fait W^O ?",
        ),
    ),
    hints=(
        "un facteur par tête : 1 pour celles qu'on garde, 0 pour les autres",
        "pour qu'il s'étende à (B, H, T, d_head), donnez au facteur la forme (H, 1, 1)",
    ),
    takeaway="sans biais, une tête nulle n'ajoute rien : W^O fait la somme des têtes",
)
