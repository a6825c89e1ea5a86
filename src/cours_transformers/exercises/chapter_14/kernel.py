"""14.9 : un noyau Triton, le logsumexp de chaque ligne d'une matrice."""

from collections.abc import Callable

import torch
from torch import Tensor

from cours_transformers.exercises.chapter_14.kernel_mistakes import MISCONCEPTIONS, lse
from cours_transformers.exercises.exercise import Exercise, Fact, draw
from cours_transformers.exercises.refusal import is_stub
from cours_transformers.exercises.triton_subprocess import launch, obstacle

#: Ce que contient la sortie avant le noyau : une place oubliée se voit.
UNTOUCHED = -999.0
#: Ce que contient une ligne au-delà de ses colonnes.
BEYOND = 9.0


def _cases(generator: torch.Generator) -> list[tuple]:
    def case(
        rows: int, n_cols: int, stride: int, BLOCK: int, shift: float = 0
    ) -> tuple:
        x = torch.full((rows, stride), BEYOND)
        x[:, :n_cols] = draw(generator, rows, n_cols) + shift
        return x, torch.full((rows,), UNTOUCHED), n_cols, stride, BLOCK

    return [
        case(2, 3, 5, 4),
        case(3, 8, 8, 8),
        case(1, 4, 4, 4),
        case(4, 5, 5, 8),
        case(2, 6, 16, 16, shift=200.0),
        case(2, 4, 7, 4, shift=-200.0),
        case(3, 2, 8, 4, shift=-2.0),
    ]


def _run(answer: Callable, x: Tensor, out: Tensor, *sizes: int) -> Tensor | None:
    """La sortie qu'a écrite le noyau : un programme par ligne."""
    return None if is_stub(answer) else launch(answer, len(x), x, out, *sizes)[1]


KERNEL = Exercise(
    number="14.9",
    title="Un noyau à vous",
    arguments=("x_ptr", "out_ptr", "n_cols", "stride", "BLOCK"),
    reference=lse(),
    use=_run,
    cases=_cases,
    kind="kernel",
    obstacle=obstacle,
    facts=(
        Fact(
            "chaque place de la sortie est écrite",
            lambda y, *inputs: bool((y != UNTOUCHED).all()),
        ),
        Fact(
            "le logsumexp dépasse le maximum, de log(n_cols) au plus",
            lambda y, x, out, n_cols, *_: bool(
                (
                    (y - x[:, :n_cols].amax(dim=1) > -1e-3)
                    & (y - x[:, :n_cols].logsumexp(dim=1) < 1e-3)
                ).all()
            ),
        ),
    ),
    misconceptions=MISCONCEPTIONS,
    hints=(
        "`tl.program_id(0)` est le rang de la ligne ; `tl.arange(0, BLOCK)` les rangs "
        "des colonnes ; la première case de la ligne r est à `x_ptr + r * stride`",
        "`tl.load(adresses, mask=..., other=...)` : ce que le masque interdit n'est "
        "pas lu, et reçoit `other`. Quelle valeur ne change ni un maximum, ni une "
        "somme d'exponentielles ?",
        "m = `tl.max(x, axis=0)`, puis m + log(somme des exp(x − m)), écrit par "
        "`tl.store(out_ptr + r, ...)` : une seule valeur, à la place r",
    ),
    takeaway="charger un bloc, masquer ce qui dépasse, réduire, écrire : tout "
    "noyau d'attention est fait de ces quatre gestes",
)
