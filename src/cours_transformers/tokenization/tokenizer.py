"""Ce que le livre attend d'un tokeniseur qui rend un texte sans perte."""

from typing import Protocol, runtime_checkable

from jaxtyping import Int
from torch import Tensor


@runtime_checkable
class Tokenizer(Protocol):
    """Un texte, ses identifiants de 0 à V − 1, et le même texte au retour."""

    @property
    def vocabulary_size(self) -> int:
        """Le nombre V de tokens."""

    def encode(self, text: str) -> Int[Tensor, " T"]:
        """Donne les identifiants d'un texte non vide."""

    def decode(self, ids: Int[Tensor, " T"]) -> str:
        """Rend le texte."""
