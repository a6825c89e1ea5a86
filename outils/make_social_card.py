"""Dessine la carte de partage du site, `book/_assets/images/carte.png` (1200 × 630).

Usage : python outils/make_social_card.py
"""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib.figure import Figure

TARGET = Path(__file__).resolve().parents[1] / "book/_assets/images/carte.png"
INK, PAPER, MUTED = "#e8ebef", "#15293d", "#8da2b5"
QUERY, KEY, VALUE = "#6cc3f5", "#ffa166", "#41d3a5"
WORDS = ("La", "souris", "que", "les", "chats", "regardent")
WEIGHTS = (0.10, 0.45, 0.08, 0.07, 0.85, 0.20)


def draw() -> Figure:
    """Titre, sous-titre, et une requête qui interroge les mots d'une phrase."""
    figure = Figure(figsize=(12, 6.3), dpi=100, facecolor=PAPER)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 12), ylim=(0, 6.3))
    axes.axis("off")
    axes.text(0.9, 4.9, "Les Transformers", color=INK, size=50, weight="bold")
    axes.text(0.92, 4.1, "de la récurrence à FlashAttention", color=MUTED, size=28)
    places = [1.5 + 1.8 * i for i in range(len(WORDS))]
    for x, weight in zip(places, WEIGHTS, strict=True):
        axes.plot(
            [places[-1], x], [2.75, 1.55], color=QUERY, lw=1 + 9 * weight, alpha=0.35
        )
    axes.scatter(places, [1.4] * len(places), s=260, color=KEY, marker="s", zorder=3)
    axes.scatter([places[-1]], [2.85], s=420, color=QUERY, zorder=3)
    for x, word in zip(places, WORDS, strict=True):
        axes.text(x, 0.75, word, color=INK, size=20, ha="center")
    axes.scatter([places[0]], [2.85], s=380, color=VALUE, marker="^", zorder=3)
    return figure


if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    draw().savefig(TARGET, facecolor=PAPER, metadata={"Software": None})
    print(f"{TARGET.name} : {TARGET.stat().st_size // 1000} ko")
