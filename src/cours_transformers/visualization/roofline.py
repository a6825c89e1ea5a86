"""Le toit d'un GPU, et les étages de sa mémoire."""

import math
from collections.abc import Mapping, Sequence

from cours_transformers.training.gpus import GB, KIB, MIB, REGISTERS, Gpu
from cours_transformers.training.roofline import attainable, limited_by, ridge
from cours_transformers.visualization.curves import label_axes
from cours_transformers.visualization.palette import HEAT, INK, MUTED, SERIES
from cours_transformers.visualization.text import enumerate_fr, fr
from cours_transformers.visualization.theme import (
    CourseFigure,
    french_axis,
    new_figure,
)

TERA = 1e12


def plot_roofline(
    gpus: Sequence[Gpu],
    points: Mapping[str, int | float] | None = None,
    *,
    alt: str | None = None,
) -> CourseFigure:
    """Trace le toit de chaque GPU, et place sous lui les calculs nommés.

    Args:
        points: étiquette → intensité arithmétique, en FLOP par octet.

    Raises:
        ValueError: aucun GPU, trop de GPU, ou une intensité qui n'est pas positive.
    """
    points = dict(points or {})
    _check_roofline(gpus, points)
    known = [*points.values(), *map(ridge, gpus)]
    low, high = min(known) / 4, max(known) * 4
    figure = new_figure(alt=alt or _describe_roofline(gpus, points), height=4.0)
    ax = figure.axes[0]
    for axis in (ax.xaxis, ax.yaxis):
        french_axis(axis, log=True)
    for gpu, style in zip(gpus, SERIES, strict=False):
        x = [low, ridge(gpu), high]
        y = [attainable(gpu, intensity) / TERA for intensity in x]
        ax.plot(x, y, color=style.color, ls=style.dash, label=gpu.name)
        roofs = [attainable(gpu, intensity) / TERA for intensity in points.values()]
        ax.plot(list(points.values()), roofs, style.marker, color=style.color)
    _name_points(ax, points)
    xlabel = "intensité arithmétique (FLOP par octet)"
    label_axes(figure, ax, xlabel, "débit possible (TFLOP/s)", legend=True)
    return figure


def _name_points(ax, points: Mapping[str, int | float]) -> None:
    """Nomme chaque intensité au bas de son trait, un étage plus haut à chaque fois."""
    low, high = ax.get_xlim()
    for row, (label, x) in enumerate(sorted(points.items(), key=lambda item: item[1])):
        right = math.log(x / low) < 0.55 * math.log(high / low)  # la place est à droite
        ax.axvline(x, color=MUTED.color, lw=1, ls=":", zorder=0)
        ax.annotate(
            label, (x, 0.02 + 0.08 * row), (4 if right else -4, 0),
            xycoords=ax.get_xaxis_transform(), textcoords="offset points",
            ha="left" if right else "right", va="bottom", color=INK.color, size=10,
        )  # fmt: skip


def plot_hierarchy(gpu: Gpu, *, alt: str | None = None) -> CourseFigure:
    """Trace les étages de mémoire d'un GPU : une barre par taille, le débit écrit."""
    levels = _levels(gpu)
    written = " ; ".join(text for _, text in levels)
    alt = alt or f"{gpu.name}, de la mémoire la plus proche du calcul : {written}."
    figure = new_figure(alt=alt, height=3.0)
    ax = figure.axes[0]
    french_axis(ax.xaxis, log=True)
    for row, (size, text) in enumerate(levels):
        ax.barh(row, size, height=0.4, color=HEAT.color)
        ax.annotate(
            text, (0, row - 0.26), (2, 0), xycoords=ax.get_yaxis_transform(),
            textcoords="offset points", va="bottom", color=INK.color, size=10.5,
        )  # fmt: skip
    ax.set_xlim(MIB, 4 * gpu.memory)
    ax.set_ylim(len(levels) - 0.7, -0.75)
    ax.set_yticks([])
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(f"{gpu.name} : taille de l'étage entier (octets)")
    return figure


def _levels(gpu: Gpu) -> list[tuple[int, str]]:
    """Donne chaque étage : sa taille sur toute la puce, et ce que l'on en sait."""
    private = {
        "registres": (REGISTERS, None),
        "mémoire rapide (SRAM)": (gpu.fast_memory, gpu.fast_bandwidth),
    }
    levels = []
    for name, (size, speed) in private.items():
        total = gpu.n_multiprocessors * size
        each = f"{gpu.n_multiprocessors} × {size // KIB} Kio"
        text = f"{name} : {each}, soit {fr(total / MIB, 0)} Mio"
        levels.append((total, text + _speed(speed)))
    shared = f"cache L2 : {gpu.l2 // MIB} Mio" + _speed(gpu.l2_bandwidth)
    slow = f"mémoire globale : {gpu.memory // GB} Go" + _speed(gpu.bandwidth)
    return [*levels, (gpu.l2, shared), (gpu.memory, slow)]


def _speed(bandwidth: float | None) -> str:
    """Écrit un débit en To/s ; rien si nulle source ne le donne."""
    if bandwidth is None:
        return ""
    return f", {fr(bandwidth / TERA, 0 if bandwidth >= 10 * TERA else 1)} To/s"


def _describe_roofline(gpus: Sequence[Gpu], points: Mapping[str, int | float]) -> str:
    """Dit le plafond et l'équilibre de chacun, puis ce qui limite chaque calcul."""
    roofs = " ; ".join(
        f"{gpu.name}, {fr(gpu.flops / TERA)} TFLOP/s à partir de {fr(ridge(gpu), 0)} "
        "FLOP par octet" for gpu in gpus
    )  # fmt: skip
    placed = []
    for label, intensity in points.items():
        slow = [g.name for g in gpus if limited_by(g, intensity) == "mémoire"]
        limit = f"la mémoire sur {enumerate_fr(slow)}" if slow else "le calcul partout"
        number = f"{fr(intensity, 0)} FLOP par octet"
        placed.append(f" {label}, {number} : limité par {limit}.")
    return f"Toits : {roofs}." + "".join(placed)


def _check_roofline(gpus: Sequence[Gpu], points: Mapping[str, int | float]) -> None:
    if not 1 <= len(gpus) <= len(SERIES):
        raise ValueError(
            f"gpus doit en contenir de 1 à {len(SERIES)}, pour rester lisible ; "
            f"reçu {len(gpus)}"
        )
    for label, intensity in points.items():
        if not intensity > 0:
            raise ValueError(
                f"points : l'intensité de « {label} » doit être positive, en FLOP par "
                f"octet ; reçu {intensity!r}"
            )
