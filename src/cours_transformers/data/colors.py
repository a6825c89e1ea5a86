"""Phrases-dictionnaires : « la souris grise, le chat noir… de quelle couleur ? »

Chaque groupe « nom + couleur » est une entrée de dictionnaire ; la question nomme
l'un des noms, la réponse est sa couleur. Les couleurs et l'ordre des groupes sont
tirés au sort : seul le contenu dit où regarder.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor

NOUNS = (
    "la souris", "le chat", "la poule", "le lièvre", "la tortue", "le lion",
    "l'araignée", "l'éléphant", "la chèvre", "le singe", "la perdrix", "le crabe",
    "la brebis", "le chien", "l'hyène", "le zébu",
)  # fmt: skip
FEMININE = frozenset({0, 2, 4, 6, 8, 10, 12, 14})
COLORS = (
    ("gris", "grise"), ("noir", "noire"), ("roux", "rousse"), ("blanc", "blanche"),
    ("brun", "brune"), ("doré", "dorée"), ("bleu", "bleue"), ("vert", "verte"),
)  # fmt: skip


@dataclass(frozen=True)
class ColorQuestions:
    """Un lot de B phrases de S groupes, avec une question et sa réponse par phrase."""

    nouns: Int[Tensor, "B S"]
    colors: Int[Tensor, "B S"]
    asked: Int[Tensor, " B"]
    answers: Int[Tensor, " B"]

    def __len__(self) -> int:
        return len(self.asked)

    @property
    def inputs(self) -> tuple[Tensor, Tensor, Tensor]:
        """Ce que le modèle a le droit de voir : noms, couleurs, nom demandé."""
        return self.nouns, self.colors, self.asked

    def groups(self, i: int) -> list[str]:
        """Les groupes de la phrase ``i``, accordés : « la souris grise »."""
        pairs = zip(self.nouns[i].tolist(), self.colors[i].tolist(), strict=True)
        return [f"{NOUNS[n]} {COLORS[c][n in FEMININE]}" for n, c in pairs]

    def question(self, i: int) -> str:
        """La question posée sur la phrase ``i``."""
        return f"De quelle couleur est {NOUNS[self.asked[i]]} ?"


def color_questions(n: int, n_groups: int = 6, seed: int = 0) -> ColorQuestions:
    """Tire ``n`` phrases de ``n_groups`` noms distincts, couleurs indépendantes.

    Raises:
        ValueError: ``n`` nul, ou plus de groupes que de noms (16).
    """
    if n < 1:
        raise ValueError(f"n : au moins une phrase ; reçu {n}")
    if not 1 <= n_groups <= len(NOUNS):
        raise ValueError(f"n_groups : entre 1 et {len(NOUNS)} ; reçu {n_groups}")
    generator = torch.Generator().manual_seed(seed)
    order = torch.rand(n, len(NOUNS), generator=generator).argsort(dim=1)
    nouns = order[:, :n_groups]
    colors = torch.randint(len(COLORS), (n, n_groups), generator=generator)
    place = torch.randint(n_groups, (n, 1), generator=generator)
    asked, answers = nouns.gather(1, place), colors.gather(1, place)
    return ColorQuestions(nouns, colors, asked[:, 0], answers[:, 0])
