"""Ce qu'un modèle d'état lit et retient : une matrice par modèle, une barre par pas.

T pas : lignes, le pas qui lit ; colonnes, le pas lu.
"""

from collections.abc import Sequence

from jaxtyping import Float
from torch import Tensor

from cours_transformers.visualization.attention import plot_attention
from cours_transformers.visualization.curves import Numbers, as_list
from cours_transformers.visualization.palette import SERIES
from cours_transformers.visualization.text import fr
from cours_transformers.visualization.theme import CourseFigure, new_figure


def plot_mixing(
    maps: Float[Tensor, "n T T"],
    words: Sequence[str],
    titles: Sequence[str],
    *,
    alt: str,
) -> CourseFigure:
    """Trace, par modèle, ce que chaque pas lit de chaque autre : |M[t, s]|.

    Le signe est perdu : seule compte la part qui reste de ce qui fut écrit.

    Raises:
        ValueError: mots ou titres qui ne correspondent pas aux matrices.
    """
    figure = plot_attention(maps.abs(), words, titles=titles, alt=alt)
    for ax in figure.axes:
        ax.set_xlabel("pas lu" if ax.get_xlabel() else "")
        ax.set_ylabel("pas qui lit" if ax.get_ylabel() else "")
    return figure


def plot_per_step(
    words: Sequence[str], values: Numbers, label: str, *, alt: str | None = None
) -> CourseFigure:
    """Trace une barre par mot lu, haute de ce que le modèle décide à ce pas.

    Args:
        label: grandeur tracée, et son unité s'il y en a une.

    Raises:
        ValueError: aucun mot, ou pas une valeur par mot.
    """
    heights = as_list(values)
    if not heights or len(heights) != len(words):
        raise ValueError(
            f"values doit avoir une valeur par mot ; reçu {len(heights)} valeurs pour "
            f"{len(words)} mots"
        )
    figure = new_figure(alt=alt or _describe(words, heights, label), height=2.6)
    ax = figure.axes[0]
    ax.bar(range(len(words)), heights, color=SERIES[1].color, width=0.8)
    ax.set_xticks(range(len(words)), list(words))
    ax.tick_params(axis="x", length=0)
    ax.grid(visible=False, axis="x")
    ax.set_title(label, loc="left", size=11)
    return figure


def _describe(words: Sequence[str], heights: list[float], label: str) -> str:
    """Dit quels mots reçoivent la plus grande et la plus petite valeur."""
    most, least = (heights.index(pick(heights)) for pick in (max, min))
    return (
        f"{label}, pas à pas : au plus {fr(heights[most], 2)}, pour « {words[most]} » "
        f"(pas {most + 1}) ; au moins {fr(heights[least], 2)}, pour "
        f"« {words[least]} » (pas {least + 1})."
    )
