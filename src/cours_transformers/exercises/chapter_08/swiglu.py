"""08.2 : SwiGLU, (SiLU(x W_gate) ⊙ x W_up) W_down."""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from cours_transformers.exercises.exercise import Exercise, Fact, Misconception, draw


def _cases(generator: torch.Generator) -> list[tuple]:
    shapes = ((1, 2, 3), (3, 4, 6), (5, 3, 3), (2, 6, 4))
    return [
        (draw(generator, T, d), draw(generator, d, f) * 2, draw(generator, d, f),
         draw(generator, f, d))
        for T, d, f in shapes
    ]  # fmt: skip


def _mixed(mix: Callable[[Tensor, Tensor], Tensor]):
    """Le même réseau, pour une autre façon de mêler la porte et le contenu."""

    def run(x: Tensor, W_gate: Tensor, W_up: Tensor, W_down: Tensor) -> Tensor:
        return mix(x @ W_gate, x @ W_up) @ W_down

    return run


def _opened(phi: Callable[[Tensor], Tensor]):
    """Le même réseau, pour une autre activation de la porte."""
    return _mixed(lambda g, u: phi(g) * u)


SWIGLU = Exercise(
    number="08.2",
    title="Une porte et un contenu",
    arguments=("x", "W_gate", "W_up", "W_down"),
    reference=_opened(F.silu),
    cases=_cases,
    facts=(
        Fact(
            "la sortie a la forme de l'entrée",
            lambda y, x, *W: y.shape == x.shape,
        ),
    ),
    misconceptions=(
        Misconception(
            "porte échangée",
            _mixed(lambda g, u: g * F.silu(u)),
            "vous activez le contenu et laissez la porte telle quelle : laquelle des "
            "deux branches φ doit-il plier ?",
        ),
        Misconception(
            "sigmoïde seule",
            _opened(torch.sigmoid),
            "votre porte est une sigmoïde : c'est GLU. Que manque-t-il à σ(x) pour "
            "être SiLU(x) ?",
        ),
        Misconception(
            "GELU à la place de SiLU",
            _opened(F.gelu),
            "vous avez écrit GEGLU : quelle activation se cache dans le « Swi » de "
            "SwiGLU ?",
        ),
        Misconception(
            "ReLU à la place de SiLU",
            _opened(F.relu),
            "votre porte est coupée net à zéro : quelle fonction descend un peu sous "
            "zéro avant d'y revenir ?",
        ),
        Misconception(
            "Mish à la place de SiLU",
            _opened(F.mish),
            "x tanh(ln(1 + exp(x))), c'est Mish, une autre fonction : par quoi SiLU "
            "multiplie-t-elle x ?",
        ),
        Misconception(
            "un x de trop",
            (
                _opened(lambda g: g**2 * torch.sigmoid(g)),
                _opened(lambda g: g**2 * g.exp() / (1 + g.exp())),
            ),
            "votre activation croît comme x² : combien de x devant la sigmoïde ?",
        ),
        Misconception(
            "somme au lieu du produit",
            _mixed(lambda g, u: F.silu(g) + u),
            "vous ajoutez la porte au contenu : une porte fermée laisserait-elle tout "
            "passer ?",
        ),
        Misconception(
            "activation après le produit",
            _mixed(lambda g, u: F.silu(g * u)),
            "vous activez le produit des deux branches : à quel moment la porte "
            "s'ouvre-t-elle ?",
        ),
        Misconception(
            "activation des deux côtés",
            _mixed(lambda g, u: F.silu(g) * F.silu(u)),
            "vos deux branches sont activées : que reste-t-il de linéaire dans le "
            "contenu ?",
        ),
        Misconception(
            "activation oubliée",
            _mixed(lambda g, u: g * u),
            "vos deux branches sont linéaires : où est l'activation ?",
        ),
        Misconception(
            "pas de retour",
            lambda x, W_gate, W_up, W_down: F.silu(x @ W_gate) * (x @ W_up),
            "vous restez dans la dimension intérieure : quelle matrice ramène à la "
            "largeur du flux résiduel ?",
        ),
        Misconception(
            "une seule branche",
            (
                lambda x, W_gate, W_up, W_down: F.silu(x @ W_gate) @ W_down,
                lambda x, W_gate, W_up, W_down: F.silu(x @ W_up) @ W_down,
            ),
            "c'est un MLP ordinaire : qu'est devenue l'autre matrice ?",
        ),
    ),
    hints=(
        "calculez d'abord les deux branches, `x @ W_gate` et `x @ W_up`, de forme "
        "(T, d_ff)",
        "SiLU(a) = a · sigmoid(a), ou `torch.nn.functional.silu`",
        "les deux branches se multiplient terme à terme, puis `@ W_down`",
    ),
    takeaway="une branche propose, l'autre dose ; et l'on n'active que celle qui dose",
)
