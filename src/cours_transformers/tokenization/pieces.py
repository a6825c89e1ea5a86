"""Un token par mot courant, et un par caractère pour épeler tous les autres."""

import re
from collections import Counter
from collections.abc import Iterable

import torch
from jaxtyping import Int
from torch import Tensor

# L'espace appartient au mot qu'il précède, comme dans GPT-2 : le texte se recolle.
PIECE = re.compile(r" ?(?:\w+'|\w+|[^\w\s]+)|\s")


class PieceTokenizer:
    """Traduit un texte en rangs dans une liste de V morceaux, et retour, sans perte.

    À chaque endroit du texte, le plus long morceau connu est pris.

    >>> PieceTokenizer(["c", "h", "a", "t", " chat"]).encode("chat chat").tolist()
    [0, 1, 2, 3, 4]
    """

    def __init__(self, pieces: Iterable[str]):
        """Retient les morceaux, dans l'ordre donné.

        Raises:
            ValueError: aucun morceau, morceau vide, ou qui revient.
        """
        self.pieces = tuple(pieces)
        self._ranks = {piece: rank for rank, piece in enumerate(self.pieces)}
        if not self.pieces or "" in self._ranks or len(self._ranks) < len(self.pieces):
            raise ValueError(
                "pieces doit compter au moins un morceau, tous distincts et non vides "
                f"; reçu {len(self.pieces)} morceaux, dont {len(self._ranks)} distincts"
            )
        self._lengths = sorted({len(piece) for piece in self.pieces}, reverse=True)

    @classmethod
    def from_text(
        cls, text: str, size: int = 1000, alphabet: str = ""
    ) -> "PieceTokenizer":
        """Prend les caractères d'un texte, puis ses mots, du plus courant au plus rare.

        Un mot lu une seule fois n'entre pas : il s'épellera.

        Args:
            size: nombre de morceaux à ne pas dépasser, caractères compris.
            alphabet: caractères à connaître, même si ``text`` n'en a pas.

        Raises:
            ValueError: texte vide, ou ``size`` trop petit pour les caractères.
        """
        characters = sorted({*text, *alphabet})
        if not text or len(characters) > size:
            raise ValueError(
                f"text doit avoir de 1 à size = {size} caractères distincts ; "
                f"reçu {len(characters)}"
            )
        counts = Counter(split_pieces(text)).most_common()
        words = [word for word, count in counts if len(word) > 1 < count]
        return cls(characters + words[: size - len(characters)])

    @property
    def vocabulary_size(self) -> int:
        """Le nombre V de tokens."""
        return len(self.pieces)

    def encode(self, text: str) -> Int[Tensor, " T"]:
        """Donne le rang de chaque morceau, de gauche à droite.

        Raises:
            TypeError: ``text`` n'est pas une chaîne.
            ValueError: ``text`` vide, ou caractère qu'aucun morceau ne commence.
        """
        if not isinstance(text, str):
            raise TypeError(f"text doit être une chaîne ; reçu {type(text).__name__}")
        if not text:
            raise ValueError("text doit avoir au moins un caractère ; reçu ''")
        ids, at = [], 0
        while at < len(text):
            piece = self._longest(text, at)
            ids.append(self._ranks[piece])
            at += len(piece)
        return torch.tensor(ids)

    def _longest(self, text: str, at: int) -> str:
        """Le plus long morceau qui se lit dans ``text`` à cette place."""
        for length in self._lengths:
            if text[at : at + length] in self._ranks:
                return text[at : at + length]
        raise ValueError(
            f"text : le caractère {text[at]!r}, à la position {at}, ne commence aucun "
            f"des {len(self.pieces)} morceaux connus"
        )

    def decode(self, ids: Int[Tensor, " T"]) -> str:
        """Recolle les morceaux.

        Raises:
            ValueError: ``ids`` n'a pas un seul axe, ou un identifiant sort de [0, V[.
        """
        V = self.vocabulary_size
        if ids.ndim != 1 or any(not 0 <= rank < V for rank in ids.tolist()):
            raise ValueError(
                f"ids doit avoir un seul axe, et des rangs de 0 à {V - 1} ; "
                f"reçu la forme {tuple(ids.shape)}"
            )
        return "".join(self.pieces[rank] for rank in ids.tolist())


def split_pieces(text: str) -> list[str]:
    """Coupe un texte en mots et en signes, chacun avec l'espace qui le précède."""
    return PIECE.findall(text)
