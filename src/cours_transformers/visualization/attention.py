"""Cartes de poids : une tête par carte, les mots aux bords, les valeurs dans les cases.

H têtes, T requêtes (lignes), S clés (colonnes).
"""

from collections.abc import Sequence

from jaxtyping import Float
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from torch import Tensor

from cours_transformers.visualization.attention_alt import describe_attention
from cours_transformers.visualization.palette import GRID, HEAT, INK, MUTED
from cours_transformers.visualization.text import fr
from cours_transformers.visualization.theme import CourseFigure, new_figure

LEVELS = 20  # teintes : un pas de 5 % de la valeur la plus forte de l'échelle
SCALES = (0.05, 0.1, 0.2, 0.5, 1.0)
MAX_WRITTEN = 8  # au-delà de huit colonnes, les nombres ne tiennent plus dans les cases


def plot_attention(
    weights: Float[Tensor, "*H T S"],
    tokens: Sequence[str],
    context_tokens: Sequence[str] | None = None,
    titles: Sequence[str] | None = None,
    alt: str | None = None,
) -> CourseFigure:
    """Trace les poids de chaque tête ; lignes : requêtes, colonnes : clés.

    Args:
        weights: poids (H, T, S), ou (T, S) pour une seule carte.
        tokens: mots des T requêtes.
        context_tokens: mots des S clés ; ceux des requêtes par défaut.
        titles: titre de chaque carte ; « tête 1 », « tête 2 »… par défaut.
        alt: texte de remplacement ; par défaut, ce que chaque requête regarde le plus.

    Raises:
        ValueError: si les mots ou les titres ne correspondent pas aux poids.
    """
    keys = tokens if context_tokens is None else context_tokens
    maps = _check_maps(weights, tokens, keys)
    titles = _default_titles(len(maps)) if titles is None else list(titles)
    if len(titles) != len(maps):
        raise ValueError(f"titles : {len(titles)} titres pour {len(maps)} cartes")
    columns = _columns(len(maps), len(keys))
    figure = _layout(
        maps, columns, alt or describe_attention(maps, tokens, keys, titles)
    )
    scale = _scale(max(max(max(row) for row in rows) for rows in maps))
    per_row = _cells_per_row(len(keys), columns)
    for ax, rows, title in zip(figure.axes, maps, titles, strict=False):
        _draw_map(ax, rows, scale, write=per_row <= MAX_WRITTEN)
        _label_map(ax, tokens, keys, title)
    for extra in figure.axes[len(maps) :]:
        extra.remove()
    for h, ax in enumerate(figure.axes):
        ax.set_ylabel("requêtes" if h % columns == 0 else "")
        ax.set_xlabel("clés" if h + columns >= len(maps) else "")
    _draw_legend(figure, scale)
    return figure


def _check_maps(weights: Tensor, tokens, keys) -> list[list[list[float]]]:
    """Ramène les poids à une liste de cartes, après contrôle des longueurs."""
    if weights.dim() not in (2, 3):
        raise ValueError(
            f"weights doit être de forme (H, T, S) ou (T, S), reçu "
            f"{tuple(weights.shape)} : choisissez d'abord une phrase du lot"
        )
    T, S = weights.shape[-2:]
    if len(tokens) != T or len(keys) != S:
        raise ValueError(
            f"weights a {T} requêtes et {S} clés, mais il y a {len(tokens)} mots de "
            f"requête et {len(keys)} mots de clé"
        )
    return weights.detach().float().cpu().reshape(-1, T, S).tolist()


def _default_titles(count: int) -> list[str]:
    return [""] if count == 1 else [f"tête {h + 1}" for h in range(count)]


def _columns(count: int, n_keys: int) -> int:
    """Place deux cartes par rangée, trois si elles sont étroites."""
    if n_keys > 9:
        return 1
    return min(count, 3 if n_keys <= 4 and count != 4 else 2)


def _cells_per_row(n_keys: int, columns: int) -> int:
    """Compte les cases d'une rangée, étiquettes comprises, pour une seule carte."""
    return n_keys if columns == 1 else round(n_keys * columns * 0.8)


def _layout(maps, columns: int, alt: str) -> CourseFigure:
    """Prépare des cases carrées, quels que soient T, S et le nombre de têtes."""
    rows = -(-len(maps) // columns)
    T, S = len(maps[0]), len(maps[0][0])
    cell = min(4.6 / columns / S, 0.62)
    width = 5.8 if columns > 1 or S > 5 else max(4.2, cell * S + 1.6)
    height = rows * (cell * T + 1.0) + 0.5
    return new_figure(alt=alt, rows=rows, columns=columns, width=width, height=height)


def _scale(largest: float) -> float:
    """Choisit le haut de l'échelle : la première valeur ronde qui contient tout."""
    return next((top for top in SCALES if largest <= top + 1e-6), largest)


def _draw_map(ax, rows, scale: float, *, write: bool) -> None:
    """Peint les cases, teinte par teinte, et écrit les valeurs si elles tiennent."""
    T, S = len(rows), len(rows[0])
    levels: dict[int, list[Path]] = {}
    for i, row in enumerate(rows):
        for j, value in enumerate(row):
            level = round(LEVELS * value / scale)
            if level:
                square = [(j, i), (j + 1, i), (j + 1, i + 1), (j, i + 1), (j, i)]
                levels.setdefault(level, []).append(Path(square, closed=True))
            if write:
                _write_value(ax, i, j, value)
    for level, squares in sorted(levels.items()):
        shape = Path.make_compound_path(*squares)
        shade = {"facecolor": HEAT.color, "alpha": level / LEVELS, "linewidth": 0}
        ax.add_patch(PathPatch(shape, clip_on=False, **shade))
    ax.set(xlim=(0, S), ylim=(T, 0), aspect="equal")


def _write_value(ax, i: int, j: int, value: float) -> None:
    """Écrit un poids ; un zéro exact (masque) se distingue d'un poids infime."""
    text, color = ("0", MUTED.color) if value == 0 else (fr(value, 2), INK.color)
    written = ax.text(j + 0.5, i + 0.55, text, ha="center", va="center", size=9)
    written.set(color=color, in_layout=False)


def _label_map(ax, tokens, keys, title: str) -> None:
    """Pose les mots aux bords et trace le cadre des cases."""
    long = max(map(len, keys)) > 3 and len(keys) > 3
    slant = {"rotation": 50, "ha": "right", "rotation_mode": "anchor"} if long else {}
    ax.set_xticks([j + 0.5 for j in range(len(keys))], list(keys), **slant)
    ax.set_yticks([i + 0.5 for i in range(len(tokens))], list(tokens))
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(True)
    ax.spines[:].set_color(GRID.color)
    ax.set_title(title, size=11)


def _draw_legend(figure: CourseFigure, scale: float) -> None:
    """Ajoute l'échelle des teintes sous les cartes : cinq cases et leurs valeurs."""
    steps = [scale * n / 4 for n in range(5)]
    handles = [
        Rectangle((0, 0), 1, 1, fc=(HEAT.color, n / 4), ec=GRID.color) for n in range(5)
    ]
    digits = 2 if scale >= 0.2 else 3
    figure.legend(
        handles, [fr(step, digits) for step in steps], loc="outside lower center",
        ncols=5, title="poids", handlelength=1.6, columnspacing=1.0,
        frameon=False, fontsize=10, labelcolor=INK.color,
    )  # fmt: skip
