"""Un token par mot ou par signe : des suites courtes, et que l'on sait lire."""

import re

import torch
from jaxtyping import Int
from torch import Tensor

WORD = re.compile(r"\w+'|\w+|\n|[^\w\s]")  # « l' », « souris », une ponctuation


class WordTokenizer:
    """Traduit un texte en rangs dans une liste de V mots, et retour.

    >>> WordTokenizer(["chat", "le"]).encode("le chat").tolist()
    [1, 0]
    """

    def __init__(self, words: list[str]):
        """Retient les mots, dans l'ordre donné.

        Raises:
            ValueError: liste vide, ou mot qui revient.
        """
        self.words = list(words)
        self._ranks = {word: rank for rank, word in enumerate(self.words)}
        if not self.words or len(self._ranks) < len(self.words):
            raise ValueError(
                "words doit compter au moins un mot, tous distincts ; reçu "
                f"{len(self.words)} mots, dont {len(self._ranks)} distincts"
            )

    @classmethod
    def from_text(cls, text: str) -> "WordTokenizer":
        """Prend pour vocabulaire les mots d'un texte, triés."""
        return cls(sorted(set(split_words(text))))

    @property
    def vocabulary_size(self) -> int:
        """Le nombre V de tokens."""
        return len(self.words)

    def knows(self, text: str) -> bool:
        """Dit si tous les mots de ``text`` sont dans le vocabulaire."""
        return all(word in self._ranks for word in split_words(text))

    def encode(self, text: str) -> Int[Tensor, " T"]:
        """Donne le rang de chaque mot.

        Raises:
            ValueError: texte sans mot, ou mot absent du vocabulaire.
        """
        words = split_words(text)
        if not words:
            raise ValueError(f"text doit avoir au moins un mot ; reçu {text!r}")
        unknown = [word for word in words if word not in self._ranks]
        if unknown:
            raise ValueError(f"text : {unknown[0]!r} n'est pas dans le vocabulaire")
        return torch.tensor([self._ranks[word] for word in words])

    def decode(self, ids: Int[Tensor, " T"]) -> list[str]:
        """Rend les mots, un par token."""
        return [self.words[rank] for rank in ids.tolist()]


def split_words(text: str) -> list[str]:
    """Coupe un texte en mots et en signes ; une élision reste avec son apostrophe."""
    return WORD.findall(text)
