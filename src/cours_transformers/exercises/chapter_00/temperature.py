"""00.1 : le softmax à température, softmax(s / τ), sans débordement."""

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception, draw


def _cases(generator: torch.Generator) -> list[tuple]:
    small = [
        (draw(generator, 2, 3), 2.0),
        (draw(generator, 3, 3), 0.5),
        (draw(generator, 4, 2), 1.5),
        (draw(generator, 1, 6), 0.3),
    ]
    large = 400 * draw(generator, 3, 4)  # exp déborde au-delà de 88
    return [*small, (large, 2.0)]


def _softmax(scores: Tensor, temperature: float) -> Tensor:
    return (scores / temperature).softmax(dim=-1)


def _raw(scores: Tensor, temperature: float) -> Tensor:
    raised = (scores / temperature).exp()
    return raised / raised.sum(dim=-1, keepdim=True)


TEMPERATURE = Exercise(
    number="00.1",
    title="Un softmax qui ne déborde pas",
    arguments=("scores", "temperature"),
    reference=_softmax,
    cases=_cases,
    facts=(
        Fact(
            "la somme de chaque ligne vaut 1",
            lambda p, s, t: bool(((p.sum(-1) - 1).abs() < 1e-4).all()),
        ),
        Fact("aucune part n'est négative", lambda p, s, t: bool((p >= 0).all())),
    ),
    misconceptions=(
        Misconception(
            "débordement",
            _raw,
            "tout est juste tant que les scores sont petits, mais l'exponentielle d'un "
            "grand score devient infinie : retirer le même nombre à tous les scores "
            "d'une ligne change-t-il leurs proportions ?",
        ),
        Misconception(
            "température oubliée",
            lambda s, t: s.softmax(-1),
            "c'est le softmax ordinaire : à quel moment la température entre-t-elle ?",
        ),
        Misconception(
            "multiplication par la température",
            lambda s, t: (s * t).softmax(-1),
            "chez vous, chauffer rend le choix plus tranché : par quelle opération une "
            "grande température rapproche-t-elle les scores ?",
        ),
        Misconception(
            "température après le softmax",
            (lambda s, t: s.softmax(-1) / t, lambda s, t: s.softmax(-1) ** (1 / t)),
            "vous appliquez la température aux parts, et non aux scores : la somme de "
            "chaque ligne vaut-elle encore 1 ?",
        ),
        Misconception(
            "softmax par colonne",
            lambda s, t: (s / t).softmax(0),
            "ce sont les colonnes qui somment à 1 : chaque ligne est un choix à elle "
            "seule. Sur quel axe (`dim`) la somme doit-elle se faire ?",
        ),
        Misconception(
            "softmax sur tout le tableau",
            lambda s, t: (s / t).flatten().softmax(0).view(s.shape),
            "le tableau entier se partage un total de 1 : combien de choix séparés "
            "contient-il ?",
        ),
        Misconception(
            "exponentielle oubliée",
            (
                lambda s, t: s / s.sum(-1, keepdim=True),
                lambda s, t: s / t / (s / t).sum(-1, keepdim=True),
            ),
            "vous divisez les scores par leur somme ; que devient la part d'un score "
            "négatif ? Et si la somme est nulle ?",
        ),
        Misconception(
            "normalisation oubliée",
            (
                lambda s, t: (s / t).exp(),
                lambda s, t: (s / t - (s / t).amax(-1, keepdim=True)).exp(),
            ),
            "l'exponentielle est là, mais rien ne ramène la somme à 1 : par quoi "
            "diviser chaque ligne ?",
        ),
        Misconception(
            "logarithme du softmax",
            lambda s, t: (s / t).log_softmax(-1),
            "vous rendez le logarithme des parts : que donne son exponentielle ?",
        ),
    ),
    hints=(
        "d'abord diviser les scores par la température, ensuite seulement "
        "l'exponentielle",
        "`scores.amax(dim=-1, keepdim=True)` est le plus grand score de chaque ligne : "
        "que vaut e^(s − max) au plus ?",
        "`keepdim=True` garde un axe de taille 1, et la diffusion fait le reste",
    ),
    takeaway="seuls les écarts entre scores comptent : on retire donc le maximum, et "
    "plus rien ne déborde",
)
