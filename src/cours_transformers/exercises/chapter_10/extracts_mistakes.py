"""Confusions de l'exercice 10.1 : d'autres coupes, et d'autres débuts."""

from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_10.pairs import cut, extracts, paired, windows
from cours_transformers.exercises.exercise import Misconception


def _shifted(move: Callable[[Tensor], Tensor]) -> Callable:
    """La cible tirée de l'entrée seule, et non du texte."""

    def wrong(tokens: Tensor, starts: Tensor, T: int) -> tuple[Tensor, Tensor]:
        rows = windows(tokens, starts, T)
        return rows, move(rows)

    return paired(wrong)


def _two_further(tokens: Tensor, starts: Tensor, T: int) -> tuple[Tensor, Tensor]:
    return windows(tokens, starts, T), windows(tokens, starts + 2, T)


def _before(tokens: Tensor, starts: Tensor, T: int) -> tuple[Tensor, Tensor]:
    return windows(tokens, starts, T), windows(tokens, starts - 1, T)


def _next_block(tokens: Tensor, starts: Tensor, T: int) -> tuple[Tensor, Tensor]:
    return windows(tokens, starts, T), windows(tokens, starts + T, T)


def _from(change: Callable[[Tensor, int], Tensor]) -> Callable:
    """La bonne coupe, à d'autres débuts : ``change(débuts, T)``."""
    return paired(
        lambda tokens, starts, T: extracts.__wrapped__(tokens, change(starts, T), T)
    )


MISCONCEPTIONS = (
    Misconception(
        "pas de décalage",
        _shifted(lambda rows: rows),
        "chaque position doit prédire le token qu'elle vient de lire : que faudrait-il "
        "apprendre pour y arriver sans faute ?",
    ),
    Misconception(
        "un token de trop peu",
        cut(slice(None, -1), slice(1, None), more=0),
        "vos extraits n'ont que T − 1 positions : pour poser T questions et connaître "
        "T réponses, combien de tokens faut-il découper ?",
    ),
    Misconception(
        "extrait non coupé",
        lambda tokens, starts, T: windows(tokens, starts, T + 1),
        "l'extrait a la bonne longueur, mais vous le rendez d'une pièce : où finissent "
        "les questions, où commencent les réponses ?",
    ),
    Misconception(
        "entrée trop longue",
        cut(slice(None), slice(1, None)),
        "vos entrées ont une position de plus que vos cibles : le dernier token de "
        "l'extrait est-il une question, ou seulement une réponse ?",
    ),
    Misconception(
        "cible trop courte",
        cut(slice(None, -1), slice(1, -1)),
        "il manque une cible par extrait : quel token la dernière position doit-elle "
        "prédire ?",
    ),
    Misconception(
        "dernier token seul",
        cut(slice(None, -1), slice(-1, None)),
        "vous ne gardez qu'une réponse par extrait : que deviennent les T − 1 autres "
        "questions, que le masque causal rend possibles ?",
    ),
    Misconception(
        "décalage dans l'autre sens",
        (cut(slice(1, None), slice(None, -1)), paired(_before)),
        "la cible est le token d'avant, que le modèle vient de lire : dans quel sens "
        "lit-on ?",
    ),
    Misconception(
        "décalage de deux",
        (paired(_two_further), cut(slice(None, -2), slice(2, None), more=2)),
        "vous faites sauter un token à votre modèle : que vaut la cible de la première "
        "position, si l'extrait commence par « il était une » ?",
    ),
    Misconception(
        "bloc suivant",
        paired(_next_block),
        "vos réponses commencent où finissent vos questions : la réponse à la première "
        "position est-elle vraiment T tokens plus loin ?",
    ),
    Misconception(
        "un tour de manège",
        _shifted(lambda rows: rows.roll(-1, dims=1)),
        "après le dernier token vient le premier du même extrait : où, dans le texte, "
        "lire celui qui suit vraiment ?",
    ),
    Misconception(
        "débuts ignorés",
        _from(lambda starts, T: torch.arange(len(starts)) * T),
        "vos extraits se suivent depuis le début du texte : à quoi sert `debuts` ?",
    ),
    Misconception(
        "débuts comptés en extraits",
        _from(lambda starts, T: starts * T),
        "vous multipliez chaque début par T : `debuts` compte-t-il des extraits, ou "
        "des tokens ?",
    ),
)
