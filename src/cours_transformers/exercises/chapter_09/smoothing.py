"""09.3 : la cible lissée, (1 − ε) sur la bonne réponse, et ε partagé entre toutes."""

import torch
from torch import Tensor
from torch.nn import functional as F

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception


def _cases(generator: torch.Generator) -> list[tuple]:
    settings = ((3, 4, 0.2), (5, 10, 0.1), (2, 2, 0.3), (4, 6, 0.0))
    return [
        (torch.randint(V, (T,), generator=generator), V, epsilon)
        for T, V, epsilon in settings
    ]


def _one_hot(targets: Tensor, V: int) -> Tensor:
    return F.one_hot(targets, V).float()


def _smooth(targets: Tensor, V: int, epsilon: float) -> Tensor:
    return (1 - epsilon) * _one_hot(targets, V) + epsilon / V


def _mixed(right, others):
    """Une cible faite de deux valeurs : sur la bonne réponse, et ailleurs."""

    def wrong(targets: Tensor, V: int, epsilon: float) -> Tensor:
        hot = _one_hot(targets, V)
        return hot * right(V, epsilon) + (1 - hot) * others(V, epsilon)

    return wrong


SMOOTHING = Exercise(
    number="09.3",
    title="Une cible qui doute un peu",
    arguments=("targets", "V", "epsilon"),
    reference=_smooth,
    cases=_cases,
    facts=(
        Fact(
            "chaque ligne somme à 1",
            lambda y, targets, V, e: torch.allclose(
                y.sum(dim=-1), torch.ones(len(y), dtype=y.dtype), atol=1e-4
            ),
        ),
        Fact(
            "la bonne réponse garde la plus grande part",
            lambda y, targets, V, e: bool((y.argmax(dim=-1) == targets).all()),
        ),
    ),
    misconceptions=(
        Misconception(
            "ε donné aux autres seulement",
            _mixed(lambda V, e: 1 - e, lambda V, e: e / (V - 1)),
            "vous partagez ε entre les V − 1 mauvaises réponses. C'est une variante "
            "qui existe ; mais entre combien de symboles l'énoncé le partage-t-il ?",
        ),
        Misconception(
            "bonne réponse oubliée du partage",
            _mixed(lambda V, e: 1 - e, lambda V, e: e / V),
            "votre ligne ne somme plus à 1 : la bonne réponse fait-elle partie des V "
            "symboles entre lesquels on partage ε ?",
        ),
        Misconception(
            "ε non partagé",
            _mixed(lambda V, e: 1 - e, lambda V, e: e),
            "chaque mauvaise réponse reçoit ε tout entier : combien y en a-t-il, et "
            "que vaut alors la somme de la ligne ?",
        ),
        Misconception(
            "rien n'est retiré à la bonne réponse",
            lambda targets, V, e: _one_hot(targets, V) + e / V,
            "vous ajoutez sans rien retirer : d'où vient la part ε distribuée ?",
        ),
        Misconception(
            "aucun lissage",
            lambda targets, V, e: _one_hot(targets, V),
            "votre cible est encore sûre d'elle : où entre ε ?",
        ),
        Misconception(
            "rôles échangés",
            _mixed(lambda V, e: e + (1 - e) / V, lambda V, e: (1 - e) / V),
            "la bonne réponse reçoit ε et le reste est partagé : laquelle des deux "
            "parts doit être la grande ?",
        ),
        Misconception(
            "colonnes et lignes échangées",
            lambda targets, V, e: _smooth(targets, V, e).T,
            "vous rendez une ligne par symbole : combien de distributions faut-il, et "
            "sur quoi ?",
        ),
    ),
    hints=(
        "partez de la cible sûre, `F.one_hot(targets, V)`, de forme (T, V)",
        "mélangez-la avec la distribution uniforme, qui vaut 1 / V partout",
        "les deux parts du mélange sont 1 − ε et ε : vérifiez que la ligne somme à 1",
    ),
    takeaway="c'est un mélange de la bonne réponse et du hasard ; le modèle n'a plus "
    "rien à gagner à pousser ses logits vers l'infini",
)
