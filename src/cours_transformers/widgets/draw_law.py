"""Régler le tirage d'un token, et voir chaque réglage agir sur la loi elle-même.

Lettre : V morceaux du vocabulaire.
"""

from collections.abc import Mapping, Sequence
from html import escape

import torch
from jaxtyping import Float
from torch import Tensor

from cours_transformers.visualization.text import fr
from cours_transformers.widgets.draw_law_live import (
    LiveExplorer,
    entropy_bits,
    live_law,
    set_law,
    shown,
)
from cours_transformers.widgets.embed import Embedded
from cours_transformers.widgets.page import is_page

MAX_LAWS, MAX_SEED = 5, 9999
# Ce que le repli compare, faute de curseurs : un réglage de chaque sorte.
SAMPLES = {
    "top-k 10": {"top_k": 10},
    "top-p 0,9": {"top_p": 0.9},
    "min-p 0,1": {"min_p": 0.1},
}


def draw_law(
    laws: Mapping[str, Float[Tensor, " V"]],
    pieces: Sequence[str],
    *,
    seed: int = 0,
    caption: str = "",
) -> Embedded | LiveExplorer:
    """Montre des lois avant et après température, top-k, top-p et min-p.

    La page reçoit tous les logits, à un millième de nat près : une loi tronquée
    donnerait une température et un top-p faux.

    Args:
        laws: pour chacun des 2 à 5 débuts de texte, les logits du token suivant.
        pieces: les V morceaux, dans l'ordre des logits.
        seed: graine proposée pour les tirages, de 0 à 9999.
        caption: phrase affichée au-dessus des réglages.

    Raises:
        ValueError: début vide, formes qui ne s'accordent pas, logit infini ou NaN,
            graine hors bornes, ou page de plus de 60 000 octets.
    """
    pieces = list(pieces)
    laws = _check_laws(laws, pieces)
    if not 0 <= seed <= MAX_SEED:
        raise ValueError(f"seed doit être de 0 à {MAX_SEED} ; reçu {seed}")
    if not is_page():
        return live_law(laws, pieces, caption)
    data = {
        "caption": caption,
        "seed": seed,
        "pieces": pieces,
        "laws": [
            {"start": start, "gaps": _gaps(logits)} for start, logits in laws.items()
        ],
    }
    alt = (
        f"La loi du morceau suivant pour {len(laws)} débuts, avant et après la "
        f"température, top-k, top-p et min-p, et cent tirages. {caption}"
    )
    return Embedded("tirage", data, alt.strip(), _fallback(laws, pieces))


def _check_laws(laws: Mapping[str, Tensor], pieces: list[str]) -> dict[str, Tensor]:
    """Vérifie les lois, et les ramène sur le CPU, en simple précision."""
    V = len(pieces)
    if not 2 <= len(laws) <= MAX_LAWS or not all(laws):
        raise ValueError(
            f"laws doit donner de 2 à {MAX_LAWS} débuts non vides ; reçu {list(laws)}"
        )
    for start, logits in laws.items():
        if logits.shape != (V,) or V < 2:
            raise ValueError(
                f"laws : {start!r} doit avoir un logit par morceau, soit la forme "
                f"({V},), deux au moins ; reçu {tuple(logits.shape)}"
            )
        if not logits.isfinite().all():
            raise ValueError(
                f"laws : {start!r} doit n'avoir que des logits finis ; donnez ceux du "
                "modèle, avant tout filtre"
            )
    return {start: logits.detach().cpu().float() for start, logits in laws.items()}


def _gaps(logits: Float[Tensor, " V"]) -> list[int]:
    """Écart de chaque logit au plus grand, en millièmes : la loi n'en change pas."""
    return (1000 * (logits.max() - logits)).round().long().tolist()


def _fallback(laws: dict[str, Tensor], pieces: list[str]) -> str:
    """Une ligne par début : les plus probables, et ce que garde chaque réglage."""
    heads = ["début", "entropie (bits)", "les plus probables"]
    heads += [f"restent, {name}" for name in SAMPLES]
    rows = [_fallback_row(start, logits, pieces) for start, logits in laws.items()]
    cells = "".join(f'<th scope="col">{head}</th>' for head in heads)
    return (
        '<div style="overflow-x:auto" tabindex="0" role="region" '
        'aria-label="Les lois, en nombres">'
        f"<table><thead><tr>{cells}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        "</div>"
    )


def _fallback_row(start: str, logits: Tensor, pieces: list[str]) -> str:
    law = logits.softmax(dim=-1)
    best = law.topk(min(5, len(pieces)))
    listed = "<br>".join(
        f"{escape(shown(pieces[i]))}\u00a0{fr(100 * p, 1)}\u00a0%"
        for p, i in zip(best.values.tolist(), best.indices.tolist(), strict=True)
    )
    counts = [
        int(torch.isfinite(set_law(logits, **setting)).sum())
        for setting in SAMPLES.values()
    ]
    cells = [fr(entropy_bits(law), 2), listed, *map(str, counts)]
    return (
        f'<tr><th scope="row">{escape(start)}</th>'
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + "</tr>"
    )
