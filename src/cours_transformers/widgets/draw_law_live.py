"""Le réglage du tirage dans un carnet vivant : un curseur par réglage, un tableau.

Lettre : V morceaux du vocabulaire.
"""

import math
from html import escape

import torch
from jaxtyping import Float
from torch import Tensor

from cours_transformers.training.sampling import (
    apply_temperature,
    keep_min_p,
    keep_top_k,
    keep_top_p,
)
from cours_transformers.visualization.text import fr
from cours_transformers.widgets.choice import Choice
from cours_transformers.widgets.html import Html
from cours_transformers.widgets.live import LiveExplorer

ROWS = 15  # morceaux montrés ; les autres sont comptés ensemble
TEMPERATURES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
TOP_K = (0, 1, 2, 3, 5, 10, 20, 40)
TOP_P = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0)
MIN_P = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)


def set_law(
    logits: Float[Tensor, " V"],
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    min_p: float = 0.0,
) -> Float[Tensor, " V"]:
    """Température, top-k (0 : tous), top-p, puis min-p ; −∞ pour un exclu."""
    logits = apply_temperature(logits, temperature)
    if top_k:
        logits = keep_top_k(logits, top_k)
    return keep_min_p(keep_top_p(logits, top_p), min_p)


def entropy_bits(law: Float[Tensor, " V"]) -> float:
    """H = −Σ p log₂ p, en bits, où 0 log 0 = 0."""
    return -torch.xlogy(law, law).sum().item() / math.log(2)


def shown(piece: str) -> str:
    """Rend visibles l'espace qui précède un mot et le retour à la ligne."""
    return piece.replace(" ", "␣").replace("\n", "↵")


def live_law(
    laws: dict[str, Float[Tensor, " V"]], pieces: list[str], caption: str
) -> LiveExplorer:
    """Cinq réglages au-dessus du tableau ; ``laws`` vient de ``draw_law``, vérifié."""

    def draw(start: str, **settings: int | float) -> Html:
        return _table(start, laws[start], pieces, settings)

    counts = ["tous", *map(str, TOP_K[1:])]
    choices = {
        "start": Choice("Début", list(laws), labels=[f"…{s[-16:]}" for s in laws]),
        "temperature": Choice("Température", TEMPERATURES, initial=1.0),
        "top_k": Choice("Top-k", TOP_K, initial=0, labels=counts),
        "top_p": Choice("Top-p", TOP_P, initial=1.0),
        "min_p": Choice("Min-p", MIN_P, initial=0.0),
    }
    return LiveExplorer(draw, choices, caption)


def _table(start: str, logits: Tensor, pieces: list[str], settings: dict) -> Html:
    """La loi du modèle et la loi réglée, du plus probable au moins probable."""
    final = set_law(logits, **settings)
    before, after = logits.softmax(dim=-1), final.softmax(dim=-1)
    kept = final.isfinite()
    order = before.argsort(descending=True)
    rows = "".join(
        _row(shown(pieces[i]), before[i], after[i] if kept[i] else None)
        for i in order[:ROWS].tolist()
    )
    others = order[ROWS:]
    if len(others):
        share = after[others].sum() if kept[others].any() else None
        rows += _row(f"{len(others)} autres", before[others].sum(), share)
    sentence = (
        f"Morceaux gardés : {int(kept.sum())} sur {len(pieces)}. Entropie : "
        f"{fr(entropy_bits(before), 2)} bits pour le modèle, "
        f"{fr(entropy_bits(after), 2)} après réglages."
    )
    heads = "".join(
        f'<th scope="col">{head}</th>'
        for head in ("morceau", "", "modèle", "après réglages")
    )
    return Html(
        f"<p>{escape(start)}<b>▁</b></p><p>{sentence}</p>"
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>",
        f"{start} {sentence}",
    )


def _row(name: str, before: Tensor, after: Tensor | None) -> str:
    """Le trait gris est la loi du modèle, la barre bleue la loi réglée."""
    color = "" if after is not None else ' style="opacity:0.55"'
    width = 0.0 if after is None else 100 * float(after)
    bars = (
        f'<div style="width:{100 * float(before):.1f}%;height:4px;background:#888">'
        f'</div><div style="width:{width:.1f}%;height:8px;background:#1f5f9e"></div>'
    )
    written = "exclu" if after is None else f"{fr(100 * after, 1)} %"
    return (
        f'<tr{color}><th scope="row">{escape(name)}</th>'
        f'<td style="width:12em">{bars}</td><td>{fr(100 * before, 1)} %</td>'
        f"<td>{written}</td></tr>"
    )
