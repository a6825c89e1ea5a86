"""06.6 : la rotation de RoPE, paires de dimensions voisines."""

from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception, draw
from cours_transformers.layers.positional import frequencies, rotate_pairs


def _cases(generator: torch.Generator) -> list[tuple]:
    shapes = (
        ([2, 5], 4, 100),
        ([0, 1, 2], 6, 10),
        ([7], 8, 100),
        ([3, 0, 9, 1], 4, 20),
    )
    return [
        (draw(generator, len(at), D), torch.tensor(at), base) for at, D, base in shapes
    ]


def _angles(x: Tensor, positions: Tensor, base: int) -> Tensor:
    return positions[:, None] * frequencies(x.shape[-1], float(base))


def _rotate(x: Tensor, positions: Tensor, base: int) -> Tensor:
    return rotate_pairs(x, _angles(x, positions, base))


def _at(moved: Callable[[Tensor], Tensor]):
    """La bonne rotation, à d'autres positions."""
    return lambda x, positions, base: _rotate(x, moved(positions), base)


def _with_frequencies(speed: Callable[[Tensor, int, int], Tensor]):
    """La bonne rotation, à d'autres fréquences : ``speed(paires, D, base)``."""

    def wrong(x: Tensor, positions: Tensor, base: int) -> Tensor:
        D = x.shape[-1]
        pairs = torch.arange(D // 2)
        return rotate_pairs(x, positions[:, None] * speed(pairs, D, base))

    return wrong


def _by_pair(first: Callable, second: Callable):
    """Une autre règle pour chaque paire (a, b), selon (a, b, cos, sin)."""

    def wrong(x: Tensor, positions: Tensor, base: int) -> Tensor:
        angle = _angles(x, positions, base)
        pair = x[:, 0::2], x[:, 1::2], angle.cos(), angle.sin()
        return torch.stack([first(*pair), second(*pair)], dim=-1).flatten(1)

    return wrong


def _mixed(x: Tensor, positions: Tensor, base: int) -> Tensor:
    """Les angles rangés par moitiés, les couples pris entre voisins."""
    angle = _angles(x, positions, base)
    cos, sin = (torch.cat([f, f], dim=1) for f in (angle.cos(), angle.sin()))
    turned = torch.stack([-x[:, 1::2], x[:, 0::2]], dim=-1).flatten(1)
    return x * cos + turned * sin


def _norms_kept(y: Tensor, x: Tensor, positions: Tensor, base: int) -> bool:
    return torch.allclose(y.norm(dim=1), x.to(y.dtype).norm(dim=1), atol=1e-3)


ROTATION = Exercise(
    number="06.6",
    title="Tourner une requête",
    arguments=("x", "positions", "base"),
    reference=_rotate,
    cases=_cases,
    facts=(Fact("chaque vecteur garde sa longueur", _norms_kept),),
    misconceptions=(
        Misconception(
            "sens inverse",
            _at(lambda p: -p),
            "vous tournez dans l'autre sens. Les scores n'en sauraient rien si les "
            "clés tournaient de même ; mais où est le signe moins, dans la formule ?",
        ),
        Misconception(
            "sinus et cosinus échangés",
            _by_pair(
                lambda a, b, c, s: a * s - b * c, lambda a, b, c, s: a * c + b * s
            ),
            "à la position 0, votre vecteur a déjà tourné d'un quart de tour : que "
            "valent le cosinus et le sinus d'un angle nul ?",
        ),
        Misconception(
            "signe oublié",
            _by_pair(
                lambda a, b, c, s: a * c + b * s, lambda a, b, c, s: a * s + b * c
            ),
            "votre transformation ne conserve pas les longueurs : une rotation "
            "a-t-elle deux signes plus ?",
        ),
        Misconception(
            "appariement par moitiés",
            lambda x, p, base: rotate_pairs(x, _angles(x, p, base), "half"),
            "vous mariez la dimension i et la dimension i + D/2, comme GPT-NeoX : qui "
            "l'énoncé marie-t-il ?",
        ),
        Misconception(
            "appariements mélangés",
            _mixed,
            "vos couples sont pris entre voisins, mais vos angles sont rangés par "
            "moitiés : les deux membres d'un couple tournent-ils du même angle ?",
        ),
        Misconception(
            "position décalée d'un",
            _at(lambda p: p + 1),
            "tout est tourné d'un pas de trop : de combien tourne le mot de position "
            "0 ?",
        ),
        Misconception(
            "positions ignorées",
            _at(lambda p: torch.arange(len(p))),
            "vous avez numéroté les lignes vous-même : avec un cache, le premier "
            "vecteur reçu est-il toujours à la position 0 ?",
        ),
        Misconception(
            "angle divisé au lieu de multiplié",
            _with_frequencies(lambda i, D, base: base ** (2 * i / D)),
            "vos dernières paires tournent le plus vite : la fréquence doit-elle "
            "grandir ou diminuer avec i ?",
        ),
        Misconception(
            "exposant deux fois trop petit",
            _with_frequencies(lambda i, D, base: base ** (-i / D)),
            "vos fréquences diminuent deux fois trop lentement, en logarithme : i "
            "numérote-t-il les paires ou les dimensions ?",
        ),
        Misconception(
            "une seule fréquence",
            _with_frequencies(lambda i, D, base: torch.ones(len(i))),
            "toutes vos paires tournent ensemble : à quoi bon plusieurs horloges à la "
            "même heure ?",
        ),
    ),
    hints=(
        "les angles : `positions[:, None] * base ** (-2 * i / D)`, de forme (T, D / 2)",
        "`a, b = x[:, 0::2], x[:, 1::2]` sépare les deux membres de chaque couple",
        "il reste à écrire la rotation de (a, b), puis à remettre les deux à leur "
        "place dans un tableau vide",
    ),
    takeaway="tourner ne change pas la longueur ; entre deux vecteurs tournés, il ne "
    "reste que l'écart des angles, donc des positions",
)
