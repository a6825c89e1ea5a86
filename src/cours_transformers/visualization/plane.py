"""Décisions d'un modèle dans le plan : ses points, et la région où il répond 1."""

from collections.abc import Callable

import torch
from jaxtyping import Float, Int
from matplotlib import rc_context
from torch import Tensor

from cours_transformers.visualization.palette import HEAT, SERIES
from cours_transformers.visualization.theme import THEME, CourseFigure, new_figure

FINENESS = 61  # points de la grille, par côté


def plot_decisions(
    answer: Callable[[Tensor], Tensor],
    points: Float[Tensor, "n 2"],
    labels: Int[Tensor, " n"],
    *,
    alt: str,
) -> CourseFigure:
    """Colorie la région où ``answer`` dépasse 1/2, et pose les points par-dessus.

    Args:
        answer: (m, 2) → (m,), une réponse entre 0 et 1, ou près de l'un d'eux.
        points: exemples du plan.
        labels: réponse attendue de chacun, 0 ou 1.
        alt: texte de remplacement.
    """
    low, high = points.amin(dim=0) - 0.5, points.amax(dim=0) + 0.5
    xs = torch.linspace(low[0].item(), high[0].item(), FINENESS)
    ys = torch.linspace(low[1].item(), high[1].item(), FINENESS)
    grid = torch.cartesian_prod(xs, ys)
    with torch.no_grad():
        field = answer(grid).reshape(FINENESS, FINENESS).float().T
    figure = new_figure(alt=alt, width=3.9, height=3.7)
    ax = figure.axes[0]
    above = bool((field > 0.5).any())
    if above:
        top = max(field.max().item(), 1.0) + 1.0
        ax.contourf(xs, ys, field, levels=[0.5, top], colors=[HEAT.color], alpha=0.45)
    for label, style in ((0, SERIES[0]), (1, SERIES[1])):
        chosen = points[labels == label]
        ax.plot(
            *chosen.T.tolist(), ls="none", marker=style.marker, ms=11,
            color=style.color, label=f"réponse {label}",
        )  # fmt: skip
    ax.set(xlabel="première entrée", aspect="equal")
    ax.set_title("seconde entrée", loc="left")
    ax.grid(visible=False)
    with rc_context(THEME):
        figure.legend(loc="outside upper left", ncols=2)
    return figure
