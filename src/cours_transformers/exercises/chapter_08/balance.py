"""08.6 : la perte d'équilibrage, E Σ_i f_i P_i."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception, draw


def _cases(generator: torch.Generator) -> list[tuple]:
    cases = []
    for n, E, k in ((3, 2, 1), (6, 4, 2), (8, 3, 1), (5, 5, 3)):
        logits = draw(generator, n, E) + torch.linspace(0.5, 0, E)
        p = logits.softmax(dim=-1).mul(1000).round() / 1000
        cases.append((p, p.topk(k, dim=-1).indices))
    return cases


def _from(combine: Callable[[Tensor, Tensor, int], Tensor]):
    """Combine (f, P, E), les parts des choix et les probabilités moyennes."""

    def run(probabilities: Tensor, experts: Tensor) -> Tensor:
        E = probabilities.shape[1]
        f = torch.bincount(experts.flatten(), minlength=E) / experts.numel()
        return combine(f, probabilities.mean(dim=0), E)

    return run


def _per_token(probabilities: Tensor, experts: Tensor) -> Tensor:
    """La moyenne du produit, au lieu du produit des moyennes."""
    return probabilities.shape[1] * probabilities.gather(1, experts).mean()


def _first_choices(probabilities: Tensor, experts: Tensor) -> Tensor:
    return _from(lambda f, P, E: E * (f * P).sum())(probabilities, experts[:, :1])


def _counted(divide_by: Callable[[Tensor], int]):
    """La même perte, où les choix sont comptés sans la bonne division."""

    def run(probabilities: Tensor, experts: Tensor) -> Tensor:
        E = probabilities.shape[1]
        f = torch.bincount(experts.flatten(), minlength=E) / divide_by(experts)
        return E * (f * probabilities.mean(dim=0)).sum()

    return run


BALANCE = Exercise(
    number="08.6",
    title="La perte d'équilibrage",
    arguments=("probabilities", "experts"),
    reference=_from(lambda f, P, E: E * (f * P).sum()),
    cases=_cases,
    facts=(
        Fact("la perte est positive", lambda loss, p, e: bool(loss > 0)),
        Fact(
            "elle ne dépasse pas le nombre d'experts",
            lambda loss, p, e: bool(loss <= p.shape[1]),
        ),
    ),
    misconceptions=(
        Misconception(
            "signe",
            _from(lambda f, P, E: -E * (f * P).sum()),
            "votre perte est négative : en la minimisant, charge-t-on davantage "
            "l'expert le plus chargé, ou moins ?",
        ),
        Misconception(
            "E oublié",
            _from(lambda f, P, E: (f * P).sum()),
            "à charge égale, vous obtenez 1/E : par quoi multiplier pour que ce soit 1 "
            "quel que soit le nombre d'experts ?",
        ),
        Misconception(
            "moyenne du produit",
            _per_token,
            "vous multipliez token par token, puis moyennez : f et P ne sont-ils pas "
            "moyennés chacun de leur côté ?",
        ),
        Misconception(
            "probabilités deux fois",
            _from(lambda f, P, E: E * P.square().sum()),
            "les choix n'entrent pas dans votre perte : où est `experts` ?",
        ),
        Misconception(
            "parts deux fois",
            _from(lambda f, P, E: E * f.square().sum()),
            "les probabilités n'entrent pas dans votre perte : que deviendrait le "
            "gradient, puisque compter ne se dérive pas ?",
        ),
        Misconception(
            "comptes au lieu de parts",
            _counted(lambda experts: 1),
            "vos f sont des comptes : leur somme vaut-elle 1 ?",
        ),
        Misconception(
            "k oublié dans la part",
            _counted(len),
            "vous divisez par le nombre de tokens : combien de choix chacun fait-il ?",
        ),
        Misconception(
            "premiers choix seuls",
            _first_choices,
            "vous ne comptez que le premier choix de chacun : que deviennent les "
            "autres ?",
        ),
        Misconception(
            "forme KL",
            _from(lambda f, P, E: (P * P.log()).sum() + math.log(E)),
            "c'est l'autre forme, la divergence entre P et l'uniforme : laquelle "
            "l'énoncé demande-t-il ?",
        ),
        Misconception(
            "écart à l'uniforme",
            _from(lambda f, P, E: (f - 1 / E).square().sum()),
            "vous mesurez un écart au carré : une belle idée, mais par où passerait le "
            "gradient ?",
        ),
    ),
    hints=(
        "P : la moyenne des probabilités sur les tokens, E nombres",
        "f : `torch.bincount(experts.flatten(), minlength=E)`, divisé par le nombre de "
        "choix, `experts.numel()`",
        "E fois la somme des produits f · P",
    ),
    takeaway="les choix pèsent, les probabilités apprennent : le gradient passe par P, "
    "et vaut E · f",
)
