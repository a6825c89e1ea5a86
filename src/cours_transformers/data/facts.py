"""Des faits à retenir : à chaque couple (sujet, question), une réponse tirée au sort.

Il n'y a rien à comprendre et rien à généraliser, comme dans un annuaire : un modèle
n'y réussit qu'à la mesure de ce qu'il peut garder. Lettre : N faits.
"""

from dataclasses import dataclass

import torch
from jaxtyping import Int
from torch import Tensor


@dataclass(frozen=True)
class Facts:
    """Tous les faits d'une table : un par couple (sujet, question)."""

    subjects: Int[Tensor, " N"]
    questions: Int[Tensor, " N"]
    answers: Int[Tensor, " N"]

    def __len__(self) -> int:
        return len(self.answers)

    @property
    def inputs(self) -> tuple[Tensor, Tensor]:
        """Rend ce que lit un modèle : le sujet et la question."""
        return self.subjects, self.questions


def facts(n_subjects: int, n_questions: int, n_answers: int, *, seed: int = 0) -> Facts:
    """Tire une réponse, uniforme et indépendante, pour chaque couple.

    Raises:
        ValueError: un axe vide, ou moins de deux réponses possibles.
    """
    if n_subjects < 1 or n_questions < 1 or n_answers < 2:
        raise ValueError(
            "n_subjects ≥ 1, n_questions ≥ 1 et n_answers ≥ 2 attendus ; "
            f"reçu {n_subjects=}, {n_questions=}, {n_answers=}"
        )
    generator = torch.Generator().manual_seed(seed)
    pairs = torch.cartesian_prod(torch.arange(n_subjects), torch.arange(n_questions))
    answers = torch.randint(n_answers, (len(pairs),), generator=generator)
    return Facts(pairs[:, 0], pairs[:, 1], answers)
