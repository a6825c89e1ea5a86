"""Un token par caractère : le plus petit vocabulaire, et les plus longues suites."""

import torch
from jaxtyping import Int
from torch import Tensor


class CharacterTokenizer:
    """Traduit un texte en rangs dans un alphabet de V caractères, et retour.

    >>> CharacterTokenizer("abc").encode("cab").tolist()
    [2, 0, 1]
    """

    def __init__(self, alphabet: str):
        """Retient l'alphabet, dans l'ordre donné.

        Raises:
            TypeError: ``alphabet`` n'est pas une chaîne.
            ValueError: ``alphabet`` vide, ou où un caractère revient.
        """
        if not isinstance(alphabet, str):
            raise TypeError(f"alphabet doit être une chaîne ; reçu {alphabet!r}")
        if not alphabet:
            raise ValueError("alphabet doit avoir au moins un caractère ; reçu ''")
        self.alphabet = alphabet
        self._ranks = {character: i for i, character in enumerate(alphabet)}
        if len(self._ranks) < len(alphabet):
            twice = next(c for c in alphabet if alphabet.count(c) > 1)
            raise ValueError(
                f"alphabet doit avoir des caractères distincts ; {twice!r} y est "
                f"{alphabet.count(twice)} fois"
            )

    @classmethod
    def from_text(cls, text: str) -> "CharacterTokenizer":
        """Prend pour alphabet les caractères d'un texte, triés.

        Raises:
            TypeError: ``text`` n'est pas une chaîne.
            ValueError: ``text`` vide.
        """
        return cls("".join(sorted(set(_text(text)))))

    @property
    def vocabulary_size(self) -> int:
        """Le nombre V de tokens."""
        return len(self.alphabet)

    def encode(self, text: str) -> Int[Tensor, " T"]:
        """Donne le rang de chaque caractère.

        Raises:
            TypeError: ``text`` n'est pas une chaîne.
            ValueError: ``text`` vide, ou caractère absent de l'alphabet.
        """
        ranks = [self._ranks.get(character, -1) for character in _text(text)]
        if -1 in ranks:
            at = ranks.index(-1)
            raise ValueError(
                f"text : le caractère {text[at]!r}, à la position {at}, n'est pas dans "
                f"l'alphabet {self.alphabet!r}"
            )
        return torch.tensor(ranks)

    def decode(self, ids: Int[Tensor, " T"]) -> str:
        """Rend le texte ; aucun identifiant, et il est vide.

        Raises:
            TypeError: ``ids`` n'est pas un tenseur d'entiers.
            ValueError: ``ids`` n'a pas un seul axe, ou un identifiant sort de [0, V[.
        """
        whole = isinstance(ids, Tensor) and not (
            ids.is_floating_point() or ids.is_complex() or ids.dtype == torch.bool
        )
        if not whole:
            kind = ids.dtype if isinstance(ids, Tensor) else type(ids).__name__
            raise TypeError(f"ids doit être un tenseur d'entiers ; reçu {kind}")
        if ids.ndim != 1:
            raise ValueError(
                f"ids doit avoir un seul axe (T) ; reçu la forme {tuple(ids.shape)}"
            )
        values = ids.tolist()
        for at, value in enumerate(values):
            if not 0 <= value < self.vocabulary_size:
                raise ValueError(
                    f"ids : l'identifiant {value}, à la position {at}, doit être "
                    f"compris entre 0 et {self.vocabulary_size - 1}"
                )
        return "".join(self.alphabet[value] for value in values)


def _text(text: str) -> str:
    """Rend un texte non vide, ou dit ce qui ne va pas."""
    if not isinstance(text, str):
        raise TypeError(f"text doit être une chaîne ; reçu {type(text).__name__}")
    if not text:
        raise ValueError("text doit avoir au moins un caractère ; reçu ''")
    return text
