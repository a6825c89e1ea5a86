"""Confusions de l'exercice 14.5 : alignement, arrondis, requête qui décide."""

import math
from collections.abc import Callable

from cours_transformers.exercises.chapter_13.pairs import pair
from cours_transformers.exercises.exercise import Misconception


def _down(keys: int, block_k: int) -> int:
    return keys // block_k


def _up(keys: int, block_k: int) -> int:
    return math.ceil(keys / block_k)


def _aligned(T: int, S: int) -> int:
    return S - T


def tiles(
    shift: Callable = _aligned,
    full: Callable = _down,
    end: Callable = _up,
    first_sees: int = 1,
    last_sees: int = 1,
    clip: bool = True,
    floor: float = 0,
    finish: Callable = lambda full, end, *_: (full, end),
) -> Callable:
    """Le calcul, juste par défaut, dont on remplace une pièce.

    ``first_sees`` et ``last_sees`` : clés que la première et la dernière requête du
    bloc voient en plus de leur position.
    """

    def wrong(i: int, block_q: int, block_k: int, T: int, S: int) -> object:
        stop = (i + 1) * block_q
        first = i * block_q + shift(T, S)
        last = (min(stop, T) if clip else stop) - 1 + shift(T, S)
        n_full = full(max(first + first_sees, floor), block_k)
        n_read = end(max(last + last_sees, floor), block_k)
        return pair(finish(n_full, n_read, block_k, S, i))

    return wrong


def _swapped_blocks(i: int, block_q: int, block_k: int, T: int, S: int) -> object:
    return tiles()(i, block_k, block_q, T, S)


MISCONCEPTIONS = (
    Misconception(
        "aligné en haut à gauche",
        tiles(shift=lambda T, S: 0),
        "votre requête t voit les clés jusqu'à t, quel que soit S : quand il y a plus "
        "de clés que de requêtes, laquelle des requêtes voit la dernière clé ?",
    ),
    Misconception(
        "alignement inversé",
        tiles(shift=lambda T, S: T - S),
        "vous décalez dans l'autre sens : avec une requête et onze clés, combien "
        "doit-elle en voir ?",
    ),
    Misconception(
        "rien n'est sauté",
        tiles(finish=lambda full, end, block_k, S, i: (full, math.ceil(S / block_k))),
        "vous lisez toutes les tuiles, même celles où tout est masqué : qu'y "
        "gagne-t-on sur une attention sans masque ?",
    ),
    Misconception(
        "position prise pour un compte",
        (
            tiles(first_sees=0),
            tiles(last_sees=0),
            tiles(first_sees=0, last_sees=0),
            tiles(first_sees=0, clip=False),
        ),
        "il vous manque parfois une clé : une requête à la position 0 en voit-elle "
        "zéro, ou une ?",
    ),
    Misconception(
        "une tuile de trop",
        (
            tiles(end=lambda keys, block_k: keys // block_k + 1),
            tiles(end=lambda keys, block_k: _up(keys, block_k) + 1),
        ),
        "vous lisez une tuile de plus quand les clés vues remplissent exactement les "
        "leurs : « plus un » est-il toujours un arrondi par excès ?",
    ),
    Misconception(
        "dernière tuile perdue",
        tiles(end=_down),
        "vous arrondissez par défaut ce qui est lu : que devient la tuile dont la "
        "dernière requête ne voit qu'une partie ?",
    ),
    Misconception(
        "tuile pleine trop tôt",
        tiles(full=_up),
        "vous comptez pour pleine une tuile dont la première requête ne voit qu'une "
        "partie : sans masque, que lirait-elle ?",
    ),
    Misconception(
        "dernière requête pour toutes",
        lambda i, q, k, T, S: tiles(
            finish=lambda full, end, *_: (max(min((i + 1) * q, T) + S - T, 0) // k, end)
        )(i, q, k, T, S),
        "vos tuiles pleines sont celles de la dernière requête du bloc : les autres "
        "les voient-elles en entier ?",
    ),
    Misconception(
        "première requête pour toutes",
        lambda i, q, k, T, S: tiles(
            finish=lambda full, end, *_: (full, _up(max(i * q + 1 + S - T, 0), k))
        )(i, q, k, T, S),
        "vous vous arrêtez où s'arrête la première requête du bloc : la dernière n'en "
        "voit-elle pas davantage ?",
    ),
    Misconception(
        "bloc qui dépasse T",
        tiles(clip=False),
        "votre dernier bloc de requêtes dépasse T : y a-t-il encore des clés pour des "
        "requêtes qui n'existent pas ?",
    ),
    Misconception(
        "tuiles négatives",
        (
            tiles(floor=-math.inf),
            tiles(floor=-math.inf, clip=False),
            tiles(floor=-math.inf, first_sees=0),
            tiles(floor=-math.inf, first_sees=0, clip=False),
        ),
        "vous rendez un nombre négatif de tuiles : combien de clés voit une requête "
        "dont la position est négative ?",
    ),
    Misconception(
        "couple échangé",
        tiles(finish=lambda full, end, *_: (end, full)),
        "vos deux nombres sont justes, mais dans l'autre ordre : lequel l'énoncé "
        "donne-t-il en premier ?",
    ),
    Misconception(
        "nombre de tuiles masquées",
        tiles(finish=lambda full, end, *_: (full, end - full)),
        "votre second nombre compte les tuiles à masquer : l'énoncé demande-t-il "
        "combien, ou jusqu'où ?",
    ),
    Misconception(
        "clés au lieu de tuiles",
        (
            tiles(full=lambda keys, k: keys, end=lambda keys, k: keys),
            tiles(finish=lambda full, end, k, *_: (full * k, end * k)),
        ),
        "vos bornes sont en clés : combien de clés y a-t-il dans une tuile ?",
    ),
    Misconception(
        "tailles de bloc échangées",
        _swapped_blocks,
        "vous donnez aux requêtes la taille des tuiles de clés, et l'inverse : "
        "laquelle des deux multiplie `i` ?",
    ),
    Misconception(
        "une seule tuile de bord",
        tiles(finish=lambda full, end, *_: (max(end - 1, 0), end)),
        "vous ne masquez jamais qu'une tuile par bloc : la diagonale n'en traverse-t-"
        "elle qu'une, quand le bloc de requêtes est plus haut qu'une tuile ?",
    ),
    Misconception(
        "diagonale de tuiles",
        tiles(finish=lambda full, end, block_k, S, i: (i, i + 1)),
        "vous masquez la tuile numéro i, et elle seule : les tuiles de requêtes et de "
        "clés ont-elles toujours la même taille ?",
    ),
)
