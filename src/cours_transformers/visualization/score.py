"""Le score du livre : bits par caractère sur les mini-contes, une barre par brique."""

from cours_transformers.measurements import load
from cours_transformers.visualization.bars import plot_bars
from cours_transformers.visualization.palette import SERIES
from cours_transformers.visualization.text import enumerate_fr, fr
from cours_transformers.visualization.theme import CourseFigure

XLABEL = "bits par caractère, contes jamais lus (moins, c'est mieux)"


def plot_score(*, until: str, highlight: str | None = None) -> CourseFigure:
    """Trace les barres de ``measurements/score.json`` jusqu'au modèle ``until``.

    Args:
        until: dernier modèle tracé, dans l'ordre du livre ; les suivants sont tus, pour
            que chaque chapitre n'ajoute que la sienne.
        highlight: modèle dont la barre ressort ; par défaut, ``until``.

    Raises:
        ValueError: modèle qui n'a pas été mesuré.
    """
    models = load("score")["results"]["models"]
    highlight = highlight or until
    for argument, name in (("until", until), ("highlight", highlight)):
        if name not in models:
            raise ValueError(
                f"{argument} : l'un de {', '.join(models)} attendu ; reçu {name!r}"
            )
    names = list(models)[: list(models).index(until) + 1]
    bits = {models[name]["label"]: models[name]["bits"] for name in names}
    listed = enumerate_fr([f"{label} {fr(b, 2)}" for label, b in bits.items()])
    return plot_bars(
        bits,
        XLABEL,
        alt=f"Le score, en bits par caractère : {listed}.",
        digits=2,
        styles={models[highlight]["label"]: SERIES[0]},
    )
