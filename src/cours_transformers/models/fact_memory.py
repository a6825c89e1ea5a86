"""Retenir des faits avec une seule couche, appliquée à un seul token par fait.

Lettres : N faits, A réponses possibles.
"""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn


class FactMemory(nn.Module):
    """Lit x + couche(x), où x est la somme des plongements du sujet et de la question.

    Un vecteur fixe, le même pour tous, s'y ajoute : dans un vrai modèle aussi, les
    tokens partagent une composante commune (Ethayarajh, 2019).

    Args:
        layer: un réseau feed-forward, un mélange d'experts, ou ``None`` : rien.
        common: écart type des composantes de ce vecteur commun.
    """

    def __init__(
        self,
        n_subjects: int,
        n_questions: int,
        n_answers: int,
        d_model: int,
        layer: nn.Module | None,
        common: float = 1.0,
    ):
        super().__init__()
        self.subject = nn.Embedding(n_subjects, d_model)
        self.question = nn.Embedding(n_questions, d_model)
        self.register_buffer("common", common * torch.randn(d_model))
        self.layer, self.head = layer, nn.Linear(d_model, n_answers, bias=False)

    def embed(
        self, subjects: Int[Tensor, " N"], questions: Int[Tensor, " N"]
    ) -> Float[Tensor, "N d_model"]:
        """Un token par fait : qui, plus quoi, plus ce qu'ils ont tous en commun."""
        return self.subject(subjects) + self.question(questions) + self.common

    def forward(
        self, subjects: Int[Tensor, " N"], questions: Int[Tensor, " N"]
    ) -> Float[Tensor, "N A"]:
        """Logits de chaque réponse ; une connexion résiduelle entoure la couche."""
        x = self.embed(subjects, questions)
        return self.head(x if self.layer is None else x + self.layer(x))
