"""14.8 : le retour à travers le softmax, dS = P ∘ (dP − δ)."""

from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception, draw


def _cases(generator: torch.Generator) -> list[tuple]:
    shapes = ((2, 3, 2), (3, 2, 4), (4, 4, 3), (1, 5, 2), (3, 6, 1))
    cases = [
        (
            draw(generator, T, S).softmax(-1),
            draw(generator, S, D),
            draw(generator, T, D),
        )
        for T, S, D in shapes
    ]
    cases[2][0][1] = torch.tensor([0.0, 1.0, 0.0, 0.0])  # une requête qui a choisi
    return cases


def _reference(p: Tensor, v: Tensor, do: Tensor) -> Tensor:
    """Par rétropropagation automatique, à partir de scores qui donnent p."""
    scores = p.double().log().requires_grad_()
    out = scores.softmax(dim=-1) @ v.double()
    (gradient,) = torch.autograd.grad(out, scores, do.double())
    return gradient


def _over(delta: Callable) -> Callable:
    """La bonne formule, avec un autre δ : ``delta(p, v, do, dp)``."""
    return lambda p, v, do: p * (do @ v.T - delta(p, v, do, do @ v.T))


def _delta(p: Tensor, v: Tensor, do: Tensor) -> Tensor:
    return (do * (p @ v)).sum(dim=-1, keepdim=True)


SCORE_GRADIENT = Exercise(
    number="14.8",
    title="Le gradient des scores",
    arguments=("p", "v", "do"),
    reference=_reference,
    cases=_cases,
    facts=(
        Fact(
            "chaque ligne somme à 0 : ajouter une constante aux scores ne change rien",
            lambda y, p, v, do: bool((y.sum(dim=-1).abs() < 1e-4).all()),
        ),
        Fact(
            "un poids nul a un gradient nul",
            lambda y, p, v, do: bool((y[p == 0].abs() < 1e-6).all()),
        ),
    ),
    misconceptions=(
        Misconception(
            "terme δ oublié",
            _over(lambda p, v, do, dp: 0.0),
            "vos lignes ne somment pas à zéro : monter tous les scores à la fois "
            "changerait-il les poids ?",
        ),
        Misconception(
            "dérivée d'une sigmoïde",
            lambda p, v, do: p * (1 - p) * (do @ v.T),
            "vous ne gardez que la diagonale, p (1 − p) : dans un softmax, un score ne "
            "change-t-il que son propre poids ?",
        ),
        Misconception(
            "gradient des poids",
            lambda p, v, do: do @ v.T,
            "c'est le gradient par rapport aux poids : reste-t-il un softmax à "
            "traverser ?",
        ),
        Misconception(
            "facteur P oublié",
            lambda p, v, do: do @ v.T - _delta(p, v, do),
            "un poids presque nul reçoit chez vous un gradient comme les autres : "
            "combien un score si bas peut-il changer la sortie ?",
        ),
        Misconception(
            "moyenne sans les poids",
            (
                _over(lambda p, v, do, dp: dp.sum(dim=-1, keepdim=True)),
                _over(lambda p, v, do, dp: dp.mean(dim=-1, keepdim=True)),
            ),
            "votre δ traite toutes les clés de la même façon : dans la moyenne des dP, "
            "qui donne les coefficients ?",
        ),
        Misconception(
            "terme δ sans produit",
            (
                _over(lambda p, v, do, dp: do.sum(dim=-1, keepdim=True)),
                _over(lambda p, v, do, dp: (p @ v).sum(dim=-1, keepdim=True)),
                _over(lambda p, v, do, dp: (do * do).sum(dim=-1, keepdim=True)),
                _over(lambda p, v, do, dp: ((p @ v) ** 2).sum(dim=-1, keepdim=True)),
            ),
            "votre δ n'est pas un produit : de quels deux vecteurs est-ce le produit "
            "scalaire, pour chaque requête ?",
        ),
        Misconception(
            "requêtes mêlées",
            (
                _over(lambda p, v, do, dp: (p * dp).sum(dim=0)),
                _over(lambda p, v, do, dp: (p * dp).sum()),
                _over(lambda p, v, do, dp: _delta(p, v, do).mean()),
            ),
            "votre δ mêle plusieurs requêtes : chaque requête n'a-t-elle pas son "
            "propre softmax ?",
        ),
        Misconception(
            "somme divisée",
            (
                _over(lambda p, v, do, dp: _delta(p, v, do) / v.shape[1]),
                _over(lambda p, v, do, dp: _delta(p, v, do) / p.shape[1]),
            ),
            "vous faites une moyenne là où il faut une somme : les poids ne "
            "somment-ils pas déjà à 1 ?",
        ),
        Misconception(
            "terme δ retranché trop tard",
            lambda p, v, do: p * (do @ v.T) - _delta(p, v, do),
            "vous retranchez δ après avoir multiplié par P : la ligne somme-t-elle "
            "encore à zéro ?",
        ),
        Misconception(
            "signe",
            (
                lambda p, v, do: -_reference(p, v, do),
                lambda p, v, do: p * (do @ v.T + _delta(p, v, do)),
            ),
            "un signe est changé : si dP d'une clé dépasse la moyenne de sa ligne, son "
            "score doit-il monter ou descendre, quand on suit le gradient ?",
        ),
        Misconception(
            "échelle ajoutée",
            lambda p, v, do: _reference(p, v, do) / v.shape[1] ** 0.5,
            "vous divisez par √D : le gradient demandé est-il celui des scores, ou "
            "celui de q kᵀ ?",
        ),
    ),
    hints=(
        "d'abord le gradient des poids : o = p v, donc dP = do vᵀ",
        "un softmax ne voit que les différences entre scores : chaque ligne du "
        "résultat doit sommer à zéro",
        "dS = P ∘ (dP − δ), où δ, un nombre par requête, est la moyenne de dP pesée "
        "par P ; c'est aussi le produit scalaire de do et de o",
    ),
    takeaway="le terme δ se calcule avec la seule sortie : le retour n'a besoin "
    "d'aucune ligne entière de P, et chaque tuile se recalcule seule",
)
