"""01.1 : un pas de RNN, tanh(x_t W_xᵀ + h W_hᵀ + b)."""

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_01.package_step import package_step
from cours_transformers.exercises.exercise import Exercise, Fact, Misconception, draw
from cours_transformers.layers.recurrent import RNN


def _cases(generator: torch.Generator) -> list[tuple]:
    def case(B: int, d_in: int, d: int) -> tuple:
        shapes = (B, d_in), (B, d), (d, d_in), (d, d), (d,)
        return tuple(draw(generator, *shape) for shape in shapes)

    shapes = ((1, 2, 2), (2, 3, 2), (3, 1, 4), (3, 3, 3), (4, 2, 3))
    return [case(*shape) for shape in shapes]


def _step(x_t: Tensor, h: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> Tensor:
    return package_step(RNN, x_t, h, W_x, W_h, b)


def _sum(x_t: Tensor, h: Tensor, W_x: Tensor, W_h: Tensor, b: Tensor) -> Tensor:
    """Ce qui entre dans la tangente hyperbolique."""
    return x_t @ W_x.T + h @ W_h.T + b


RNN_STEP = Exercise(
    number="01.1",
    title="Un pas de RNN",
    arguments=("x_t", "h", "W_x", "W_h", "b"),
    reference=_step,
    cases=_cases,
    facts=(
        Fact(
            "chaque composante de l'état est entre −1 et 1",
            lambda new, *inputs: bool((new.abs() <= 1).all()),
        ),
    ),
    misconceptions=(
        Misconception(
            "tanh oubliée",
            _sum,
            "la somme est la bonne, mais rien ne la borne : que deviendrait l'état "
            "au bout de cent pas, si W_h l'agrandit un peu à chaque fois ?",
        ),
        Misconception(
            "biais oublié",
            lambda x_t, h, W_x, W_h, b: _step(x_t, h, W_x, W_h, 0 * b),
            "l'entrée et l'état y sont : lequel des cinq arguments n'avez-vous pas "
            "encore lu ?",
        ),
        Misconception(
            "état non porté",
            lambda x_t, h, W_x, W_h, b: _step(x_t, 0 * h, W_x, W_h, b),
            "votre résultat ne dépend pas de `h` : comment ce réseau saurait-il ce "
            "qu'il a lu avant x_t ?",
        ),
        Misconception(
            "entrée non lue",
            lambda x_t, h, W_x, W_h, b: _step(0 * x_t, h, W_x, W_h, b),
            "votre état avance sans regarder `x_t` : deux phrases différentes "
            "peuvent-elles encore donner deux états différents ?",
        ),
        Misconception(
            "autre activation",
            (
                lambda x_t, h, W_x, W_h, b: _sum(x_t, h, W_x, W_h, b).sigmoid(),
                lambda x_t, h, W_x, W_h, b: _sum(x_t, h, W_x, W_h, b).relu(),
            ),
            "votre état n'est jamais négatif : la fonction de l'énoncé, elle, va de "
            "quelle valeur à quelle valeur ?",
        ),
        Misconception(
            "état ajouté après la tangente",
            (
                lambda x_t, h, W_x, W_h, b: (x_t @ W_x.T + b).tanh() + h @ W_h.T,
                lambda x_t, h, W_x, W_h, b: (x_t @ W_x.T + b).tanh() + h,
                lambda x_t, h, W_x, W_h, b: _step(x_t, h, W_x, W_h, b) + h,
            ),
            "l'ancien état s'ajoute hors de la tangente, qui ne le borne donc plus : "
            "où finissent les parenthèses de la formule ?",
        ),
        Misconception(
            "W_h appliquée après la tangente",
            (
                lambda x_t, h, W_x, W_h, b: (x_t @ W_x.T + h + b).tanh() @ W_h.T,
                lambda x_t, h, W_x, W_h, b: (x_t @ W_x.T + b).tanh() @ W_h.T,
            ),
            "W_h multiplie le résultat de la tangente : dans la formule, quel état "
            "multiplie-t-elle, l'ancien ou le nouveau ?",
        ),
        Misconception(
            "W_h oubliée",
            lambda x_t, h, W_x, W_h, b: (x_t @ W_x.T + h + b).tanh(),
            "l'ancien état entre tel quel dans la somme : quelle matrice doit d'abord "
            "en mélanger les composantes ?",
        ),
        Misconception(
            "matrice transposée",
            (
                lambda x_t, h, W_x, W_h, b: _step(x_t, h, W_x, W_h.T, b),
                lambda x_t, h, W_x, W_h, b: _step(x_t, h, W_x.T, W_h.T, b),
                lambda x_t, h, W_x, W_h, b: _step(x_t, h, W_x.T, W_h, b),
            ),
            "une matrice carrée se multiplie dans les deux sens sans que rien ne "
            "proteste : chaque composante du nouvel état se lit-elle le long d'une "
            "ligne ou d'une colonne de W ?",
        ),
        Misconception(
            "deux tangentes",
            (
                lambda x_t, h, W_x, W_h, b: (
                    (x_t @ W_x.T + b).tanh() + (h @ W_h.T).tanh()
                ),
                lambda x_t, h, W_x, W_h, b: (
                    (x_t @ W_x.T).tanh() + (h @ W_h.T + b).tanh()
                ),
            ),
            "une tangente pour l'entrée, une autre pour l'état : jusqu'où peut aller "
            "la somme de deux nombres compris entre −1 et 1 ?",
        ),
        Misconception(
            "biais hors de la tangente",
            lambda x_t, h, W_x, W_h, b: _step(x_t, h, W_x, W_h, 0 * b) + b,
            "le biais s'ajoute une fois la tangente prise : fait-il partie de ce que "
            "la tangente doit borner ?",
        ),
        Misconception(
            "biais compté deux fois",
            lambda x_t, h, W_x, W_h, b: _step(x_t, h, W_x, W_h, 2 * b),
            "le biais accompagne à la fois l'entrée et l'état : PyTorch en a deux, "
            "mais combien l'énoncé en donne-t-il ?",
        ),
        Misconception(
            "matrices interverties",
            lambda x_t, h, W_x, W_h, b: _step(x_t, h, W_h, W_x, b),
            "l'entrée passe par W_h et l'état par W_x : laquelle des deux est toujours "
            "carrée, et pourquoi ?",
        ),
    ),
    hints=(
        "trois termes s'additionnent : ce que l'on lit, ce dont on se souvient, et le "
        "biais. Quelle forme ont-ils tous les trois ?",
        "`x_t` est de forme (B, d_in) et `W_x` de forme (d, d_in) : que faut-il faire "
        "à W_x pour que le produit soit de forme (B, d) ?",
        "même produit pour `h` et `W_h` ; la tangente se prend une seule fois, sur la "
        "somme entière : `.tanh()`",
    ),
    takeaway="un seul vecteur de d nombres, réécrit à chaque mot, porte tout ce que le "
    "réseau a lu",
)
