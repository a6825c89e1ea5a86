"""10.2 : des nats par token aux bits par caractère, Σ nats / (n ln 2)."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception

LN2 = math.log(2)


def _cases(generator: torch.Generator) -> list[tuple]:
    shapes = ((3, 10), (5, 12), (8, 37), (4, 6), (20, 55))
    return [
        (torch.rand(n, generator=generator).mul(30).round() / 10 + 0.1, characters)
        for n, characters in shapes
    ]


def _from(combine: Callable[[float, int, int], float]) -> Callable:
    """Combine (nats de tout le texte, nombre de tokens, nombre de caractères)."""

    def run(nats: Tensor, characters: int) -> Tensor:
        total = nats.double().sum().item()
        return torch.tensor(combine(total, len(nats), characters), dtype=torch.float64)

    return run


BITS = Exercise(
    number="10.2",
    title="Des morceaux aux caractères",
    arguments=("nats", "n_caracteres"),
    reference=_from(lambda total, tokens, n: total / LN2 / n),
    cases=_cases,
    facts=(Fact("le résultat est positif", lambda y, nats, n: bool((y > 0).all())),),
    misconceptions=(
        Misconception(
            "moyenne par token",
            _from(lambda total, tokens, n: total / LN2 / tokens),
            "ce sont des bits par token : entre deux tokeniseurs, lequel gagnerait à "
            "ce jeu, celui des longs morceaux ou celui des lettres ?",
        ),
        Misconception(
            "restés en nats",
            _from(lambda total, tokens, n: total / n),
            "vous comptez des nats par caractère : combien de nats y a-t-il dans un "
            "bit ?",
        ),
        Misconception(
            "multiplié par ln 2",
            _from(lambda total, tokens, n: total * LN2 / n),
            "vous multipliez par ln 2 : puisqu'un bit ne vaut que 0,69 nat, faut-il "
            "plus de bits que de nats, ou moins ?",
        ),
        Misconception(
            "moyenne par token, en nats",
            _from(lambda total, tokens, n: total / tokens),
            "c'est la perte qu'affiche la boucle, des nats par token : que lui "
            "manque-t-il pour compter des bits, et des caractères ?",
        ),
        Misconception(
            "divisé deux fois",
            (
                _from(lambda total, tokens, n: total / LN2 / tokens / n),
                _from(lambda total, tokens, n: total / tokens / n),
            ),
            "la moyenne avait déjà divisé, par les tokens, et vous divisez encore par "
            "les caractères : que coûte le texte entier ?",
        ),
        Misconception(
            "moyenne multipliée",
            (
                _from(lambda total, tokens, n: total / LN2 / tokens * n),
                _from(lambda total, tokens, n: total / tokens * n),
            ),
            "vous multipliez une moyenne par token par un nombre de caractères : de "
            "quoi ce produit est-il le compte ?",
        ),
        Misconception(
            "rapport à l'envers",
            _from(lambda total, tokens, n: total / LN2 / tokens * n / tokens),
            "chez vous, un caractère coûte plus cher que le morceau qui le contient : "
            "dans quel sens le rapport des deux nombres va-t-il ?",
        ),
        Misconception(
            "total du texte",
            (
                _from(lambda total, tokens, n: total / LN2),
                _from(lambda total, tokens, n: total),
            ),
            "c'est le prix du texte entier : deux fois plus long, il coûterait deux "
            "fois plus. Entre qui le partager ?",
        ),
        Misconception(
            "perplexité",
            (
                _from(lambda total, tokens, n: math.exp(total / tokens)),
                _from(lambda total, tokens, n: math.exp(total / n)),
            ),
            "l'exponentielle d'une perte est une perplexité, un nombre de choix : "
            "l'énoncé demande-t-il des choix, ou des bits ?",
        ),
        Misconception(
            "logarithme décimal",
            _from(lambda total, tokens, n: total / math.log10(2) / n),
            "`log10` compte des chiffres décimaux : de quel logarithme viennent les "
            "nats ?",
        ),
    ),
    hints=(
        "que coûte le texte entier, en nats ? La somme, et non la moyenne",
        "un bit vaut ln 2 nat : `math.log(2)`",
        "le prix du texte, en bits, se partage entre ses caractères",
    ),
    takeaway="le texte a un prix, que l'on partage comme on veut ; partagé entre les "
    "caractères, il ne dépend plus du découpage",
)
