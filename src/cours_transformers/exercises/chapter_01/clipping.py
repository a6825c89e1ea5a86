"""01.5 : couper le gradient par sa norme globale, sans changer sa direction."""

import torch
from torch import Tensor, nn

from cours_transformers.exercises.chapter_01.clipping_mistakes import MISCONCEPTIONS
from cours_transformers.exercises.chapter_01.several import flat, flattened, joined
from cours_transformers.exercises.exercise import Exercise, Fact, draw
from cours_transformers.training.clipping import clip_gradient_norm


def _cases(generator: torch.Generator) -> list[tuple]:
    def drawn(*shapes: tuple[int, ...]) -> list[Tensor]:
        return [draw(generator, *shape) for shape in shapes]

    return [
        ([torch.tensor([3.0, -4.0]), torch.tensor([12.0])], 2.6),
        ([torch.ones(2), -torch.ones(2, 1)], 3.0),  # norme 2 : 2 < 3 < 2²
        ([torch.ones(3), -torch.ones(1, 3)], 2.0),  # √6 dépasse 2, mais pas √3
        (drawn((2, 3), (3,)), 1.0),
        (drawn((4,)), 0.5),
        (drawn((3, 2), (2, 2), (1,)), 50.0),
        (drawn((5, 4), (3,), (2, 2, 2)), 3.0),
    ]


@flattened
def _clip(gradients: list[Tensor], max_norm: float) -> list[Tensor]:
    """La coupure du paquet, qui agit sur les paramètres d'un modèle."""
    parameters = [nn.Parameter(torch.zeros_like(g)) for g in gradients]
    for parameter, gradient in zip(parameters, gradients, strict=True):
        parameter.grad = gradient.clone()
    clip_gradient_norm(parameters, max_norm)
    return [parameter.grad for parameter in parameters]


def _use(answer, gradients: list[Tensor], max_norm: float) -> object:
    shapes = [g.shape for g in gradients]  # avant que la réponse n'y touche
    return joined(answer(gradients, max_norm), shapes)


CLIPPING = Exercise(
    number="01.5",
    title="Couper sans dévier",
    arguments=("gradients", "max_norm"),
    reference=_clip,
    use=_use,
    cases=_cases,
    facts=(
        Fact(
            "la norme globale ne dépasse pas max_norm",
            lambda cut, gradients, limit: bool(cut.norm() < limit * 1.001),
        ),
        Fact(
            "la direction est gardée",
            lambda cut, gradients, limit: bool(
                torch.cosine_similarity(cut, flat(gradients), dim=0) > 1 - 1e-5
            ),
        ),
        Fact(
            "rien ne change quand la norme est déjà sous la limite",
            lambda cut, gradients, limit: (
                bool(flat(gradients).norm() > limit)
                or torch.allclose(cut, flat(gradients).double(), atol=1e-4)
            ),
        ),
    ),
    misconceptions=MISCONCEPTIONS,
    hints=(
        "imaginez tous les gradients mis bout à bout, en un seul long vecteur : sa "
        "norme est la racine de la somme de tous les carrés",
        "un seul facteur pour tous, et il ne doit servir que si la norme dépasse "
        "max_norm : combien vaut-il pour que la nouvelle norme soit max_norm ?",
        "renvoyez une nouvelle liste : `[g * factor for g in gradients]`",
    ),
    takeaway="la coupure raccourcit le pas sans en changer la direction : elle soigne "
    "l'explosion du gradient, mais ne peut rien à son évanouissement",
)
