"""06.2 : les sinusoïdes, PE_p[2i] = sin(p ω_i) et PE_p[2i+1] = cos(p ω_i)."""

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception
from cours_transformers.layers.positional import Sinusoidal


def _cases(generator: torch.Generator) -> list[tuple]:
    return [(3, 4, 100), (5, 6, 10), (4, 8, 100), (7, 2, 50), (2, 10, 20)]


def _table(T: int, d: int, base: int) -> Tensor:
    return Sinusoidal(d, float(base)).table(T)


def _angles(T: int, d: int, base: int, *, power: int | float = -2, first: int = 0):
    """Calcule p · base^(power · i / d), pour p à partir de ``first``."""
    pair = torch.arange(d // 2)
    return (torch.arange(T) + first)[:, None] * base ** (power * pair / d)


def _interleave(even: Tensor, odd: Tensor) -> Tensor:
    return torch.stack([even, odd], dim=-1).flatten(1)


def _with_angles(**changes: int | float):
    """La même table, pour d'autres angles."""

    def wrong(T: int, d: int, base: int) -> Tensor:
        angle = _angles(T, d, base, **changes)
        return _interleave(angle.sin(), angle.cos())

    return wrong


def _one_frequency_per_column(T: int, d: int, base: int) -> Tensor:
    angle = torch.arange(T)[:, None] * base ** (-torch.arange(d) / d)
    return torch.where(torch.arange(d) % 2 == 0, angle.sin(), angle.cos())


def _halves(T: int, d: int, base: int) -> Tensor:
    angle = _angles(T, d, base)
    return torch.cat([angle.sin(), angle.cos()], dim=1)


def _swapped(T: int, d: int, base: int) -> Tensor:
    angle = _angles(T, d, base)
    return _interleave(angle.cos(), angle.sin())


def _reversed(T: int, d: int, base: int) -> Tensor:
    angle = _angles(T, d, base).flip(1)
    return _interleave(angle.sin(), angle.cos())


SINUSOIDS = Exercise(
    number="06.2",
    title="Régler les horloges",
    arguments=("T", "d", "base"),
    reference=_table,
    cases=_cases,
    facts=(
        Fact(
            "à la position 0, tous les sinus sont nuls",
            lambda table, T, d, base: bool((table[0, 0::2].abs() < 1e-6).all()),
        ),
        Fact(
            "chaque paire est sur le cercle de rayon 1",
            lambda table, T, d, base: torch.allclose(
                table[:, 0::2] ** 2 + table[:, 1::2] ** 2,
                torch.ones(T, d // 2, dtype=table.dtype),
                atol=1e-4,
            ),
        ),
    ),
    misconceptions=(
        Misconception(
            "sinus et cosinus échangés",
            _swapped,
            "chez vous, le cosinus vient en premier : que doit valoir la toute "
            "première case, à la position 0 ?",
        ),
        Misconception(
            "position décalée d'un",
            _with_angles(first=1),
            "votre première ligne est celle de la position 1 : où l'horloge est-elle "
            "avant d'avoir tourné ?",
        ),
        Misconception(
            "angle divisé au lieu de multiplié",
            _with_angles(power=2.0),
            "vos aiguilles tournent de plus en plus vite quand i grandit : la "
            "puissance de la base doit-elle multiplier la position, ou la diviser ?",
        ),
        Misconception(
            "exposant deux fois trop petit",
            _with_angles(power=-1.0),
            "vos fréquences ne descendent qu'à la racine de 1/base, ou presque : dans "
            "l'exposant, compte-t-on les paires ou les dimensions ?",
        ),
        Misconception(
            "une fréquence par colonne",
            _one_frequency_per_column,
            "le sinus et le cosinus d'une même paire ne tournent pas à la même "
            "vitesse : combien d'horloges y a-t-il pour d colonnes ?",
        ),
        Misconception(
            "sinus d'un côté, cosinus de l'autre",
            _halves,
            "tous les sinus, puis tous les cosinus : c'est un autre rangement, que "
            "l'on rencontre aussi. Lequel l'énoncé demande-t-il ?",
        ),
        Misconception(
            "horloges à l'envers",
            _reversed,
            "votre première paire est la plus lente : que vaut ω pour i = 0 ?",
        ),
        Misconception(
            "table transposée",
            lambda T, d, base: _table(T, d, base).T,
            "vous rendez une ligne par dimension : que doit-on ajouter à quoi, quand "
            "les plongements ont une ligne par mot ?",
        ),
        Misconception(
            "cosinus oublié",
            lambda T, d, base: _interleave(*[_angles(T, d, base).sin()] * 2),
            "deux sinus par paire : à quoi voit-on qu'une aiguille monte ou descend ?",
        ),
    ),
    hints=(
        "les angles d'abord : un tableau de T lignes et d / 2 colonnes, position fois "
        "fréquence",
        "`torch.arange(d // 2)` numérote les paires ; la fréquence de la paire i est "
        "`base ** (-2 * i / d)`",
        "`table[:, 0::2]` désigne une colonne sur deux à partir de la première",
    ),
    takeaway="d / 2 horloges, de la plus rapide à la plus lente, disent l'heure qu'il "
    "est dans la phrase",
)
