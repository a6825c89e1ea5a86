"""Marcher pas à pas dans une LSTM : les portes et l'état de quelques cellules.

Lettres : T longueur de la suite ; i, f, o les portes d'entrée, d'oubli et de sortie,
g le candidat, c l'état.
"""

from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
from jaxtyping import Float
from torch import Tensor

from cours_transformers.visualization.text import fr
from cours_transformers.widgets.choice import Choice
from cours_transformers.widgets.embed import Embedded
from cours_transformers.widgets.explore import explore
from cours_transformers.widgets.html import Html
from cours_transformers.widgets.live import LiveExplorer
from cours_transformers.widgets.page import is_page

NAMES = {
    "f": "oubli",
    "i": "entrée",
    "o": "sortie",
    "g": "candidat",
    "c": "état",
}
MAX_SYMBOLS, MAX_CELLS, TOLERANCE = 200, 6, 1e-3
Gate = Float[Tensor, "T n_cells"] | Float[np.ndarray, "T n_cells"]


def walk_gates(
    symbols: Sequence[str],
    gates: Mapping[str, Gate],
    cells: Mapping[str, int] | Sequence[int] | None = None,
    *,
    caption: str = "",
) -> Embedded | LiveExplorer:
    """Montre, symbole après symbole, comment c = f·c_avant + i·g se décide.

    Args:
        symbols: les T caractères ou mots lus ; l'état qui les précède est nul.
        gates: les tableaux i, f, o, g et c, de forme (T, n_cells).
        cells: rangs des cellules à montrer, six au plus, ou leurs noms et leurs rangs ;
            les quatre premières par défaut.
        caption: phrase affichée au-dessus de la suite.

    Raises:
        ValueError: si un tableau manque, si les formes ou les rangs ne s'accordent pas,
            ou si c ne suit pas l'équation à 10⁻³ près.
    """
    symbols = list(symbols)
    arrays = _check_gates(symbols, gates)
    named = _named(cells, arrays["c"].shape[1])
    _check_equation(arrays, list(named.values()))
    if not is_page():
        positions = Choice(
            "Position",
            range(len(symbols)),
            initial=len(symbols) // 2,
            labels=[f"{t + 1} : {_shown(s)}" for t, s in enumerate(symbols)],
        )
        return explore(
            lambda position: _table(symbols, arrays, named, position),
            caption=caption,
            position=positions,
        )
    data = {
        "symbols": symbols,
        "caption": caption,
        "cells": [
            {"name": name}
            | {key: [round(float(x), 3) for x in arrays[key][:, k]] for key in NAMES}
            for name, k in named.items()
        ],
    }
    alt = (
        f"Les portes et l'état de {len(named)} cellules d'une LSTM, le long de "
        f"{len(symbols)} symboles. {caption}"
    )
    last = _table(symbols, arrays, named, len(symbols) - 1)
    return Embedded("portes", data, alt.strip(), str(last))


def _check_gates(symbols: list[str], gates: Mapping[str, Gate]) -> dict:
    """Ramène les tableaux à NumPy et vérifie noms, formes et bornes."""
    T = len(symbols)
    if not 2 <= T <= MAX_SYMBOLS or not all(symbols):
        raise ValueError(
            f"symbols doit contenir de 2 à {MAX_SYMBOLS} symboles non vides, reçu {T}"
        )
    if missing := sorted(set(NAMES) - set(gates)):
        raise ValueError(
            f"gates doit donner i, f, o, g et c ; il manque {', '.join(missing)}"
        )
    arrays = {key: _array(gates[key]) for key in NAMES}
    shapes = {key: array.shape for key, array in arrays.items()}
    if len(set(shapes.values())) > 1 or shapes["c"][:1] != (T,) or arrays["c"].ndim > 2:
        raise ValueError(
            f"gates : les tableaux doivent avoir la forme ({T}, n_cells), reçu {shapes}"
        )
    for key, low in {"i": 0, "f": 0, "o": 0, "g": -1}.items():
        if arrays[key].min() < low or arrays[key].max() > 1:
            raise ValueError(
                f"gates : {key} doit rester entre {low} et 1, reçu de "
                f"{fr(arrays[key].min())} à {fr(arrays[key].max())} ; donnez les "
                "portes après leur sigmoïde ou leur tanh"
            )
    return arrays


def _array(values: Gate) -> np.ndarray:
    if isinstance(values, Tensor):
        values = values.detach().cpu()
    return np.asarray(values, dtype=float)


def _named(cells: object, n_cells: int) -> dict[str, int]:
    """Nomme les cellules montrées."""
    if cells is None:
        cells = range(min(4, n_cells))
    if not isinstance(cells, Mapping):
        cells = {f"Cellule {k}": k for k in cells}
    if not 1 <= len(cells) <= MAX_CELLS or not all(
        0 <= k < n_cells for k in cells.values()
    ):
        raise ValueError(
            f"cells doit donner de 1 à {MAX_CELLS} rangs entre 0 et {n_cells - 1}, "
            f"reçu {list(cells.values())}"
        )
    return dict(cells)


def _check_equation(arrays: dict, cells: list[int]) -> None:
    """Refuse des tableaux qui ne viendraient pas de la même LSTM."""
    c, f, i, g = (arrays[key][:, cells] for key in "cfig")
    before = np.concatenate([np.zeros_like(c[:1]), c[:-1]])
    gap = np.abs(c - f * before - i * g).max(axis=1)
    if gap.max() > TOLERANCE:
        raise ValueError(
            f"gates : à la position {int((gap > TOLERANCE).argmax())}, c n'est pas "
            f"f·c_avant + i·g (écart {fr(gap.max())}) ; donnez la suite depuis son "
            "début, où l'état est nul"
        )


def _table(
    symbols: list[str], arrays: dict, named: dict[str, int], position: int
) -> Html:
    """Tableau des portes à une position : une ligne par cellule."""
    heads = "".join(f'<th scope="col">{name} {key}</th>' for key, name in NAMES.items())
    rows = "".join(
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"<td>{fr(arrays[key][position, k], 2)}</td>" for key in NAMES)
        + "</tr>"
        for name, k in named.items()
    )
    joint = " " if any(len(s) > 1 for s in symbols) else ""
    texts = joint.join(symbols[:position]), symbols[position]
    return Html(
        f"<p>{escape(texts[0])}{joint}<b>[{escape(_shown(texts[1]))}]</b></p>"
        f"<table><thead><tr><td></td>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    )


def _shown(symbol: str) -> str:
    return {" ": "espace", "\n": "retour à la ligne"}.get(symbol, symbol)
